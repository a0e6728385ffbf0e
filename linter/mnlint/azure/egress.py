"""What the destinations of FQDN and service-tag rules are worth: derived fields, one by one value of a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mnlint.azure import hosts
from mnlint.azure.draft import Drafts
from mnlint.azure.kleene import missing
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, choice, doubt, form_of

# Words about a text that may have holes: empty if there is nothing to say, None if what stands in the holes decides.
Tell = Callable[[str], str | None]

_BRACES: Final = str.maketrans("⦃⦄", "{}")


def judge_destinations(drafts: Drafts) -> None:
    """The derived fields of every rule."""
    broad = _broad(drafts)
    for rule in drafts.of("outboundRule"):
        rule.fields["hostFault"] = _told(rule["host"], hosts.fault)
        rule.fields["hostOpens"] = _told(rule["host"], broad.opens)


def _broad(drafts: Drafts) -> hosts.Broad:
    entries = drafts.tables.get("broad-destinations", ())
    return hosts.Broad(
        suffixes={str(e["suffix"]): str(e["opens"]) for e in entries if "suffix" in e},
        hosts={str(e["host"]): str(e["opens"]) for e in entries if "host" in e},
        closed=frozenset(str(e["closed"]) for e in entries if "closed" in e),
        documented=frozenset(str(e["host"]).lower() for e in drafts.tables.get("scenario-hosts", ())),
    )


def _told(node: Node, tell: Tell) -> Node:
    """What there is to say of a text, at its place; each option of a Choice for itself. An object is no text."""
    value = node.value
    if isinstance(value, Choice):
        return choice([_told(option, tell) for option in value.options], value.why, node)
    if isinstance(value, Map | Seq) or missing(node):
        return node.holding(ABSENT)
    words = tell(_text(node))
    if words is None:
        why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, _called(node))
        return node.holding(Unknown(why.cause, why.span, why.label))
    return node.holding(words or ABSENT)


def _text(node: Node) -> str:
    """A value as a text, with a hole for each part that nobody knows."""
    value = node.value
    if isinstance(value, str):
        return value
    return hosts.HOLE if isinstance(value, Ref) else _with_holes(form_of(node) or hosts.HOLE)


def _with_holes(form: str) -> str:
    made, depth = [], 0
    for char in form:
        if char == "{":
            depth += 1
        elif char == "}" and depth > 0:
            depth -= 1
            made.append("" if depth else hosts.HOLE)
        elif depth == 0:
            made.append(char)
    return "".join(made).translate(_BRACES)


def _called(node: Node) -> str:
    value = node.value
    return ".".join((value.address, *value.rest)) if isinstance(value, Ref) else "this value"
