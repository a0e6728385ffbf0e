"""What it costs to run mnlint, beside its peers: `python -m bench` writes docs/benchmarks.md."""
