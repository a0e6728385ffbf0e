"""Writes the pages that are made from the code: docs/policies.md and docs/facts.md. With --check it only compares."""

import sys
from pathlib import Path

from mnlint import azure, catalogue, lists
from mnlint.model.policy import Policy
from mnlint.model.settings import Settings

DOCS = Path(__file__).parent
NOTE = "<!-- made by `make docs`; do not edit -->\n\n"


def policies() -> str:
    """A row for each policy."""
    loaded = catalogue.load_policies(Settings(), lists.load(catalogue.shipped() / "lists"))
    rows = [
        f"| [{p.id}](../policies/managed-network/{p.id}-{p.card.name}.yaml) | `{p.card.name}` | {_severities(p)} "
        f"| {p.subject} | {p.card.title} |"
        for p in loaded
    ]
    head = "# Policies\n\n`mnlint explain ID` prints one of them with its reasons and what to do.\n\n"
    return (
        NOTE
        + head
        + "| id | name | severity | asked of | what is wrong |\n|---|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def _severities(policy: Policy) -> str:
    return " or ".join(dict.fromkeys(severity.level for _, severity in policy.severities))


def facts() -> str:
    """A table for each kind of fact."""
    head = (
        "# Facts\n\nWhat policies can ask. `one` and `many` lead to other facts; a field path may pass a `one`, as in"
    )
    pages = [f"{head} `network.effectiveMode`.\n"]
    for kind, fields in azure.SCHEMA.kinds.items():
        rows = [f"| `{f.name}` | {_kind(f)} | {f.about}{_default(f)} |" for f in fields.values()]
        pages.append(
            f"## {kind}\n\n{azure.SCHEMA.about[kind]}\n\n| field | kind | |\n|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    return NOTE + "\n".join(pages)


def _kind(field: azure.schema.Field) -> str:
    if field.kind in ("one", "many"):
        return f"{field.kind} {field.to}"
    return ", ".join(f"`{v}`" for v in field.values) if field.values else field.kind


def _default(field: azure.schema.Field) -> str:
    return f" Default: `{field.default}` ([source]({field.source}))." if field.default is not None else ""


PAGES = {"policies.md": policies, "facts.md": facts}


def stale() -> list[str]:
    """The names of pages that are not as they would be written now."""
    return [
        name
        for name, page in PAGES.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != page()
    ]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"stale: {', '.join(old)}; run `make docs`" if (old := stale()) else 0)
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
