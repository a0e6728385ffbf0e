"""Every resource that a root deploys: modules entered one by one, and counted where one equal to them was entered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping

from mnlint.model.deployment import Resource, Step
from mnlint.model.expr import Call, Declared, Op
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, deferred, field
from mnlint.model.typing import Any
from mnlint.model.value import Map, Node, Ref, Seq, member
from mnlint.resolve.evaluate import evaluate
from mnlint.resolve.forms import deep_form
from mnlint.resolve.places import place_of_resource
from mnlint.resolve.scope import Instance, Scope

MAX_RESOURCES = 10_000  # of a deployment, those in modules and loops too; Azure takes 800
EXACT = 200  # module instances entered whatever they are; of more, those equal to one entered before are counted
LONGEST = 200_000  # characters of a file that is looked through for each of its resources that may be left out
# Or another text, which Bicep itself takes only from `any(...)`. One looks no further than to the next.
_IDS_IN_WAITS = pattern(r"dependsOn(?:(?!dependsOn)[^\]'(])*+['(]")


def collect(
    root: Scope, unasked: Collection[str] = (), wanted: Callable[[Declared | Call], bool] | None = None
) -> tuple[tuple[Resource, ...], Mapping[str, Step]]:
    """Every resource of a scope and of the modules it calls, in the order of the text, and after what each comes; but
    for those of `unasked` types that nothing can refer to, and for what is not `wanted`.

    Modules that call two modules each, down thirty levels, are a thousand million instances of thirty files. Beyond
    `EXACT` an instance with the arguments of another one is not entered again: the other one's resources stand for its
    own, with their number in `instances`. What refers to a resource that was only counted finds nothing at its address,
    which is a doubt.
    """
    walk = _Walk(unasked, wanted or (lambda _: True))
    _enter(root, walk)
    times = _times(root, walk)
    return tuple([_resource(i, declared, times[scope]) for i, declared, scope in walk.found]), walk.steps


@dataclass(slots=True)
class _Walk:
    unasked: Collection[str]
    wanted: Callable[[Declared | Call], bool]
    found: list[tuple[Instance, Declared, Scope]] = field(default_factory=list)
    calls: dict[Scope, list[Scope]] = field(default_factory=dict)  # which scopes a scope's calls lead to
    left: list[Scope] = field(default_factory=list)  # scopes in the order they were left: callers after callees
    by_key: dict[Hashable, Scope] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    alone: dict[int, bool] = field(default_factory=dict)  # by the declaration, which is in many scopes

    def is_alone(self, declared: Declared, scope: Scope) -> bool:
        if id(declared) not in self.alone:
            self.alone[id(declared)] = _is_alone(declared, scope)
        return self.alone[id(declared)]


def _enter(scope: Scope, walk: _Walk) -> None:
    calls = walk.calls[scope] = []
    for declared in scope.declarations():
        if len(walk.found) >= MAX_RESOURCES:
            from mnlint.resolve.budget import passes

            words = f"more than {MAX_RESOURCES:,} resources in one deployment: from here on they are not seen"
            passes("resources", words, declared.head, scope)
            break
        if not walk.wanted(declared):
            continue
        if isinstance(declared, Declared) and declared.type.lower() in walk.unasked and walk.is_alone(declared, scope):
            continue
        for instance in scope.expand(declared.symbol):
            walk.steps[instance.address] = _step(instance)
            if isinstance(declared, Call):
                if "modules" in scope.world.passed:
                    break  # which was said
                from mnlint.resolve.modules import forget, scope_of

                inner = scope_of(instance)
                equal = _equal(inner, walk)
                calls.append(equal or inner)
                if equal is None:
                    _enter(inner, walk)
                else:
                    forget(instance)
            else:
                walk.found.append((instance, declared, scope))
    walk.left.append(scope)


def _step(instance: Instance) -> Step:
    """A step of which nobody knows what it waits for before it is asked for: few deployments have an order that
    matters."""
    scope = instance.scope
    made_by = scope.top.made_by
    known: dict[str, Any] = {
        "within": made_by.address if made_by is not None else "",
        "loop": scope.top.prefix + instance.declared.symbol if instance.declared.loop is not None else "",
        "guards": () if scope.language == "terraform" else instance.guards,
        "symbol": instance.declared.symbol,
        "symbolic": instance.symbolic,
    }

    def whole() -> Step:
        from mnlint.resolve.waits import waits_for

        waited_for, batch = waits_for(instance)
        return Step(waited_for, batch=batch, **known)

    return deferred(Step, whole, **known)


def _is_alone(declared: Declared, scope: Scope) -> bool:
    """Whether nothing can refer to a resource: its symbol stands nowhere else, and in Bicep that is the only way, but
    for ids among what is waited for."""
    source = scope.source(declared.head.file) if scope.language == "bicep" else None
    text = source.text if source is not None else ""
    if len(text) > LONGEST or text.count(declared.symbol) != 1:
        return False
    return "any(" not in text and not _IDS_IN_WAITS.search(text)


def _equal(scope: Scope, walk: _Walk) -> Scope | None:
    """A scope entered before with the same files and arguments, once there are so many that it matters."""
    if len(walk.calls) < EXACT:
        return None
    if not walk.by_key:
        walk.by_key = {key: entered for entered in walk.calls if (key := _key(entered)) is not None}
    key = _key(scope)
    found = walk.by_key.get(key)
    if found is None and key is not None:
        walk.by_key[key] = scope
    return found


def _key(scope: Scope) -> Hashable | None:
    """What makes two module instances equal: place, files, providers, conditions, what each input is and came from."""
    inputs = [(i.symbol, scope.lookup(i.symbol, i.span)) for template in scope.templates for i in template.inputs]
    forms = [deep_form(node) for node in (*scope.guards, *(node for _, node in inputs))]
    if None in forms or not scope.templates or scope.around is not None:
        return None
    origins = [(symbol, node.origin) for symbol, node in inputs]
    files, providers = tuple(id(t) for t in scope.templates), tuple(sorted(scope.providers.items()))
    return scope.where, files, providers, tuple(forms), tuple(origins)


def _times(root: Scope, walk: _Walk) -> dict[Scope, int]:
    """How often each scope is there: as often as all that call it, once for each call."""
    times = dict.fromkeys(walk.calls, 0)
    times[root] = 1
    for scope in reversed(walk.left):
        for callee in walk.calls[scope]:
            times[callee] += times[scope]
    return times


def _provider(declared: Declared, scope: Scope) -> str:
    """The root's name of the provider that makes a resource, through the modules' `providers`."""
    if scope.language != "terraform":
        return ""
    given = declared.provider
    name = given.args[0] if given is not None and given.op is Op.NAME else declared.type.split("_", 1)[0]
    return scope.top.providers.get(name, name)


def _resource(instance: Instance, declared: Declared, instances: int) -> Resource:
    """A resource whose body nobody evaluates before it is asked for: most are of types that no fact is made of."""
    scope = instance.scope
    known: dict[str, Any] = {
        "address": instance.address,
        "type": declared.type,
        "language": scope.language,
        "head": declared.head,
        "mode": declared.mode,
        "guards": instance.guards,
        "callers": scope.top.callers,
        "provider": _provider(declared, scope),
        "instances": instances,
        "symbolic": instance.symbolic,
        "declared_in": declared.head.file,
        "symbol": declared.symbol,
    }
    if scope.language == "terraform":  # it has no words for these
        known |= {"parent": None, "api_version": None}
    return deferred(Resource, lambda: _evaluated(instance, declared, known), **known)


def _evaluated(instance: Instance, declared: Declared, known: Mapping[str, Any]) -> Resource:
    scope = instance.scope
    body = evaluate(declared.body, scope, declared.head)
    if scope.language == "terraform":
        from mnlint.resolve.encoded import opened

        body = opened(body)
    label = f"no name here: {scope.words(declared.head)}"
    parent = evaluate(declared.parent, scope) if declared.parent else None
    if parent is None and isinstance(body.value, Map):
        given = body.value.find("parent", fold=True) if scope.fold else None
        parent = given if given is not None and isinstance(given.value, Ref) else None
    rest = {
        "name": member(body, "name", fold=scope.fold, label=label),
        "body": body,
        "api_version": evaluate(declared.api_version, scope) if declared.api_version else None,
        "parent": _single(parent),
        "scope": place_of_resource(instance),
    }
    return Resource(**{**known, **rest})


def _single(parent: Node | None) -> Node | None:
    """A parent declared in a loop of one is that one."""
    if (
        parent is not None
        and isinstance(parent.value, Seq)
        and len(parent.value.items) == 1
        and parent.value.more is None
    ):
        return parent.value.items[0]
    return parent
