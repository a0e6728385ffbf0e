"""Takes knowledge away from a deployment, one place at a time, and says what a policy may still answer then.

A blurred deployment stands for many, the sharp one among them. So whatever is decided of it must be so of the sharp
one, too, and what is in doubt of the sharp one cannot be decided of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from zlib import crc32

import blur_text
from mnlint import azure, lists, policy, resolve, testing
from mnlint.azure.schema import SCHEMA
from mnlint.model.deployment import Deployment, Resource
from mnlint.model.expr import Template
from mnlint.model.fact import Fact, Facts
from mnlint.model.finding import Verdict
from mnlint.model.past import PastNetwork
from mnlint.model.policy import Policy
from mnlint.model.record import dataclass, field, replace
from mnlint.model.root import Root
from mnlint.model.text import Span
from mnlint.model.value import (
    ABSENT,
    Absent,
    Cause,
    Choice,
    Map,
    Node,
    Ref,
    Seq,
    Unknown,
    choice,
    form_of,
    member,
    walk,
)

PASS, FAIL, UNKNOWN, SKIP = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.SKIP
ENUMS = tuple(f.values for fields in SCHEMA.kinds.values() for f in fields.values() if f.values)
SOME_ID = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/other"


# ── deployments, and what a policy says of them ──


@dataclass(frozen=True, slots=True)
class Said:
    """A policy's verdict on one subject.

    `holds` if what it requires is so, whether it was asked for or not; `origins` are the places that decide; `guarded`
    if the subject exists only under a condition that nobody knows.
    """

    verdict: Verdict
    holds: bool
    origins: frozenset[object]
    guarded: bool


Subjects = Mapping[str, Said]  # by the address of the fact


def judge(
    case: testing.Case,
    deployment: Deployment,
    tables: lists.Tables,
    place: Callable[[Span], object] = lambda span: span,
) -> Subjects:
    """What a case's policy says of every subject of a deployment; `place` is what a deciding place is known by."""
    asked = case.policy
    facts = azure.extract(deployment, tables, dict(case.settings.subscriptions), _past(case, tables), asked.types)
    found = {}
    for fact in facts.of(asked.subject):
        if not policy.is_about(asked, fact):
            continue
        said = policy.judge(asked, fact, facts)
        holds = said.verdict is SKIP and requirement_holds(asked, fact, facts)
        origins = frozenset(place(node.origin) for node in said.because)
        found[fact.address] = Said(said.verdict, holds, origins, bool(fact.guards))
    return found


_PAST: dict[str, list[PastNetwork]] = {}


def _past(case: testing.Case, tables: lists.Tables) -> list[PastNetwork]:
    """What a case says was there before, made once: it stays sharp."""
    if case.title not in _PAST:
        _PAST[case.title] = list(testing.past_of(case, tables))
    return _PAST[case.title]


def requirement_holds(asked: Policy, fact: Fact, facts: Facts) -> bool:
    """Whether what a policy requires is so, asked for or not."""
    return policy.judge(replace(asked, when=None), fact, facts).verdict is PASS


def deployments(templates: Mapping[str, Template], roots: Sequence[Root]) -> list[Deployment]:
    """What the roots of a case deploy."""
    return [resolve.resolve(templates, root, bindings) for root in roots for bindings in root.bindings]


# What a verdict may become when less is known. Less knowledge decides nothing that was not decided, and nothing in
# another way; a SKIP may be a PASS where the requirement holds although nobody knows whether it is asked for.
MAY_BECOME = {
    FAIL: {FAIL, UNKNOWN},
    PASS: {PASS, UNKNOWN},
    UNKNOWN: {UNKNOWN},
    SKIP: {SKIP, UNKNOWN},
}


def joint(subjects: Subjects) -> Verdict:
    """The verdict on all subjects: a fail before a doubt, a doubt before a pass, a pass before a skip."""
    verdicts = {said.verdict for said in subjects.values()}
    return next((v for v in (FAIL, UNKNOWN, PASS) if v in verdicts), SKIP)


# What a policy may ask for only where something hints at it: whoever knows less has fewer hints, and is not asked. That
# is so by intent: an id carries no tenant, and doubt about the tenant of every target would drown all else.
HINTS = ("otherTenant",)


def needs_a_hint(asked: Policy) -> bool:
    """Whether a policy is silent, not in doubt, where nothing hints at what it is about."""
    when = asked.when
    return when is not None and when.operator == "exists" and when.argument is True and when.path[-1] in HINTS


