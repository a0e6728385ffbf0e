"""Templates in, Deployment out: declarations expanded, expressions evaluated, modules entered with their arguments."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from mnlint.model.deployment import Deployment, Step
from mnlint.model.expr import Call, Declared, Expr, Import, Template
from mnlint.model.limits import Limits
from mnlint.model.record import deferred
from mnlint.model.root import Root
from mnlint.model.text import Span
from mnlint.model.typing import Any
from mnlint.model.value import Node
from mnlint.resolve.bindings import given_by
from mnlint.resolve.collect import collect
from mnlint.resolve.evaluate import evaluate
from mnlint.resolve.loops import instances_of
from mnlint.resolve.scope import Instance, Scope, World, folder_of

__all__ = ["resolve"]


def resolve(
    templates: Mapping[str, Template],
    root: Root,
    bindings: Sequence[str] = (),
    modules_of: Callable[[str, str], Template | str] = lambda caller, source: "",
    content: Callable[[str], bytes | None] = lambda file: None,
    below: Callable[[str], Sequence[str] | None] = lambda folder: None,
    template_of: Callable[[str, frozenset[str], Span], Expr | None] = lambda text, names, span: None,
    limits: Limits | None = None,
    unasked: Collection[str] = (),
    wanted: Callable[[Declared | Call], bool] | None = None,
) -> Deployment:
    """What `root` deploys with the parameter files named by `bindings`. Never fails: doubt is a value.

    `modules_of` gives the template of a registry's module, by the calling file and the module as written, or says why
    there is none. `content` reads a file that a template loads, by its path from the boundary; None if it may not.
    `below` names the files below a folder, by their paths from it; None if it may not.
    `template_of` reads the text of a Terraform template, which may use some names, as an expression at a place.
    Of a type that is `unasked` (in lower case) a resource may be missing if nothing in its file says its name. If
    somebody says which resources and modules are `wanted`, the others are passed over.
    """
    if any(template.language == "terraform" for template in templates.values()):
        from mnlint.resolve.overrides import with_overrides

        templates = with_overrides(templates)
    world = World(
        templates,
        evaluate,
        instances_of,
        _scope_of,
        modules_of,
        home_of=_home_of,
        content=content,
        below=below,
        template_of=template_of,
        limits=limits or Limits(),
    )
    world.fuel = world.limits.evaluations
    own = [templates[f] for f in root.files if f in templates and _is_own(f, root)]
    sources = _sources(root, templates) if root.language == "tfplan" else None
    given = given_by(templates, bindings, world, fold=root.language != "terraform")
    scope = Scope(world, own, own[0].language if own else root.language, given=given)
    before = next((t.before for t in own if t.before is not None), None)
    resources, steps = collect(scope, unasked, wanted)
    known: dict[str, Any] = {
        "root": root.entry,
        "resources": resources,
        "providers": _providers(scope),
        "requires": {name: evaluate(expr, scope) for t in own for name, expr in t.requires.items()},
        "binding": bindings[-1] if bindings else None,
        "before": _before(before, world, root) if before is not None else None,
        "steps": _in_modules(steps) if root.language == "tfplan" else steps,
        "replaced": frozenset().union(*(t.replaced for t in own)),
    }
    # There may be more to say once the resources are evaluated that somebody asks for.
    made = deferred(Deployment, lambda: Deployment(**known, notices=tuple(world.notices)), **known)
    if sources is None:
        return made
    from mnlint.resolve.planned import laid_over

    # The plan says what the variables were given.
    declared = resolve(templates, sources, (root.entry,), modules_of, content, below, template_of, limits)
    return laid_over(made, declared)


def _scope_of(instance: Instance) -> Scope:
    """By what only roots need that call modules."""
    from mnlint.resolve.modules import scope_of

    return scope_of(instance)


def _home_of(found: Import, scope: Scope) -> Scope | None:
    """By what only templates need that import from others."""
    from mnlint.resolve.imports import home_of

    return home_of(found, scope)


def _in_modules(steps: Mapping[str, Step]) -> Mapping[str, Step]:
    from mnlint.resolve.planned import in_modules

    return in_modules(steps)


def _sources(root: Root, templates: Mapping[str, Template]) -> Root | None:
    """The root of the sources in a plan's folder, if they were read."""
    folder = folder_of(root.entry)
    files = tuple(f for f in root.files if f in templates and templates[f].language == "terraform" and f != root.entry)
    return Root(folder, "terraform", files) if any(folder_of(file) == folder for file in files) else None


def _before(template: Template, now: World, root: Root) -> Deployment:
    """What is there now, as a plan says: a world of its own, since its resources have the same addresses."""
    world = World(now.templates, evaluate, instances_of, _scope_of, limits=now.limits, notices=now.notices)
    world.fuel = now.limits.evaluations
    return Deployment(root.entry, collect(Scope(world, [template], template.language))[0])


def _is_own(file: str, root: Root) -> bool:
    return folder_of(file) == root.entry if root.language == "terraform" else file == root.entry


def _providers(scope: Scope) -> dict[str, Node]:
    return {p.symbol: evaluate(p.body, scope, p.head) for t in scope.templates for p in t.providers}
