"""mnlint: a linter for the managed networks of Azure AI hubs and Azure ML workspaces."""

__version__ = "0.1.0"
