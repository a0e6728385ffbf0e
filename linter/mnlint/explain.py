"""One policy as a page: for `mnlint explain`, and for docs/policies."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from mnlint.model.finding import Card, Verdict
from mnlint.model.policy import Policy
from mnlint.model.record import dataclass
from mnlint.model.typing import Final
from mnlint.testing import Case

# What a case's language is called, and what colours its text.
LANGUAGES: Final = {
    "bicep": ("Bicep", "bicep"),
    "arm": ("ARM JSON", "json"),
    "terraform": ("Terraform with azurerm", "hcl"),
    "azapi": ("Terraform with azapi", "hcl"),
    "azureml": ("Azure ML YAML", "yaml"),
    "plan": ("a Terraform plan", "json"),
}
BASES: Final = {
    "seed": "the article",
    "doc": "later documentation",
    "api": "what the service's or a provider's schema says",
    "field": "what users reported",
}
ARTICLE: Final = "https://learn.microsoft.com/azure/ai-foundry/how-to/configure-managed-network"


@dataclass(frozen=True, slots=True)
class Example:
    """A wrong and a right deployment in one language, as the policy's own cases have them."""

    language: str
    wrong: Case | None
    right: Case | None


def examples(cases: Iterable[Case]) -> list[Example]:
    """The first wrong and the first right case of each language; of one that only says what is there, neither."""
    found: dict[str, dict[Verdict, Case]] = {}
    for case in cases:
        found.setdefault(case.language, {}).setdefault(case.expect, case)
    made = [
        Example(name, found[name].get(Verdict.FAIL), found[name].get(Verdict.PASS))
        for name in LANGUAGES
        if name in found
    ]
    return [example for example in made if example.wrong or example.right]


def days(policy: Policy) -> str:
    """The days on which a policy holds, in words; empty if it is all of them."""
    given = (("from", policy.since), ("until", policy.until))
    return " ".join(f"{word} {day}" for word, day in given if day is not None)


def page(card: Card, example: Example | None = None, held: str = "") -> str:
    """What a policy is about, why, and what to do, at 80 columns; with an example in one language."""
    lines = [f"{card.id} {card.name} ({card.severity.level})", "", *textwrap.wrap(card.title, 80), ""]
    for title, text in (("Why", card.why), ("What to do", card.fix)):
        lines += [f"{title}:", *textwrap.wrap(text, 78, initial_indent="  ", subsequent_indent="  "), ""]
    if example is not None:
        for word, case in (("Wrong", example.wrong), ("Right", example.right)):
            if case is not None:
                lines += [f"{word}, in {LANGUAGES[example.language][0]}:", *_indented(case), ""]
    if card.see:
        lines += ["See:", *(f"  {link}" for link in card.see), ""]
    lines += [f"{name}: {', '.join(values)}" for name, values in _known(card).items() if values]
    lines += [f"holds {held} (see --as-of)"] if held else []
    lines.append(f"since mnlint {card.added}")
    return "\n".join(lines) + "\n"


def _known(card: Card) -> Mapping[str, tuple[str, ...]]:
    return {"CWE": card.cwe, "Azure Policy": card.azure_policy, "MCSB": card.mcsb, "tags": card.tags}


def _indented(case: Case) -> list[str]:
    return [f"  {line}".rstrip() for line in _text(case).splitlines()]


def _text(case: Case) -> str:
    """The files of a case, named where there are several; what was there before comes first."""
    sign = "#" if case.language in ("terraform", "azapi", "azureml") else "//"
    several = len(case.files) > 1
    shown = [(f" {name}" if several else "", text) for name, text in case.files.items()]
    if case.before is None:
        return "\n".join(f"{sign}{name}\n{text}" if name else text for name, text in shown)
    before = [(f" {name}" if several else "", text) for name, text in case.before.items()]
    both = [("before", *file) for file in before] + [("now", *file) for file in shown]
    return "\n".join(f"{sign} {when}{name}\n{text}" for when, name, text in both)


def markdown(policy: Policy, found: Iterable[Example]) -> str:
    """The page of a policy in Markdown."""
    card = policy.card
    severities = " or ".join(dict.fromkeys(severity.level for _, severity in policy.severities))
    rows = {
        "Severity": severities,
        "Asked of": f"[{policy.subject}](../facts.md#{policy.subject.lower()})",
        "Languages": ", ".join(policy.dialects) or "all",
        "The article says it under": f"[{card.seed}]({ARTICLE})" if card.seed else "",
        "Rests on": ", ".join(BASES[word] for word in card.basis),
        "Holds": days(policy),
        **{name: ", ".join(values) for name, values in _known(card).items() if name != "tags"},
        "Since mnlint": card.added,
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items() if value)
    parts = [
        f"# {card.id} {card.name}\n\n{card.title}.\n\n| | |\n|---|---|\n{table}",
        f"## Why\n\n{card.why}",
        f"## What to do\n\n{card.fix}",
        "## Examples",
        *(_example(example) for example in found),
        "## See\n\n" + "\n".join(f"- <{link}>" for link in card.see),
    ]
    return "\n\n".join(parts) + "\n"


def _example(example: Example) -> str:
    name, colour = LANGUAGES[example.language]
    shown = [
        f"{word}: {case.name}.\n\n```{colour}\n{_text(case).rstrip()}\n```"
        for word, case in (("Wrong", example.wrong), ("Right", example.right))
        if case is not None
    ]
    return f"### {name}\n\n" + "\n\n".join(shown)