def flips(sharp: Subjects, blurred: Subjects, *, hidden: bool, hint: bool = False) -> list[str]:
    """Where the blurred answer contradicts the sharp one or knows more than it; empty if it is sound.

    A subject may be gone if the blur has `hidden` something, such as a member of an open list. Otherwise the doubt has
    to be told of by another subject: doubt never passes in silence, but for a policy that needs a `hint`. A new subject
    may fail where another one failed at the same place, or if it exists under a condition: then it is wrong whenever
    it is there.
    """
    wrong = []
    gone = [address for address in sharp if address not in blurred]
    for address, before in sharp.items():
        after = blurred.get(address)
        if after is None:
            continue
        vacuous = before.holds and after.verdict is PASS
        silent = hint and after.verdict is SKIP
        if after.verdict not in MAY_BECOME[before.verdict] and not vacuous and not silent:
            wrong.append(f"{address}: {before.verdict.value} became {after.verdict.value}")
    faults = frozenset().union(*(said.origins for said in sharp.values() if said.verdict is FAIL))
    for address, after in blurred.items():
        if address not in sharp and after.verdict is FAIL and not after.guarded and not after.origins & faults:
            wrong.append(f"{address}: new, and fails")
    # What is gone may be told of by a doubt, by the same fault at another subject, or by one that may not be there.
    told = any(after.guarded for address, after in blurred.items() if address not in sharp)
    for address in gone if not hidden and not hint and not told else ():
        lost, left = sharp[address].verdict, joint(blurred)
        if lost is not SKIP and left not in (UNKNOWN, lost, joint(sharp)):
            wrong.append(f"{address}: {lost.value} is gone, and {left.value} is said")
    return wrong


# ── blurs of values ──


@dataclass(frozen=True, slots=True)
class Variant:
    """A deployment that knows less: what was taken away, in words, and whether something may be hidden by it.

    `other` is one that it stands for, too, beside that which it was made of.
    """

    what: str
    hidden: bool
    make: Callable[[], Deployment]
    other: Callable[[], Deployment] | None = None


@dataclass(frozen=True, slots=True)
class Blur:
    """The same of one value: `less` of it, and another one that this stands for, too."""

    what: str
    less: Node
    other: Node | None = None
    hidden: bool = False


def why(node: Node) -> Unknown:
    return Unknown(Cause.NO_VALUE, node.span, "blur")


def other_than(node: Node, refs: Sequence[str]) -> Any:
    """Another value that could stand in the place of this one."""
    value = node.value
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, Ref):
        others = [address for address in refs if address != value.address]
        return Ref(others[0], value.rest) if others else SOME_ID
    if isinstance(value, str):
        words = next((e for e in ENUMS if value.lower() in [w.lower() for w in e]), ())
        others = [w for w in words if w.lower() != value.lower()]
        if others:
            return others[crc32(value.encode()) % len(others)]
        return SOME_ID if "/providers/" in value else f"other{value}"
    return "other"


def blurs_of(node: Node, refs: Sequence[str]) -> Iterator[Blur]:
    """Every way to know less of one value."""
    value, doubt = node.value, why(node)
    nothing = node.holding(None if isinstance(value, Map | Seq) else ABSENT)
    yield Blur("unknown", node.holding(doubt), None, is_container(node))
    if not isinstance(value, Map | Seq):
        other = node.holding(other_than(node, refs))
        yield Blur("another or itself", choice([other, node], doubt, node), other)
    if not isinstance(value, Absent) and value is not None:
        yield Blur("itself or nothing", choice([node, nothing], doubt, node), nothing)
    if isinstance(value, Map | Seq):
        more = value.more or doubt
        yield Blur("open", node.holding(replace(value, more=more)))
        for name, less in without(value):
            rest = node.holding(less)
            yield Blur(f"open without {name}", node.holding(replace(less, more=more)), rest, hidden=True)


def without(value: Map | Seq) -> Iterator[tuple[str, Map | Seq]]:
    """A container without each of its members, and what is called so."""
    if isinstance(value, Map):
        for key in value.entries:
            yield key, replace(value, entries={k: node for k, node in value.entries.items() if k != key})
    else:
        for at in range(len(value.items)):
            yield str(at), replace(value, items=(*value.items[:at], *value.items[at + 1 :]))


def is_container(node: Node) -> bool:
    value = node.value
    options = value.options if isinstance(value, Choice) else (node,)
    return any(isinstance(option.value, Map | Seq) for option in options)


def hides(sharp: Deployment, blurred: Deployment) -> bool:
    """Whether something that stood in a container may be unseen now because that is open, or not known."""
    bodies = {resource.address: dict(walk(resource.body)) for resource in blurred.resources}
    for resource in sharp.resources:
        seen = bodies.get(resource.address, {})
        for path, node in walk(resource.body):
            if isinstance(node.value, Map | Seq) and node.value.more is None:
                value = seen[path].value if path in seen else None
                if not isinstance(value, Map | Seq) or value.more is not None:
                    return True
    return False


