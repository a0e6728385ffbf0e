"""Which file or folder a module call means, and its scope with the caller's arguments; what cannot be read is said."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import cast

from mnlint.model.expr import Call, Expr, Op, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.text import OUTSIDE, Span
from mnlint.model.value import Cause, Hop, HopKind, Node, member, unknown
from mnlint.resolve.places import place_of_module
from mnlint.resolve.scope import MAX_MODULE_DEPTH, MAX_SCOPES, Instance, Scope, folder_of


def scope_of(instance: Instance) -> Scope:
    """The scope of one instance of a module call, made once; without templates if they cannot be read."""
    call = cast("Call", instance.declared)
    caller = instance.scope
    world = caller.world
    known = world.modules.get(instance.address)
    if known is not None:
        return known
    world.scopes += 1
    why_not = _why_not(call, caller)
    templates = () if why_not else _templates(call, caller)
    if why_not and world.scopes <= MAX_SCOPES + 1:  # of all those that are too many the first one says so
        world.notices.append(Notice("error", "MN912", why_not, Place(_shown(call.head, caller), "the module")))
    made = Scope(
        world,
        templates,
        templates[0].language if templates else caller.language,
        prefix=f"{_prefixed(instance.address, call, caller)}.",
        given=lambda name: _argument(name, call, caller),
        guards=instance.guards,
        callers=(call.head, *caller.top.callers),
        providers=_providers(call, caller),
        depth=caller.depth + 1,
        deploys_to=lambda: place_of_module(call, caller),
        made_by=instance,
        around=caller if call.shares else None,
        local=_unlisted(call.source, templates, caller) if templates and isinstance(call.source, Expr) else {},
    )
    world.modules[instance.address] = made
    return made


def forget(instance: Instance) -> None:
    """An instance that another one stands for: it is made again should anybody ask for its outputs."""
    world = instance.scope.world
    if world.modules.pop(instance.address, None) is not None:
        world.scopes -= 1


def _why_not(call: Call, caller: Scope) -> str:
    """Why a module is not looked into; empty if it is."""
    if call.head in caller.top.callers:
        return "this module calls itself, at once or by way of others: it is not looked into again"
    if caller.world.scopes > MAX_SCOPES or caller.depth >= MAX_MODULE_DEPTH:
        return "modules are nested too deeply, or too many: this one is not looked into"
    return ""


def _providers(call: Call, caller: Scope) -> Mapping[str, str]:
    """What the module's provider names mean in the root: as handed over, else as they are here."""
    known = caller.top.providers
    handed = {name: e.args[0] for name, e in call.providers.items() if e.op is Op.NAME}
    return {**known, **{name: known.get(given, given) for name, given in handed.items()}}


def _prefixed(address: str, call: Call, caller: Scope) -> str:
    """`module.hub` whatever the language: Bicep's symbol lacks the word."""
    if call.symbol.startswith("module."):
        return address
    return f"{caller.prefix}module.{address[len(caller.prefix) :]}"


def _templates(call: Call, caller: Scope) -> Sequence[Template]:
    source = call.source
    if isinstance(source, Template):
        return (source,)
    path = source.args[0] if source.op is Op.LITERAL else None
    why = ""
    if isinstance(path, str):
        found = find(path, call.head.file, caller.world.templates, folders=caller.language == "terraform")
        if found:
            return found
        named = _in_registry(path, call, caller)
        outside = caller.world.modules_of(call.head.file, named) if named else ""
        if isinstance(outside, Template):
            caller.world.outside[outside.file] = outside
            return (outside,)
        why = f" ({outside})" if outside else ""
    words = path if isinstance(path, str) else caller.words(source.span)
    caller.world.notices.append(
        Notice(
            "note",
            "MN913",
            f"module {words} is not a readable local one: what depends on it is undecided{why}",
            Place(_shown(source.span, caller), "the module's source"),
        )
    )
    return ()


def _in_registry(path: str, call: Call, caller: Scope) -> str:
    """A module as registries are asked for it: in Terraform the versions that will do stand beside its source."""
    if caller.language != "terraform":
        return path if caller.language == "bicep" else ""
    version = call.version.args[0] if call.version is not None and call.version.args else ""
    return f"tf:{path}:{version}" if isinstance(version, str) else ""


def _unlisted(source: Expr, templates: Sequence[Template], caller: Scope) -> Mapping[str, Node]:
    """What `unlisted` is worth in our abridged text of a registry's module: all that the text leaves out."""
    if not templates[0].file.startswith(OUTSIDE):
        return {}
    why = f"what is not known here of module {source.args[0]}"
    return {"unlisted": unknown(Cause.MODULE, _shown(source.span, caller), why)}


def _shown(span: Span, caller: Scope) -> Span:
    """A place to show: of one inside a module of a registry, the nearest call of ours that leads there."""
    return next((s for s in (span, *caller.top.callers) if not s.outside), span)


def find(path: str, caller: str, templates: Mapping[str, Template], *, folders: bool) -> tuple[Template, ...]:
    """The templates a local path means from the caller's file: one file, or all of a folder for Terraform."""
    if folders and not path.startswith(("./", "../")):
        return ()
    wanted = posixpath.normpath(posixpath.join(folder_of(caller), path))
    if folders:
        inside = "" if wanted == "." else wanted
        return tuple(t for file, t in templates.items() if folder_of(file) == inside and t.language == "terraform")
    found = templates.get(wanted)
    return (found,) if found is not None else ()


def _argument(name: str, call: Call, caller: Scope) -> Node | None:
    """What the call gives an input; evaluated only now, since modules may lean on each other's outputs."""
    expr = call.arguments.get(name)
    if expr is None and caller.fold:
        wanted = name.lower()
        expr = next((call.arguments[key] for key in call.arguments if key.lower() == wanted), None)
    if expr is not None:
        module = call.symbol if "." in call.symbol else f"module {call.symbol}"
        return caller.world.evaluate(expr, caller).through(Hop(HopKind.ARGUMENT, expr.span, f"{name} of {module}"))
    if call.arguments_object is None:
        return None
    return member(caller.world.evaluate(call.arguments_object, caller), name, fold=True)
