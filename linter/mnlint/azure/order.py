"""After what each resource of a deployment comes: which of some others have ended when it begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mnlint.azure.index import Index
from mnlint.azure.kleene import implied, whole_number
from mnlint.azure.views import View
from mnlint.model.deployment import Step
from mnlint.model.ids import id_of, same_text
from mnlint.model.record import dataclass, field
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import Absent, Cause, Choice, Node, Ref, Unknown, doubt, form_of, has_text

MAX_LEVELS: Final = 10  # of resources in each other
_BEGINS, _ENDS = "begins", "ends"
_Event = tuple[str, str]  # one of the two, and the address of a resource or a module


@dataclass(frozen=True, slots=True)
class Before:
    """What has ended: sets of numbers as bits. `own` is what ends with something, `maybe` what may have, and why."""

    sure: int = 0
    maybe: int = 0
    why: Unknown | None = None
    own: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Edge:
    """One step that another one waits for; `why` it may not."""

    address: str
    why: Unknown | None = None


@dataclass(slots=True, eq=False)
class Order:
    """The steps of a deployment, and the numbers (as one bit each) of those that somebody asks about."""

    steps: Mapping[str, Step]
    index: Index
    numbers: Mapping[str, int]  # by address
    _below: dict[str, list[str]] = field(default_factory=dict)  # what a module or a loop makes
    _named: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)  # by module and type, and by name
    _waited: dict[str, Sequence[_Edge]] = field(default_factory=dict)
    _known: dict[_Event, Before] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for address, step in self.steps.items():
            for whole in {step.within, step.loop} - {""}:
                self._below.setdefault(whole, []).append(address)

    def before(self, address: str) -> Before:
        """Which of the numbered have ended before something begins."""
        return self._of((_BEGINS, address))

    def _of(self, event: _Event) -> Before:
        """What has ended at an event. Without recursion: a chain may be as long as the template."""
        stack, busy = [event], set[_Event]()
        while stack:
            now = stack[-1]
            needed = [e for e in self._causes(now) if e not in self._known and e not in busy] if now not in busy else []
            busy.add(now)
            if needed:
                stack += needed
                continue
            stack.pop()
            if now not in self._known:
                self._known[now] = self._begun(now[1]) if now[0] == _BEGINS else self._ended(now[1])
        return self._known[event]

    def _causes(self, event: _Event) -> Iterator[_Event]:
        kind, address = event
        step = self.steps.get(address)
        if kind == _ENDS:
            yield _BEGINS, address
            yield from ((_ENDS, below) for below in self._below.get(address, ()))
        elif step is not None:
            yield from ((_ENDS, edge.address) for edge in self._edges(address, step))
            if step.within:
                yield _BEGINS, step.within

    def _begun(self, address: str) -> Before:
        step = self.steps.get(address)
        if step is None:
            return Before()
        sure = maybe = 0
        why: Unknown | None = None
        for edge in self._edges(address, step):
            ended = self._known.get((_ENDS, edge.address), Before())
            doubt_of_it = edge.why
            if doubt_of_it is None:
                sure |= ended.own
                if implied(self._guards(edge.address), self._guards(address)):
                    sure |= ended.sure
                else:  # what is not deployed waits for nothing
                    doubt_of_it = next((doubt(guard) for guard in self._guards(edge.address)), None)
            maybe |= ended.own | ended.sure | ended.maybe
            why = why or (doubt_of_it if ended.own | ended.sure else None) or ended.why
        for node in step.waits_for:
            if isinstance(node.value, Unknown) and self._is_any(node):
                maybe, why = -1, why or doubt(node)
        around = self._known.get((_BEGINS, step.within), Before()) if step.within else Before()
        sure |= around.sure
        return Before(sure, (maybe | around.maybe) & ~sure, why or around.why)

    def _ended(self, address: str) -> Before:
        begun = self._known.get((_BEGINS, address), Before())
        own, sure, maybe, why = self.numbers.get(address, 0), begun.sure, begun.maybe, begun.why
        for below in self._below.get(address, ()):
            ended = self._known.get((_ENDS, below), Before())
            own |= ended.own
            if implied(self._guards(below), self._guards(address)):
                sure |= ended.sure
            maybe |= ended.sure | ended.maybe
            why = why or ended.why or next((doubt(guard) for guard in self._guards(below)), None)
        return Before(sure, maybe & ~sure, why, own)

    def _guards(self, address: str) -> tuple[Node, ...]:
        """Under what conditions a step is taken; Terraform keeps the order around one that makes nothing, too."""
        view = self.index.by_address.get(address)
        if view is not None:
            return () if view.resource.language == "terraform" else view.guards
        step = self.steps.get(address)
        return step.guards if step is not None else ()

    # ── edges ──

    def _edges(self, address: str, step: Step) -> Sequence[_Edge]:
        if address not in self._waited:
            found = [edge for node in step.waits_for for edge in self._edges_to(node, step)]
            if step.batch is not None:
                found += self._turns(address, step, step.batch)
            self._waited[address] = found
        return self._waited[address]

    def _edges_to(self, node: Node, step: Step) -> Iterator[_Edge]:
        value = node.value
        if isinstance(value, Ref):
            one = value.address in self.steps
            yield from (_Edge(found) for found in ([value.address] if one else self._below.get(value.address, ())))
        elif isinstance(value, Choice):
            for option in value.options:
                if not isinstance(option.value, Absent):
                    yield from (_Edge(edge.address, value.why) for edge in self._edges_to(option, step))
        elif isinstance(value, str) or not self._is_any(node):
            yield from self._edges_by_name(node, step)

    def _is_any(self, node: Node) -> bool:
        """Whether nobody can say at all what something waits for."""
        return not isinstance(node.value, str) and not has_text(form_of(node))

    def _edges_by_name(self, node: Node, step: Step) -> Iterator[_Edge]:
        """Resources of the same template by their id or name, as ARM JSON says what a resource waits for."""
        found = id_of(node)[1]
        kind, name = "", form_of(node) or ""
        if found is not None:
            kind, name = found.type, "/".join(found.names)
            if found.root is not None:
                yield from (_Edge(view.address) for view in self.index.meant(node))
                return
        if not self._named:
            for view in self.index.views:
                self._name(view)
        near = self._named.get((step.within, kind.lower()), {})
        exact = near.get(name.lower(), ())
        yield from (_Edge(address) for address in exact)
        if exact:
            return
        why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, "what it waits for")
        for other, addresses in near.items():
            if "{" in name + other and same_text(other, name) is Tri.UNKNOWN:
                yield from (_Edge(address, why) for address in addresses)

    def _name(self, view: View) -> None:
        """Notes a resource by its names, with its type and without."""
        step = self.steps.get(view.address)
        if step is None:
            return
        whole = self._whole_name(view)
        for kind, name in {(view.type.lower(), whole), ("", whole), ("", (form_of(view.name) or "{?}").lower())}:
            self._named.setdefault((step.within, kind), {}).setdefault(name, []).append(view.address)

    def _whole_name(self, view: View) -> str:
        """`hub/pypi` of a rule, also where it stands inside of the hub."""
        parts, parent = ["/".join(view.names).lower()], view.resource.parent
        while parent is not None and isinstance(parent.value, Ref) and len(parts) < MAX_LEVELS:
            above = self.index.by_address.get(parent.value.address)
            if above is None:
                break
            parts.append("/".join(above.names).lower())
            parent = above.resource.parent
        return "/".join(reversed(parts))

    def _turns(self, address: str, step: Step, batch: Node) -> Iterator[_Edge]:
        """Of a loop that goes by batches, those of the batches before."""
        size = whole_number(batch)
        for other in self._below.get(step.loop, ()):
            if other == address:
                return
            if size is None:
                yield _Edge(other, doubt(batch) or Unknown(Cause.UNEXPECTED_TYPE, batch.origin, "the size of a batch"))
            elif size == 1 or (size > 1 and _turn(other) // size < _turn(address) // size):
                yield _Edge(other)


def _turn(address: str) -> int:
    number = address.rpartition("[")[2].removesuffix("]")
    return int(number) if number.isdecimal() else 0
