"""Any bytes for every reader: by atheris for long (`python tests/fuzz`), by hypothesis and tables in every run."""
