number = -1-5e3