def types_of(node: Node) -> Iterator[Blur]:
    """The same of azapi's `type@version`: all of it is not known, or only the version."""
    if not isinstance(node.value, str):
        return
    yield Blur("unknown", node.holding(why(node)), hidden=True)
    kind = node.value.partition("@")[0]
    other = node.holding(f"{kind}@2020-01-01")
    yield Blur("of unknown version", node.holding(replace(why(node), form=f"{kind}@{{param:blur}}")), other)
    yield Blur("of two versions", choice([other, node], why(node), node), other)


def put(node: Node, path: tuple[str, ...], new: Node) -> Node:
    """A tree of values with another one at a path as `walk` gives it."""
    if not path:
        return new
    step, *rest = path
    value = node.value
    if isinstance(value, Map):
        made: Any = replace(value, entries={**value.entries, step: put(value.entries[step], tuple(rest), new)})
    elif isinstance(value, Seq):
        at = int(step)
        made = replace(value, items=(*value.items[:at], put(value.items[at], tuple(rest), new), *value.items[at + 1 :]))
    else:
        assert isinstance(value, Choice)
        at = int(step[1:])
        options = [put(o, tuple(rest), new) if n == at else o for n, o in enumerate(value.options)]
        return choice(options, value.why, node)
    return node.holding(made)


def variants(deployment: Deployment) -> Iterator[Variant]:
    """Every way to know one thing less about a deployment."""
    refs = [resource.address for resource in deployment.resources]
    for at, resource in enumerate(deployment.resources):
        with_ = partial(_with_resource, deployment, at)
        for path, node in walk(resource.body):
            typed = resource.type.startswith("azapi_")  # that is, by its body
            is_type = typed and path[:1] == ("type",)
            for found in types_of(node) if is_type else blurs_of(node, refs):
                # An id in a plan says what the name and the type say: no other one fits these.
                blur = replace(found, other=None) if path == ("id",) else found
                if not path and blur.what == "itself or nothing":  # a resource always has a body
                    continue
                # Of what type nobody can say is like what stands in a module that cannot be read: not asked about.
                if typed and not path and blur.what in ("unknown", "open without type"):
                    continue
                yield _variant(blur, f"{resource.address} {'.'.join(path)}", with_, partial(_with_body, resource, path))
        for name in ("name", "api_version", "parent"):
            given: Node | None = getattr(resource, name)
            for blur in blurs_of(given, refs) if given is not None else ():
                yield _variant(blur, f"{resource.address} {name}", with_, partial(_with_field, resource, name))
        guard = Node(Unknown(Cause.NO_VALUE, resource.head, "blur"), resource.head, ())
        guarded = replace(resource, guards=(*resource.guards, guard))
        # It may be that there is no such resource; but for one that others refer to, that is no deployment.
        gone = None if is_referred_to(deployment, resource) else partial(_without, deployment, at)
        yield Variant(f"{resource.address} under a condition", False, partial(with_, guarded), gone)
        looped = partial(with_, replace(guarded, symbolic=True))
        yield Variant(f"{resource.address} in a loop", False, looped, gone)
    for symbol, configuration in deployment.providers.items():
        for path, node in walk(configuration):
            for blur in blurs_of(node, refs):
                with_provider = partial(_with_provider, deployment, symbol)
                yield _variant(
                    blur, f"provider {symbol} {'.'.join(path)}", with_provider, partial(put, configuration, path)
                )


def _variant(blur: Blur, where: str, place: Callable[[Any], Deployment], change: Callable[[Node], Any]) -> Variant:
    def made(node: Node) -> Deployment:
        return place(change(node))

    other = None if blur.other is None else partial(made, blur.other)
    return Variant(f"{where} {blur.what}", blur.hidden, partial(made, blur.less), other)


def is_referred_to(deployment: Deployment, resource: Resource) -> bool:
    """Whether some other resource holds a reference to this one, or is its child."""
    others = [r for r in deployment.resources if r is not resource]
    forms = [form_of(node) for r in others for root in (r.body, r.parent) if root for _, node in walk(root)]
    return any(f"ref:{resource.address}" in form for form in forms if form is not None)


def _without(deployment: Deployment, at: int) -> Deployment:
    kept = deployment.resources
    return replace(deployment, resources=(*kept[:at], *kept[at + 1 :]))


def _with_field(resource: Resource, name: str, new: Node) -> Resource:
    return replace(resource, **{name: new})  # type: ignore[arg-type]


