"""Templates in, Deployment out: declarations expanded, expressions evaluated, modules entered with their arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.model.deployment import Deployment
from mnlint.model.expr import Template
from mnlint.model.root import Root
from mnlint.model.value import Hop, HopKind, Node
from mnlint.resolve.collect import collect
from mnlint.resolve.evaluate import evaluate
from mnlint.resolve.loops import instances_of
from mnlint.resolve.modules import scope_of
from mnlint.resolve.scope import Scope, World, folder_of

__all__ = ["resolve"]


def resolve(templates: Mapping[str, Template], root: Root, bindings: Sequence[str] = ()) -> Deployment:
    """What `root` deploys with the parameter files named by `bindings`. Never fails: doubt is a value."""
    world = World(templates, evaluate, instances_of, scope_of)
    own = [templates[f] for f in root.files if f in templates and _is_own(f, root)]
    given = _bindings(templates, bindings, world)
    scope = Scope(
        world, own, root.language, given=lambda name: given.get(name if root.language == "terraform" else name.lower())
    )
    return Deployment(
        root.entry,
        collect(scope),
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
