"""Of two rules of a network, whether one waits for the other, and what would make them wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mnlint.azure.draft import Draft, Drafts, said
from mnlint.azure.kleene import excluded, implied, same_word, whole_number
from mnlint.azure.locks import Locks
from mnlint.azure.order import Before, Order
from mnlint.azure.remedies import remedy
from mnlint.azure.rules import doubles
from mnlint.azure.waiting import NAMES, REMEDY, RULES
from mnlint.model.deployment import Step
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import ABSENT, Cause, Hop, HopKind, Node, Ref, Seq, Unknown, doubt, form_of, literal

_HOLE: Final = pattern(r"(?:each\.key|#)@[^{}()]*")
AT_MOST: Final = 20  # rules that are told
NAMED: Final = 3


def judge(drafts: Drafts, rules: Sequence[Draft]) -> None:
    """What is to be said of the rules of each network."""
    asked = _Rules.of(drafts, rules)
    for network in drafts.of("managedNetwork"):
        _fill(network, asked, *asked.of_network(network))


@dataclass(slots=True, eq=False)
class _Rules:
    """All such rules of a deployment, each with a number: one bit of a set."""

    drafts: Drafts
    rules: Sequence[Draft]
    order: Order
    locks: Locks
    homes: dict[str, int]  # the rules that are sure to be of a network, by its address
    homeless: dict[str, int]  # those of which nobody knows it, by address
    anything: Before  # those that may wait for any that comes later in the text
    after: dict[int, Before]  # for each those earlier in the text that begin when it has ended, or may
    several: int  # those that may be several at once, each by itself
    families: dict[str | None, int] = field(default_factory=dict)  # the rules of any network of a family

    @classmethod
    def of(cls, drafts: Drafts, rules: Sequence[Draft]) -> _Rules:
        numbers: dict[str, int] = {}
        homes: dict[str, int] = {}
        homeless: dict[str, int] = {}
        for number, draft in enumerate(rules):
            at = draft.view.address if draft.view is not None else ""
            numbers[at] = numbers.get(at, 0) | 1 << number
            relation = draft["network"].value
            if isinstance(relation, Ref):
                homes[relation.address] = homes.get(relation.address, 0) | 1 << number
            else:
                homeless[draft.address] = 1 << number
        order = Order(drafts.deployment.steps, drafts.index, numbers)
        made = cls(drafts, rules, order, Locks.of([draft.view for draft in rules]), homes, homeless, Before(), {}, 0)
        for number, draft in enumerate(rules):
            made.several |= 1 << number if any(step.symbolic for step in made.steps(number)) else 0
            made._note_what_ends(number, order.before(draft.view.address) if draft.view is not None else Before())
        return made

    def _note_what_ends(self, number: int, before: Before) -> None:
        """Of the rules that come later in the text, those that end before one, or may."""
        later = (1 << len(self.rules)) - (2 << number)
        told = before.sure & later
        if before.maybe & later == later & ~before.sure:  # it may wait for whatever there is
            self.anything = Before(0, self.anything.maybe | 1 << number, self.anything.why or before.why)
        else:
            told |= before.maybe & later
        for other in _bits(told):
            known = self.after.get(other, Before())
            sure, maybe = (1 << number, 0) if before.sure >> other & 1 else (0, 1 << number)
            self.after[other] = Before(known.sure | sure, known.maybe | maybe, known.why or before.why)

    def of_network(self, network: Draft) -> tuple[int, int]:
        """The rules that are sure to be a network's, and those that may be."""
        own = self.homes.get(network.address, 0)
        listed = network["rules"].value
        for node in listed.items if isinstance(listed, Seq) else ():
            own |= self.homeless.get(node.value.address, 0) if isinstance(node.value, Ref) else 0
        perhaps = self._of_family(network["family"])
        for address in doubles(self.drafts, network):
            perhaps |= self.homes.get(address, 0)
        return own, perhaps & ~own

    def _of_family(self, family: Node) -> int:
        """The rules of any network that may be of one of a family."""
        key = form_of(family)
        if key is None or key not in self.families:
            found = 0
            for bit in self.homeless.values():
                rule = self.rules[bit.bit_length() - 1]
                found |= bit if same_word(family, rule["family"]) is not Tri.FALSE else 0
            self.families[key] = found
        return self.families[key]

    def serialised(self, number: int) -> tuple[int, int, Unknown | None]:
        """Which others are never deployed together with a rule, which may be none of these, and why nobody knows."""
        view = self.rules[number].view
        before = self.order.before(view.address) if view is not None else Before()
        after = self.after.get(number, Before())
        locked, perhaps, why = self.locks.shared(number)
        sure = before.sure | after.sure | locked
        maybe = before.maybe | after.maybe | perhaps | (self.anything.maybe & ((1 << number) - 1))
        return sure, maybe & ~sure, before.why or after.why or why or self.anything.why

    def steps(self, number: int) -> Iterator[Step]:
        """A rule as a step, and the modules around it."""
        view, steps = self.rules[number].view, self.drafts.deployment.steps
        step = steps.get(view.address) if view is not None else None
        while step is not None:
            yield step
            step = steps.get(step.within)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _fill(network: Draft, asked: _Rules, own: int, perhaps: int) -> None:
    certain = 0
    for number in _bits(own):
        draft = asked.rules[number]
        if _is_one(draft) and implied(draft.guards, network.guards):
            certain |= 1 << number
    found: list[tuple[int, int]] = []
    why: Unknown | None = None
    left_to_ask = own | perhaps
    while left_to_ask:
        number = (left_to_ask & -left_to_ask).bit_length() - 1
        left_to_ask &= left_to_ask - 1
        earlier = (own | perhaps) & ((1 << number) - 1)
        sure, maybe, doubtful = asked.serialised(number)
        left = earlier & ~sure
        hit = left & certain & ~maybe if certain >> number & 1 else 0
        if hit:
            found.append(((hit & -hit).bit_length() - 1, number))
        alone = _alone(network, asked, number)
        if alone is True and not hit:
            found.append((number, number))
        if why is None:
            why = _why(network, asked, number, left & ~hit, doubtful) or (alone if isinstance(alone, Unknown) else None)
        if why is not None:  # one doubt is enough: what is left are those that are deployed at once for certain
            left_to_ask &= certain | asked.several
    network.fields.update(_told(network, asked, found, why))


