"""Which rules of one network say the same, among many: asked about are only those that may."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile

from mnlint.azure.alike import Alike, Texts
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.join import Members
from mnlint.azure.kleene import excluded, is_text, is_there, same_word
from mnlint.azure.rule_texts import destination_of, name_of, part
from mnlint.azure.rules import doubles
from mnlint.azure.same import same_list, same_ports, same_target, same_value
from mnlint.azure.targets import Says
from mnlint.azure.twins import is_inline
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import Final
from mnlint.model.value import Hop, HopKind, Node, Ref, Unknown, doubt, form_of

Question = Callable[[Draft, Draft], Tri]
AT_MOST: Final = 20  # twins that are told of one rule


def of_one_name(drafts: Drafts, rules: Sequence[Draft]) -> Mapping[str, Members]:
    """For each rule, by its address, those before it that have its name."""
    return _pairs(drafts, rules, name_of, _same_name)


def to_one_destination(drafts: Drafts, rules: Sequence[Draft]) -> Mapping[str, Members]:
    """For each rule, by its address, those before it that have another name and lead to the same."""
    return _pairs(drafts, rules, partial(destination_of, drafts.index), partial(_same_destination, drafts))


def _pairs(drafts: Drafts, rules: Sequence[Draft], says: Callable[[Draft], Says], same: Question) -> dict[str, Members]:
    """For each rule the twins among those before it; only such are asked about that may be some."""
    made = {draft.address: Members() for draft in rules}
    said = [says(draft) if draft.unseen is None else Says.of(None) for draft in rules]
    near = _Near(drafts, rules, said)
    for at, draft in enumerate(rules):
        members = made[draft.address]
        for number in near.before(at, members) if draft.unseen is None else ():
            if len(members.items) >= AT_MOST:
                break
            other = rules[number]
            asked = Tri.UNKNOWN if other.unseen is not None else same(other, draft)
            tri = both(_same_network(drafts, other, draft), asked)
            if tri is not Tri.FALSE:
                _join(made, other, draft, tri)
    return made


class _Near:
    """Rules, each by its number, that may be of one network and say the same."""

    def __init__(self, drafts: Drafts, rules: Sequence[Draft], said: Sequence[Says]) -> None:
        self._drafts, self._rules, self._said = drafts, rules, said
        self._homes = [(_home(draft), _parent_form(draft)) for draft in rules]
        homes: dict[str | None, dict[int, Texts]] = {}
        for number, (home, _) in enumerate(self._homes):
            homes.setdefault(home, {})[number] = said[number].texts
        self._of_home = {home: Alike(own) for home, own in homes.items()}
        self._all = Alike({number: one.texts for number, one in enumerate(said)})
        self._sure: dict[tuple[object, ...], list[int]] = {}
        for number in range(len(rules)):
            for key in self._keys(number):
                self._sure.setdefault(key, []).append(number)

    def before(self, at: int, members: Members) -> Iterator[int]:
        """Those before a rule that may be its twins, in their order. Once there is a doubt among its `members`, only
        those that are sure to be some: one doubt is enough."""
        last = -1
        for number in self._may_be(at):
            if members.more is not None:
                yield from self._is_sure_to_be(at, last)
                return
            if number > last:
                yield number
                last = number

    def _may_be(self, at: int) -> Iterator[int]:
        """Those before a rule that may be its twins, in their order, some of them more than once."""
        home, texts = self._homes[at][0], self._said[at].asks
        others = doubles(self._drafts, self._drafts.by_address[home]) if home is not None else {}
        if home is None or len(others) > len(self._of_home) // 2:
            pools = [self._all]
        else:
            pools = [self._of_home[one] for one in (home, None, *others) if one in self._of_home]
        from heapq import merge  # for several rules

        found = merge(*(some for pool in pools for some in pool.lists(texts)))
        return takewhile(at.__gt__, found)

    def _is_sure_to_be(self, at: int, last: int) -> list[int]:
        """Those after the `last` one asked about, and before a rule, that somebody may know to be its twins."""
        return sorted({number for key in self._keys(at) for number in self._sure[key] if last < number < at})

    def _keys(self, at: int) -> Iterator[tuple[object, ...]]:
        """What a rule says for sure of the network that it is of, with what it says for sure itself."""
        for which, own in enumerate(self._homes[at]):
            yield from ((which, own, text) for text in self._said[at].sure if own is not None)


def _home(draft: Draft) -> str | None:
    """The address of a rule's network; None if nobody knows which that is."""
    relation = draft["network"].value
    return relation.address if isinstance(relation, Ref) else None


