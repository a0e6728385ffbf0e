"""Rules of one network that say the same: under one name, or to one destination."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import Final
from mnlint.model.value import ABSENT, Cause, Hop, HopKind, Node, Ref, Unknown, doubt, form_of, literal

Question = Callable[[Draft, Draft], Tri]
BY_NAME: Final = "sameNameBefore"
BY_DESTINATION: Final = "sameDestinationBefore"
AT_MOST: Final = 20  # twins that are told of one rule


def make_twins(drafts: Drafts) -> None:
    """For each rule those that say the same; of two of them the later one, by file and place, knows the earlier."""
    for draft in drafts.of("outboundRule"):
        draft.fields["destination"] = _destination(draft)
        for name in (BY_NAME, BY_DESTINATION):
            draft.fields[name] = draft.unseen or literal(ABSENT, draft.head, "no other one")
    rules = sorted((draft for draft in drafts.of("outboundRule") if _counts(draft)), key=_place)
    named = _pairs(drafts, rules, name_of, _same_name)
    for draft in rules:
        for node, why in draft.replaced:
            # One that a later one of the same key replaces, so that it comes to nothing.
            named[draft.address].add(node, Tri.TRUE if why is None else Tri.UNKNOWN, why, (), ())
        _open_loop(drafts, draft, named[draft.address])
    says, same = partial(destination_of, drafts.index), partial(_same_destination, drafts)
    led = _pairs(drafts, rules, says, same)
    for draft in (draft for draft in rules if draft.unseen is None):
        _open_loop(drafts, draft, led[draft.address])
        draft.fields[BY_NAME] = named[draft.address].node(draft.head, "no other one of this name")
        draft.fields[BY_DESTINATION] = led[draft.address].node(draft.head, "no other one to this destination")


def _counts(draft: Draft) -> bool:
    """Whether a rule is one that is made here, and no update of another one."""
    update = draft.view is not None and draft.view.updates and not _inline(draft)
    return is_text(draft["declared"], "true") is Tri.TRUE and not update


def _inline(draft: Draft) -> bool:
    return is_text(draft["written"], "inline") is Tri.TRUE


def _place(draft: Draft) -> tuple[str, int, bool]:
    """By file and place; of the members of a loop those that nobody knows come first, for they may be any."""
    symbolic = draft.view is not None and draft.view.resource.symbolic
    return draft.head.file, draft.head.start, not symbolic


def _pairs(drafts: Drafts, rules: Sequence[Draft], says: Callable[[Draft], Says], same: Question) -> dict[str, Members]:
    """For each rule the twins among those before it; only such are asked about that may be some."""
    made = {draft.address: Members() for draft in rules}
    if len(rules) < 2:
        return made
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


def _open_loop(drafts: Drafts, draft: Draft, members: Members) -> None:
    """A rule for each of something unknown may be its own twin, if there are two that say the same."""
    network = draft["network"].value
    if draft.view is None or not draft.view.resource.symbolic:
        return
    home = drafts.by_address[network.address].view if isinstance(network, Ref) else None
    if home is None or not home.resource.symbolic:  # else each may be of a network of its own
        members.open(_why(draft.guards) or Unknown(Cause.DYNAMIC, draft.head, "this rule"))


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
    if view is None or view.resource.symbolic or _inline(draft):
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
    inline = [_inline(draft) for draft in (one, two)]
    updates = any(d.view is not None and d.view.updates for d in (one, two))
    return one.view is not two.view and (all(inline) or (any(inline) and updates))


# ── to one destination ──


def _destination(draft: Draft) -> Node:
    """Where a rule leads, at the place where that is written: its host, its target or its tag."""
    for kind, name in (("PrivateEndpoint", "target"), ("ServiceTag", "serviceTag")):
        if is_text(draft["type"], kind) is Tri.TRUE:
            return draft[name]
    return draft["host"]


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
