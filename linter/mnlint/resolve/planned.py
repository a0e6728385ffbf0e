"""A plan over the sources it was made from: the plan's values decide, the sources say where they were written."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mnlint.model.deployment import Deployment, Resource, Step
from mnlint.model.pattern import pattern
from mnlint.model.record import replace
from mnlint.model.value import Absent, Cause, Choice, Hop, HopKind, Map, Node, Ref, Seq, Unknown, member

_KEY = pattern(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$')
_MODULE = pattern(r'module\.[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.')
MAX_LOOKED_AT = 2_000  # values looked through for one that is not known


def laid_over(plan: Deployment, sources: Deployment) -> Deployment:
    """The resources of a plan, each at the place in the sources that declares it, if there is one of its address.

    What the plan does not know is what the sources refer to, and what nobody wrote is absent as in the sources. A
    value that only the sources know is none: they may be newer than the plan.
    """
    declared = {r.address: r for r in sources.resources if not r.symbolic}
    there = frozenset(r.address for r in plan.resources)
    made = [_placed(r, declared.get(r.address), there) for r in plan.resources]
    steps = {address: _step(step, sources.steps.get(address)) for address, step in plan.steps.items()}
    return replace(plan, resources=tuple(made), steps=steps)


def in_modules(steps: Mapping[str, Step]) -> dict[str, Step]:
    """The steps of a plan, which is flat, in modules and loops as their addresses have it."""
    made: dict[str, Step] = {}
    for address, step in steps.items():
        within = ""
        for found in _MODULE.finditer(address):
            module = address[: found.end() - 1]
            made.setdefault(module, _of(Step(within=within), within, module))
            within = module
        made[address] = _of(replace(step, within=within), within, address)
    return made


def _of(step: Step, within: str, address: str) -> Step:
    """A step with what its address says: the loop that makes it, and what it is called in its module."""
    whole = _KEY.sub("", address)
    return replace(step, loop=whole if whole != address else "", symbol=whole[len(within) :].lstrip("."))


def _step(plan: Step, source: Step | None) -> Step:
    """Of what a plan says that it may be anything, the sources know what it is."""
    known = [node for node in plan.waits_for if not isinstance(node.value, Unknown)]
    if source is None or len(known) == len(plan.waits_for):
        return plan
    return replace(plan, waits_for=(*known, *source.waits_for))


def _placed(resource: Resource, source: Resource | None, there: Collection[str]) -> Resource:
    if source is None or source.type != resource.type or source.mode is not resource.mode:
        return resource
    body = _both(resource.body, source.body, there)
    return replace(
        resource,
        body=body,
        name=member(body, "name", fold=False),
        head=source.head,
        callers=source.callers,
        declared_in=source.declared_in,
        symbol=source.symbol,
    )


def _both(plan: Node, source: Node, there: Collection[str]) -> Node:
    """A value of the plan at its place in the source. Recursion is bounded as the plan's text is."""
    value, written = plan.value, source.value
    if isinstance(value, Unknown):
        open_there = value.cause is not Cause.SECRET and _is_open(source)
        return source if open_there else _at(plan, source)
    if isinstance(value, Map):
        return _members(plan, value, source, written, there) if isinstance(written, Map) else _at(plan, source)
    if isinstance(value, Seq):
        same = isinstance(written, Seq) and written.more is None and len(written.items) == len(value.items)
        if not same or not isinstance(written, Seq):
            return _at(plan, source)
        items = [_both(p, s, there) for p, s in zip(value.items, written.items, strict=True)]
        return source.holding(Seq(tuple(items), value.more))
    if isinstance(written, Ref) and written.rest == ("id",) and written.address in there and isinstance(value, str):
        return source
    if isinstance(written, Absent) and value is None:
        return source
    return _at(plan, source)


def _members(plan: Node, value: Map, source: Node, written: Map, there: Collection[str]) -> Node:
    entries: dict[str, Node] = {}
    for name, node in value.entries.items():
        own = written.entries.get(name)
        if own is not None:
            entries[name] = _both(node, own, there)
        elif written.more is not None or not _is_left_out(node):
            entries[name] = node
    if value.more is not None:
        entries.update({name: node for name, node in written.entries.items() if name not in entries})
    return source.holding(Map(entries, written.head, value.more))


def _is_left_out(node: Node) -> bool:
    """What a plan says of an argument that nobody wrote: null, no block, or that Azure will choose it."""
    value = node.value
    chosen = isinstance(value, Unknown) and value.cause is Cause.RUNTIME
    return value is None or chosen or (isinstance(value, Seq) and not value.items and value.more is None)


def _at(plan: Node, source: Node) -> Node:
    """The plan's value at the source's place: by the way it came there if that leads to the same value."""
    known = isinstance(plan.value, bool | int | float | str)
    same = known and type(plan.value) is type(source.value) and plan.value == source.value
    step = Hop(HopKind.BINDING, plan.span, "the plan")
    way = tuple(hop for hop in source.trail if hop.span.file != plan.span.file) if same else ()
    return Node(plan.value, source.span, (step, *(way or (Hop(HopKind.DECLARATION, source.span, "written here"),))))


def _is_open(node: Node) -> bool:
    """Whether the source leaves something open, so that it is no contradiction to what is known after apply."""
    if isinstance(node.value, Absent):
        return True
    todo, looked = [node], 0
    while todo and looked < MAX_LOOKED_AT:
        value = todo.pop().value
        looked += 1
        if isinstance(value, Unknown | Ref | Choice):
            return True
        if isinstance(value, Map | Seq):
            if value.more is not None:
                return True
            todo += value.entries.values() if isinstance(value, Map) else value.items
    return False
