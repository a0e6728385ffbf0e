"""Templates in, Deployment out: declarations expanded, expressions evaluated, modules entered with their arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.model.deployment import Deployment, Resource
from mnlint.model.expr import Call, Declared, Op, Template
from mnlint.model.root import Root
from mnlint.model.value import Hop, HopKind, Map, Node, Ref, Seq, member
from mnlint.resolve.evaluate import evaluate
from mnlint.resolve.loops import instances_of
from mnlint.resolve.modules import scope_of
from mnlint.resolve.scope import Instance, Scope, World, folder_of

__all__ = ["resolve"]

MAX_RESOURCES = 20_000


def resolve(templates: Mapping[str, Template], root: Root, bindings: Sequence[str] = ()) -> Deployment:
    """What `root` deploys with the parameter files named by `bindings`. Never fails: doubt is a value."""
    world = World(templates, evaluate, instances_of, scope_of)
    own = [templates[f] for f in root.files if f in templates and _is_own(f, root)]
    given = _bindings(templates, bindings, world)
    scope = Scope(
        world, own, root.language, given=lambda name: given.get(name if root.language == "terraform" else name.lower())
    )
    resources: list[Resource] = []
    _collect(scope, resources)
    return Deployment(
        root.entry,
        tuple(resources),
        providers=_providers(scope),
        requires={name: evaluate(expr, scope) for t in own for name, expr in t.requires.items()},
        binding=bindings[-1] if bindings else None,
        notices=tuple(world.notices),
    )


def _is_own(file: str, root: Root) -> bool:
    return folder_of(file) == root.entry if root.language == "terraform" else file == root.entry


def _bindings(templates: Mapping[str, Template], files: Sequence[str], world: World) -> dict[str, Node]:
    """Parameter files' assignments, the later file on top."""
    given: dict[str, Node] = {}
    for file in files:
        template = templates.get(file)
        if template is None:
            continue
        scope = Scope(world, [template], template.language)
        short = file.rsplit("/", 1)[-1]
        for name in template.names:
            node = evaluate(name.expr, scope, name.span)
            key = name.symbol if scope.language == "terraform" else name.symbol.lower()
            given[key] = node.through(Hop(HopKind.BINDING, name.expr.span, f"{short} gives {name.symbol}"))
    return given


def _providers(scope: Scope) -> dict[str, Node]:
    return {p.symbol: evaluate(p.body, scope, p.head) for t in scope.templates for p in t.providers}


def _provider(declared: Declared, scope: Scope) -> str:
    """The root's name of the provider that makes a resource, through the modules' `providers`."""
    if scope.language != "terraform":
        return ""
    given = declared.provider
    name = given.args[0] if given is not None and given.op is Op.NAME else declared.type.split("_", 1)[0]
    return scope.top.providers.get(name, name)


def _collect(scope: Scope, resources: list[Resource]) -> None:
    """Every resource of a scope and of the modules it calls, in the order of the text."""
    for declared in scope.declarations():
        for instance in scope.expand(declared.symbol):
            if isinstance(declared, Call):
                _collect(scope_of(instance), resources)
            elif len(resources) < MAX_RESOURCES:
                resources.append(_resource(instance, declared))


def _resource(instance: Instance, declared: Declared) -> Resource:
    scope = instance.scope
    body = evaluate(declared.body, scope, declared.head)
    label = f"no name here: {scope.words(declared.head)}"
    parent = evaluate(declared.parent, scope) if declared.parent else None
    if parent is None and isinstance(body.value, Map):
        given = body.value.find("parent", fold=True) if scope.fold else None
        parent = given if given is not None and isinstance(given.value, Ref) else None
    return Resource(
        address=instance.address,
        type=declared.type,
        language=scope.language,
        name=member(body, "name", fold=scope.fold, label=label),
        body=body,
        head=declared.head,
        mode=declared.mode,
        api_version=evaluate(declared.api_version, scope) if declared.api_version else None,
        guards=instance.guards,
        callers=scope.top.callers,
        provider=_provider(declared, scope),
        parent=_single(parent),
        waits_for=tuple(ref for expr in declared.waits_for for ref in _refs(evaluate(expr, scope))),
        serial=declared.batch is not None,
        symbolic=instance.symbolic,
        declared_in=declared.head.file,
        symbol=declared.symbol,
    )


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


def _refs(node: Node) -> list[Ref]:
    value = node.value
    if isinstance(value, Ref):
        return [value]
    return [ref for item in value.items for ref in _refs(item)] if isinstance(value, Seq) else []
