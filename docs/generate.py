"""Writes the pages that are made from the code: docs/policies and docs/facts.md. With --check it only compares."""

import shutil
import sys
from functools import partial
from pathlib import Path

from mnlint import azure, catalogue, explain, lists, testing
from mnlint.model.policy import Policy
from mnlint.model.settings import Settings

DOCS = Path(__file__).parent
TABLES = lists.load(catalogue.shipped() / "lists")
LOADED = catalogue.every_policy(Settings(), TABLES)
NOTE = "<!-- made by `make docs`; do not edit -->\n\n"


def policies() -> str:
    """A row for each policy."""
    rows = [
        f"| [{p.id}]({p.id}-{p.card.name}.md) | `{p.card.name}` | {_severities(p)} | {p.subject} | {p.card.title} |"
        for p in LOADED
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


def page(policy: Policy) -> str:
    """The page of one policy, with examples out of its own cases."""
    return NOTE + explain.markdown(policy, explain.examples(testing.cases_of(Path(policy.file), TABLES)))


PAGES = {
    "facts.md": facts,
    "policies/index.md": policies,
    **{f"policies/{p.id}-{p.card.name}.md": partial(page, p) for p in LOADED},
}


def stale() -> list[str]:
    """The names of pages that are not as they would be written now."""
    there = {path.relative_to(DOCS).as_posix() for path in (DOCS / "policies").glob("*.md")}
    return [
        *sorted(there - set(PAGES)),
        *(
            name
            for name, made in PAGES.items()
            if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != made()
        ),
    ]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"stale: {', '.join(old)}; run `make docs`" if (old := stale()) else 0)
    shutil.rmtree(DOCS / "policies", ignore_errors=True)
    (DOCS / "policies").mkdir()
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), encoding="utf-8")