def _with_provider(deployment: Deployment, symbol: str, new: Node) -> Deployment:
    return replace(deployment, providers={**deployment.providers, symbol: new})


def _with_resource(deployment: Deployment, at: int, resource: Resource) -> Deployment:
    kept = deployment.resources
    return replace(deployment, resources=(*kept[:at], resource, *kept[at + 1 :]))


def _with_body(resource: Resource, path: tuple[str, ...], new: Node) -> Resource:
    """A resource with another value in its body; what else of it was read from there follows."""
    body = put(resource.body, path, new)
    fold = resource.language != "terraform"
    changed = {
        name: member(body, name, fold=fold)
        for name in ("name", "parent")
        if getattr(resource, name) is not None and getattr(resource, name) is member(resource.body, name, fold=fold)
    }
    if isinstance(member(resource.body, "name", fold=fold).value, Absent):
        changed.pop("name", None)
    return replace(resource, body=body, **changed)  # type: ignore[arg-type]


# ── what is run ──


@dataclass(slots=True)
class Result:
    """How many variants were tried, and which of them answered wrongly."""

    tried: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, title: str, what: str, found: Sequence[str]) -> None:
        self.tried += 1
        self.wrong += [f"{title}: {what}: {words}" for words in found]


def sample(found: Sequence[Any], most: int, title: str) -> Sequence[Any]:
    """All, or about `most` of them evenly spread; which ones depends on the title, so that it is always the same."""
    if len(found) <= most:
        return found
    step = -(-len(found) // most)
    return found[crc32(title.encode()) % step :: step]


@dataclass(frozen=True, slots=True)
class Sharp:
    """A case as it is written: its templates and what they deploy."""

    templates: Mapping[str, Template]
    deployments: Sequence[Deployment]


def sharpest(case: testing.Case) -> Sharp:
    """A case, read once for all of its variants."""
    templates, roots = testing.read_case(case.files, case.policy.types)
    return Sharp(templates, deployments(templates, roots))


def blur_case(case: testing.Case, read: Sharp, tables: lists.Tables, most: int, result: Result) -> None:
    """Tries up to `most` variants of every deployment of a case."""
    hint = needs_a_hint(case.policy)
    for deployment in read.deployments:
        sharp = judge(case, deployment, tables)
        for variant in sample(list(variants(deployment)), most, case.title):
            blurred = judge(case, variant.make(), tables)
            result.note(case.title, variant.what, flips(sharp, blurred, hidden=variant.hidden, hint=hint))
            if variant.other is not None:
                other = judge(case, variant.other(), tables)
                found = flips(other, blurred, hidden=variant.hidden, hint=hint)
                result.note(case.title, f"{variant.what}, from the other side", found)


def blur_pairs(case: testing.Case, read: Sharp, tables: lists.Tables, most: int, result: Result) -> None:
    """Tries up to `most` pairs of blurs, one after the other: two unknowns must not be taken for one."""
    hint = needs_a_hint(case.policy)
    for deployment in read.deployments:
        sharp = judge(case, deployment, tables)
        one_by_one = list(variants(deployment))
        pairs = range(len(one_by_one) ** 2)
        for pair in sample(pairs, most, case.title):
            first, second = one_by_one[pair // len(one_by_one)], pair % len(one_by_one)
            blurred = first.make()
            others = list(variants(blurred))
            other = others[second % len(others)]
            found = flips(sharp, judge(case, other.make(), tables), hidden=first.hidden or other.hidden, hint=hint)
            result.note(case.title, f"{first.what}, {other.what}", found)


def blur_texts(case: testing.Case, written: Sharp, tables: lists.Tables, most: int, result: Result) -> None:
    """Tries up to `most` ways to write a parameter without value instead of a literal of a case."""
    hint = needs_a_hint(case.policy)
    templates, known = written.templates, written.deployments
    sharp = [judge(case, one, tables, partial(_line, templates)) for one in known]
    for variant in sample(list(blur_text.variants(templates)), most, case.title):
        read, roots = testing.read_case(variant.files, case.policy.types)
        broken = [n.message for template in read.values() for n in template.notices if n.level != "warning"]
        assert not broken, f"{case.title}: {variant.what}: {broken}"
        for one, less, before in zip(known, deployments(read, roots), sharp, strict=True):
            blurred = judge(case, less, tables, partial(_line, read))
            result.note(case.title, variant.what, flips(before, blurred, hidden=hides(one, less), hint=hint))


def _line(templates: Mapping[str, Template], span: Span) -> tuple[str, int]:
    """The line of a place, by which it is known in a file that has changed: no variant adds one before others."""
    return span.file, templates[span.file].source.line_column(span.start)[0]
