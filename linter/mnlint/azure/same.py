"""Whether two values of a template are one: texts, lists of ports, address prefixes, the resources that ids lead to."""

from __future__ import annotations

from collections.abc import Callable

from mnlint.azure.index import Index
from mnlint.azure.kleene import is_there
from mnlint.azure.one_resource import GLOBAL_NAMES
from mnlint.model.ids import Id, id_of, same_names, same_place, same_text, top_type
from mnlint.model.tri import Tri, both
from mnlint.model.value import Choice, Map, Node, Seq, form_of

Question = Callable[[Node, Node], Tri]


def _by_option(left: Node, right: Node, asked: Question) -> Tri | None:
    """What all options of a Choice answer, None if neither value is one."""
    for one, other, turned in ((left, right, False), (right, left, True)):
        if isinstance(one.value, Choice):
            answers = {asked(other, option) if turned else asked(option, other) for option in one.value.options}
            return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    return None


def same_value(left: Node, right: Node) -> Tri:
    """Whether two values are one text, whatever the case. What is not given is the same as nothing."""
    shared = _by_option(left, right, same_value)
    if shared is not None:
        return shared
    if any(isinstance(node.value, Map | Seq) or is_there(node) is Tri.FALSE for node in (left, right)):
        return Tri.FALSE
    one, two = form_of(left), form_of(right)
    if one is None or two is None:
        return Tri.UNKNOWN
    one, two = one.strip().lower(), two.strip().lower()
    return Tri.FALSE if apart(one, two) else same_text(one, two)


def apart(one: str, two: str) -> bool:
    """Whether texts with holes begin or end so that they cannot be one."""
    heads, tails = [text.partition("{")[0] for text in (one, two)], [text.rpartition("}")[2] for text in (one, two)]
    begin, end = min(map(len, heads)), min(map(len, tails))
    whole = next((text for text in (one, two) if "{" not in text), None)
    if whole is not None and len(whole) < max(map(len, heads)):
        return True
    return heads[0][:begin] != heads[1][:begin] or (end > 0 and tails[0][-end:] != tails[1][-end:])


def same_ports(left: Node, right: Node) -> Tri:
    """Whether two lists of ports are one: blanks and order do not matter."""
    shared = _by_option(left, right, same_ports)
    if shared is not None:
        return shared
    one, two = left.value, right.value
    if isinstance(one, str | int) and isinstance(two, str | int):
        return Tri.of(ports_of(one) == ports_of(two))
    same = same_value(left, right)
    given = all(is_there(node) is not Tri.FALSE for node in (left, right))
    return Tri.UNKNOWN if same is Tri.FALSE and given else same  # a part that nobody knows may be several ports


def ports_of(text: str | int) -> frozenset[str]:
    """The ports and ranges of a text such as `80, 8080-8089`."""
    return frozenset(part.strip() for part in str(text).split(",") if part.strip())


def same_list(left: Node, right: Node) -> Tri:
    """Whether two lists of texts have the same members, in whatever order."""
    shared = _by_option(left, right, same_list)
    if shared is not None:
        return shared
    there = [is_there(node) for node in (left, right)]
    if Tri.FALSE in there:
        return Tri.FALSE
    members = [_members(node) for node in (left, right)]
    return Tri.UNKNOWN if None in members else Tri.of(members[0] == members[1])


def _members(node: Node) -> frozenset[str] | None:
    value = node.value
    if not isinstance(value, Seq) or value.more is not None:
        return None
    texts = [item.value.strip().lower() for item in value.items if isinstance(item.value, str)]
    return frozenset(texts) if len(texts) == len(value.items) else None


def same_target(index: Index, left: Node, right: Node) -> Tri:
    """Whether two ids lead to one resource; that of a child counts as its parent's."""
    shared = _by_option(left, right, lambda one, two: same_target(index, one, two))
    if shared is not None:
        return shared
    (known, one), (sure, two) = id_of(left), id_of(right)
    if one is None or two is None:
        return Tri.FALSE if {known, sure} == {Tri.TRUE, Tri.FALSE} else same_value(left, right)
    for found, other in ((one, right), (two, left)):
        view = index.by_address.get(found.root or "")
        if view is not None:
            return index.refers(other, view, lift=True)
    return same_value(left, right) if one.root or two.root else _same_id(one, two)


def _same_id(one: Id, two: Id) -> Tri:
    kind = top_type(one.type).lower()
    if kind != top_type(two.type).lower():
        return Tri.FALSE
    named = same_names(one.names[:1], two.names[:1])
    return named if kind in GLOBAL_NAMES else both(named, same_place(one.scope, two.scope))
