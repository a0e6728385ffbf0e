"""What a rule is called and where it leads, as texts: two rules that may say the same have one in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mnlint.azure.alike import Texts
from mnlint.azure.draft import Draft
from mnlint.azure.index import Index
from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.model.ids import id_of, top_type
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Choice, Map, Node, Seq, form_of, literal, member

_FEW = 20  # resources: what may lead to more of them is asked about with everything


def options_of(node: Node) -> Iterator[Node]:
    """A value, or each that it may be."""
    if isinstance(node.value, Choice):
        for option in node.value.options:
            yield from options_of(option)
    else:
        yield node


@dataclass(frozen=True, slots=True)
class Says:
    """What a rule says, or may: rules that may say the same have one of `texts` in common, or one has None.

    Where one has None, those that are sure to say the same have one of `sure` in common.
    """

    texts: Texts
    sure: frozenset[str] = frozenset()


def name_of(rule: Draft) -> Says:
    return Says(_texts(rule["name"]))


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
        return Says(_texts(rule["host"], "host "))
    if kinds["PrivateEndpoint"] is Tri.TRUE:
        options = [_target(index, option) for option in options_of(rule["target"])]
        texts = [text for option in options for text in option.texts or ()]
        unknown = any(option.texts is None for option in options)
        return Says(None if unknown else texts, frozenset(text for option in options for text in option.sure))
    if kinds["ServiceTag"] is Tri.TRUE:
        return Says(_tag_texts(rule))
    return Says(None if Tri.UNKNOWN in kinds.values() else [])


def _target(index: Index, target: Node) -> Says:
    """The resources that an id may lead to, and the id itself as far as `same.same_target` compares it."""
    if isinstance(target.value, Map | Seq) or missing(target):
        return Says([])
    is_id, meant = id_of(target)
    form = form_of(target)
    whole = [f"text {form.strip().lower()}"] if form is not None else []
    if meant is None:
        return Says(whole if is_id is Tri.FALSE and whole else None, frozenset(whole))
    views = index.possible(target, lift=True)
    if meant.root is None:
        kind, name = top_type(meant.type).lower(), meant.names[0].lower()
        head, hole, _ = name.partition("{")
        # What stands behind a hole does not tell two ids apart: the hole may be several levels.
        ids, sure = [f"id {kind}/{head}{'{}' if hole else ''}"], [f"id {kind}/{name}"]
    else:
        root = index.by_address.get(meant.root)
        if root is None:
            return Says(None, frozenset(whole))
        ids = sure = [f"view {index.number(root)}"]
    sure = [*whole, *sure, *(f"view {index.number(view)}" for view, tri in views if tri is Tri.TRUE)]
    several = [f"view {index.number(view)}" for view, _ in views] if len(views) <= _FEW else None
    return Says(None if several is None else [*ids, *several], frozenset(sure))


def _tag_texts(rule: Draft) -> Texts:
    """The tag of a rule, or the address prefixes that count in its place."""
    prefixes = part(rule, "destination", "addressPrefixes")
    there = is_there(prefixes)
    if there is Tri.FALSE:
        return _texts(rule["serviceTag"], "tag ")
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
