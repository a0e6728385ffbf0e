"""One policy as a page: for `mnlint explain`, and for docs/policies."""

from __future__ import annotations

import textwrap

from mnlint.model.finding import Card


def page(card: Card) -> str:
    """What a policy is about, why, and what to do, at 80 columns."""
    lines = [f"{card.id} {card.name} ({card.severity.level})", "", *textwrap.wrap(card.title, 80), ""]
    for title, text in (("Why", card.why), ("What to do", card.fix)):
        lines += [f"{title}:", *textwrap.wrap(text, 78, initial_indent="  ", subsequent_indent="  "), ""]
    if card.see:
        lines += ["See:", *(f"  {link}" for link in card.see), ""]
    known = {"CWE": card.cwe, "Azure Policy": card.azure_policy, "MCSB": card.mcsb, "tags": card.tags}
    lines += [f"{name}: {', '.join(values)}" for name, values in known.items() if values]
    lines.append(f"since mnlint {card.added}")
    return "\n".join(lines) + "\n"