def _join(made: dict[str, Members], earlier: Draft, later: Draft, tri: Tri) -> None:
    """Puts the earlier one into the list of the later."""
    why = doubt(earlier["network"]) or doubt(later["network"]) or _doubt_of(earlier) or _doubt_of(later)
    made[later.address].add(_at(earlier["name"]), tri, why, earlier.guards, later.guards)


def _doubt_of(draft: Draft) -> Unknown | None:
    return _why(draft[name] for name in ("name", "type", "destination", "subresource", "protocol", "ports"))


def _at(name: Node) -> Node:
    return Node(name.value, name.origin, (Hop(HopKind.REFERENCE, name.origin, "the other rule"),))


def _why(nodes: Iterable[Node]) -> Unknown | None:
    return next((why for why in map(doubt, nodes) if why is not None), None)


# ── of one network ──


def _same_network(drafts: Drafts, one: Draft, two: Draft) -> Tri:
    left, right = one["network"].value, two["network"].value
    if excluded(one.guards, two.guards):
        return Tri.FALSE
    if isinstance(left, Ref) and isinstance(right, Ref):
        if left.address == right.address:
            return Tri.TRUE
        others = doubles(drafts, drafts.by_address[left.address])
        return Tri.UNKNOWN if right.address in others else Tri.FALSE
    if same_word(one["family"], two["family"]) is Tri.FALSE:
        return Tri.FALSE
    forms: set[str | None] = {_parent_form(one), _parent_form(two)}
    return Tri.TRUE if len(forms) == 1 and None not in forms else Tri.UNKNOWN


def _parent_form(draft: Draft) -> str | None:
    """What a rule says of the workspace that it belongs to, for comparing; None if that may be anything."""
    view = draft.view
    if view is None or view.resource.symbolic or is_inline(draft):
        return None
    if view.terraform:
        return form_of(view.at("workspace_id"))
    node = view.resource.parent or view.parent_id
    form = form_of(node) if node is not None else "/".join(view.names[:-1])
    return None if not form or "{?}" in form else form


# ── under one name ──


def _same_name(one: Draft, two: Draft) -> Tri:
    """Whether two rules have one name; a rule that is laid over another one of a map is the same rule."""
    if _laid_over(one, two):
        return Tri.FALSE
    return same_value(one["name"], two["name"])


def _laid_over(one: Draft, two: Draft) -> bool:
    """Whether the map that one rule stands in is laid over that of the other: a child's, or an update's."""
    inline = [is_inline(draft) for draft in (one, two)]
    updates = any(d.view is not None and d.view.updates for d in (one, two))
    return one.view is not two.view and (all(inline) or (any(inline) and updates))


# ── to one destination ──


def _same_destination(drafts: Drafts, one: Draft, two: Draft) -> Tri:
    """Whether two rules of different names lead to the same."""
    kinds: Iterable[tuple[str, Callable[[], Tri]]] = (
        ("FQDN", lambda: same_value(one["host"], two["host"])),
        ("PrivateEndpoint", lambda: _same_endpoint(drafts, one, two)),
        ("ServiceTag", lambda: _same_tag(one, two)),
    )
    answers = []
    for kind, asked in kinds:
        typed = both(is_text(one["type"], kind), is_text(two["type"], kind))
        answers.append(both(typed, asked()) if typed is not Tri.FALSE else typed)
    led = either(*answers)
    return led if led is Tri.FALSE else both(led, same_value(one["name"], two["name"]).negated())


def _same_endpoint(drafts: Drafts, one: Draft, two: Draft) -> Tri:
    return both(
        same_value(one["subresource"], two["subresource"]), same_target(drafts.index, one["target"], two["target"])
    )


def _same_tag(one: Draft, two: Draft) -> Tri:
    """Whether two rules open the same: other ports or another protocol are something else, and so is what one denies.

    Where a rule has address prefixes, the service does not look at its tag.
    """
    prefixes = [part(draft, "destination", "addressPrefixes") for draft in (one, two)]
    there = [is_there(node) for node in prefixes]
    if there[0] is Tri.FALSE and there[1] is Tri.FALSE:
        led = same_value(one["serviceTag"], two["serviceTag"])
    else:
        led = Tri.UNKNOWN if Tri.UNKNOWN in there else same_list(*prefixes)
    actions = [part(draft, "action") for draft in (one, two)]
    denied = [is_text(action, "Deny") for action in actions]
    acts = Tri.UNKNOWN if Tri.UNKNOWN in denied else Tri.of(denied[0] is denied[1])
    return both(same_value(one["protocol"], two["protocol"]), same_ports(one["ports"], two["ports"]), led, acts)