def _is_one(draft: Draft) -> bool:
    """Whether a rule is there, and is one and not any number."""
    return draft.unseen is None and draft.view is not None and not draft.view.resource.symbolic


def _why(network: Draft, asked: _Rules, number: int, others: int, doubtful: Unknown | None) -> Unknown | None:
    """Why nobody knows whether a rule is deployed together with one of some others; None if it is with none."""
    rule = asked.rules[number]
    for other in _bits(others):
        earlier = asked.rules[other]
        if excluded(earlier.guards, rule.guards) or any(excluded(d.guards, network.guards) for d in (earlier, rule)):
            continue
        nodes = [d.unseen for d in (earlier, rule) if d.unseen is not None]
        nodes += [earlier["network"], rule["network"]]
        guards = [guard for d in (earlier, rule) for guard in d.guards if not implied((guard,), network.guards)]
        found = (doubt(node) for node in (*nodes, *guards))
        return doubtful or next((w for w in found if w is not None), None) or _unknown(rule)
    return None


def _unknown(rule: Draft) -> Unknown:
    return Unknown(Cause.RUNTIME, rule.head, "whether one rule waits for the other")


def _alone(network: Draft, asked: _Rules, number: int) -> bool | Unknown:
    """Whether what stands for any number of rules is several at once."""
    rule = asked.rules[number]
    several = [step for step in asked.steps(number) if step.symbolic]
    if not several or excluded(rule.guards, network.guards):
        return False
    answers = [_at_once(asked, number, step) for step in several]
    why = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    if True not in answers and why is None:
        return False
    guards = [doubt(guard) for guard in rule.guards if not implied((guard,), network.guards)]
    return next((found for found in (*guards, why) if found is not None), True)


def _at_once(asked: _Rules, number: int, step: Step) -> bool | Unknown:
    """Whether the rules that a loop makes of one are deployed at once."""
    rule, size = asked.rules[number], whole_number(step.batch) if step.batch is not None else 0
    if size == 1 or _parent_of(rule) & {f"each.key@{step.loop}", f"#@{step.loop}"}:
        return False  # one after the other; or each is of a network of its own
    locked = asked.locks.one_for_all(number, step.loop)
    if locked is not False:
        return locked if isinstance(locked, Unknown) else False
    if size is None and step.batch is not None:
        return doubt(step.batch) or _unknown(rule)
    return True


def _parent_of(rule: Draft) -> set[str]:
    """What the form of a rule's workspace is made of, as far as it says of which turn of a loop it is."""
    view = rule.view
    node = (
        None if view is None else view.at("workspace_id") if view.terraform else view.resource.parent or view.parent_id
    )
    return set(_HOLE.findall(form_of(node) or "")) if node is not None else set()


def _told(network: Draft, asked: _Rules, found: Sequence[tuple[int, int]], why: Unknown | None) -> dict[str, Node]:
    """The fields: the rules at once, the later of the first two before all others, their names and what to do."""
    if not found:
        rules = literal(Seq((), why), network.head, "no rules at once")
        nothing = rules.holding(ABSENT if why is None else why)
        return {RULES: rules, NAMES: nothing, REMEDY: nothing}
    numbers = list(dict.fromkeys(number for earlier, later in found for number in (later, earlier)))
    items = [_item(asked.rules[number]) for number in numbers[:AT_MOST]]
    earlier, later = found[0]
    names = list(dict.fromkeys(_called(asked.rules[number]) for number in sorted(numbers)))
    return {
        RULES: literal(Seq(tuple(items), why), network.head, "rules at once"),
        NAMES: said(_listed(names), network.head, "their names"),
        REMEDY: said(remedy(asked.drafts, asked.rules[earlier], asked.rules[later]), network.head, "what to do"),
    }


def _item(rule: Draft) -> Node:
    name = _called(rule)
    return Node(name, rule.head, (Hop(HopKind.REFERENCE, rule.head, f"{name} is deployed at the same time"),))


def _called(rule: Draft) -> str:
    name = rule["name"].value
    return name if isinstance(name, str) else rule.view.resource.symbol if rule.view is not None else rule.address


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"the rules that {names[0]} makes"
    more = len(names) - NAMED
    *some, last = names if more <= 1 else [*names[:NAMED], f"{more} more"]
    return f"{', '.join(some)} and {last}"
