"""JSON Schemas for editors, made from what the readers themselves go by."""

from __future__ import annotations

from typing import Any

from mnlint.settings_forms import form_of_file


def settings_schema() -> dict[str, Any]:
    """The schema of .mnlint.yaml, and of the file of --policy-lock. Draft 7 is what editors for YAML know."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Settings of mnlint (.mnlint.yaml)"}
    return {**head, **form_of_file(lock=True).schema()}
