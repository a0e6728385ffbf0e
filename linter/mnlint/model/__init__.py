"""The words every stage speaks: plain data without input, output or third-party imports."""
