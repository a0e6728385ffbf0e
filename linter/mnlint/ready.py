"""The rules of a SARIF report as a wheel has them ready: the texts of our own cards, made when it was built."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from mnlint import catalogue
from mnlint.compiled import Compiled
from mnlint.model.digest import digest
from mnlint.model.finding import Card
from mnlint.model.typing import Final, StrPath
from mnlint.reports import escape, sarif_rules
from mnlint.settle import CARDS

FILE: Final = "rules.jsonl"  # beside what the policies are compiled to


def text(made: Compiled) -> str:
    """The text of the file for some policies: a seal, the names of the catalogues, and a rule a line."""
    cards = _cards(made)
    names = sarif_rules.names(sarif_rules.taxonomies(cards))
    lines = [names, *(sarif_rules.rule(card, names) for card in cards)]
    body = "".join(f"{escape.inline(line)}\n" for line in lines)
    return f"{_seal(made, body.encode())}\n{body}"


def rules(cards: Sequence[Card], catalogues: Sequence[str]) -> Mapping[str, escape.Inline]:
    """The rules of those cards that are as they come along, by id, if they refer to these catalogues and are ready."""
    return read(catalogue.home(), catalogue.ours(), cards, catalogues)


def read(
    folder: StrPath, made: Compiled, cards: Sequence[Card], catalogues: Sequence[str]
) -> Mapping[str, escape.Inline]:
    """The same of the policies of a folder. Of a file that is not the one that was made with them, nothing is taken."""
    try:
        with open(os.path.join(folder, FILE), "rb") as stream:
            seal, _, body = stream.read().partition(b"\n")
        if seal != _seal(made, body).encode():
            return {}
        names, *lines = body.decode().splitlines()
        if json.loads(names) != list(catalogues):
            return {}
        known = zip(_cards(made), lines, strict=True)
        asked = {card.id: card for card in cards}
        return {card.id: escape.Inline(line) for card, line in known if asked.get(card.id) == card}
    except (OSError, ValueError):
        return {}


def _cards(made: Compiled) -> list[Card]:
    return [*(policy.card for policy in made.policies), *CARDS]


def _seal(made: Compiled, body: bytes) -> str:
    """What the first line of the file is, if the rest is what was made with these policies."""
    return digest(made.made_from, body)
