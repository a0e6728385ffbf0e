"""What a rule is called and where it leads, as texts: two rules that may say the same have one in common."""

from __future__ import annotations

from mnlint.azure.alike import Texts
from mnlint.azure.draft import Draft
from mnlint.azure.index import Index
from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.azure.same import ports_of
from mnlint.azure.targets import Says, options_of, target_of
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Map, Node, Seq, form_of, literal, member


def name_of(rule: Draft) -> Says:
    return Says.of(_texts(rule["name"]))


def _texts(node: Node, kind: str = "") -> Texts:
    """A value as text, as `same.same_value` compares it."""
    found = []
    for option in options_of(node):
        if isinstance(option.value, Map | Seq) or missing(option):
            continue  # is the same as nothing
        form = form_of(option)
        if form is None:
            return None
        found.append(kind + form.strip().lower())
    return found


def destination_of(index: Index, rule: Draft) -> Says:
    """Where a rule leads; None if nobody knows, or not even what kind of rule it is."""
    kinds = {kind: is_text(rule["type"], kind) for kind in ("FQDN", "PrivateEndpoint", "ServiceTag")}
    if kinds["FQDN"] is Tri.TRUE:
        return Says.of(_texts(rule["host"], "host "))
    if kinds["PrivateEndpoint"] is Tri.TRUE:
        return target_of(index, rule["target"])
    if kinds["ServiceTag"] is Tri.TRUE:
        return Says.of(_tag_texts(rule))
    return Says.of(None if Tri.UNKNOWN in kinds.values() else [])


def _tag_texts(rule: Draft) -> Texts:
    """The tag of a rule, or the address prefixes that count in its place."""
    prefixes = part(rule, "destination", "addressPrefixes")
    there = is_there(prefixes)
    if there is Tri.FALSE:
        # Ports that nobody knows may be any.
        ports = rule["ports"].value
        opened = ",".join(sorted(ports_of(ports))) if isinstance(ports, str | int) else "{}"
        texts = _texts(rule["serviceTag"], "tag ")
        return None if texts is None else [f"{text} {opened}" for text in texts]
    value = prefixes.value
    if there is Tri.UNKNOWN or not isinstance(value, Seq) or value.more is not None:
        return None
    listed = [form_of(item) if isinstance(item.value, str) else None for item in value.items]
    known = sorted({form.strip().lower() for form in listed if form is not None})
    return None if None in listed else [f"prefixes {' '.join(known)}"]


def part(rule: Draft, *path: str) -> Node:
    """A part of a rule's object that is no field; azurerm's rules have none."""
    node = rule.whole or literal(ABSENT, rule.head, "not there")
    for step in path:
        node = member(node, step, fold=True)
    return node
