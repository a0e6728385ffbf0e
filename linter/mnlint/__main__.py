"""`python -m mnlint`, where a shell does not find the program by its name."""

from mnlint.start import main

main()
