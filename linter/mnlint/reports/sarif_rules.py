"""Cards as SARIF's rules, and the catalogues outside (CWE, MCSB, Azure Policy) that they refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mnlint.model.finding import Card, Severity
from mnlint.model.typing import Final
from mnlint.reports import escape

INFORMATION: Final = "https://pypi.org/project/mnlint/"
TAGS: Final = 10  # code scanning keeps so many; with more than 20 it refuses the file
_PROBLEMS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}

Json = dict[str, object]

# name, who publishes it, where, and which of its entries a card names
_CATALOGUES: Final[tuple[tuple[str, str, str, Callable[[Card], Iterable[str]]], ...]] = (
    ("CWE", "MITRE", "https://cwe.mitre.org/", lambda card: map(_digits, card.cwe)),
    ("MCSB", "Microsoft", "https://learn.microsoft.com/security/benchmark/azure/", lambda card: card.mcsb),
    (
        "Azure Policy",
        "Microsoft",
        "https://learn.microsoft.com/azure/governance/policy/",
        lambda card: card.azure_policy,
    ),
)


def rule(card: Card, catalogues: Sequence[str]) -> Json:
    """A reportingDescriptor; `catalogues` are the names of taxonomies() in their order."""
    links = [link for address in card.see if (link := escape.web(address)) is not None]
    described: Json = {
        "id": card.id,
        "name": card.name,
        "shortDescription": {"text": _sentence(card.title)},
        "fullDescription": {"text": _sentence(card.why)},
        "help": _help(card, links),
        "helpUri": links[0] if links else INFORMATION,
        "defaultConfiguration": {"level": card.severity.level},
        "properties": _properties(card),
    }
    related = [
        {
            "target": {"id": entry, "toolComponent": {"name": name, "index": catalogues.index(name)}},
            "kinds": ["relevant"],
        }
        for name, _, _, entries in _CATALOGUES
        for entry in dict.fromkeys(entries(card))
    ]
    if related:
        described["relationships"] = related
    return described


def taxonomies(cards: Sequence[Card]) -> list[Json]:
    """The catalogues that any of the cards refers to, with the entries they refer to."""
    found: list[Json] = []
    for name, organization, where, entries in _CATALOGUES:
        taxa = sorted({entry for card in cards for entry in entries(card)})
        if taxa:
            found.append(
                {
                    "name": name,
                    "organization": organization,
                    "informationUri": where,
                    "isComprehensive": False,
                    "shortDescription": {"text": f"The entries of {name} that the rules of mnlint refer to."},
                    "taxa": [{"id": entry} for entry in taxa],
                }
            )
    return found


def names(catalogues: Sequence[Json]) -> list[str]:
    """What the catalogues are called, in their order."""
    return [str(catalogue["name"]) for catalogue in catalogues]


def _help(card: Card, links: Sequence[str]) -> Json:
    explain = f"mnlint explain {card.id}"
    text = [_sentence(card.why), f"How to mend it: {_sentence(card.fix)}", *(f"See {link}" for link in links)]
    page = [
        escape.markdown(card.why),
        f"**How to mend it**: {escape.markdown(card.fix)}",
        *([f"**See**: {', '.join(f'<{link}>' for link in links)}"] if links else []),
        f"More: `{explain}`",
    ]
    return {"text": "\n".join([*text, f"More: {explain}"]), "markdown": "\n\n".join(page)}


def _properties(card: Card) -> Json:
    security = [] if card.security is None else ["security"]
    weaknesses = [f"external/cwe/cwe-{_digits(cwe)}" for cwe in card.cwe]
    own = [escape.message(tag) for tag in card.tags if tag != "security"]
    properties: Json = {"tags": list(dict.fromkeys([*security, *weaknesses, *own]))[:TAGS], "precision": card.precision}
    if card.security is None:
        properties["problem.severity"] = _PROBLEMS[card.severity]
    else:
        properties["security-severity"] = f"{card.security:.1f}"
    return properties


def _sentence(prose: str) -> str:
    text = escape.message(" ".join(prose.split()))
    return text if text.endswith((".", "!", "?")) else text + "."


def _digits(cwe: str) -> str:
    return "".join(filter(str.isdecimal, cwe))
