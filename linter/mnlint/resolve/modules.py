"""Which file or folder a module call means, and its scope with the caller's arguments; what cannot be read is said."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from mnlint.model.expr import Call, Expr, Op, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.text import OUTSIDE
from mnlint.model.typing import Final, cast
from mnlint.model.value import Cause, Hop, HopKind, Node, member, unknown
from mnlint.resolve.budget import MODULE, passes
from mnlint.resolve.places import place_of_module
from mnlint.resolve.scope import Instance, Scope, folder_of

SHOWN: Final = 6  # files of a circle


def scope_of(instance: Instance) -> Scope:
    """The scope of one instance of a module call, made once; without templates if they cannot be read."""
    call = cast("Call", instance.declared)
    caller = instance.scope
    world = caller.world
    known = world.modules.get(instance.address)
    if known is not None:
        return known
    world.scopes += 1
    world.fuel -= MODULE
    left_out = _is_left_out(call, caller)
    templates = () if left_out else _templates(call, caller)
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
        left_out=left_out,
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


def _is_left_out(call: Call, caller: Scope) -> bool:
    """Whether a module is not looked into, which is said."""
    limits = caller.world.limits
    if call.head in caller.top.callers:
        words = f"this module calls itself, {_circle(call, caller)}: it is not looked into again"
        passes(f"circle at {call.head}", words, call.head, caller)  # one of the ways that lead there
        return True
    if caller.depth >= limits.module_depth:
        words = f"more than {limits.module_depth} modules inside each other (--max-module-depth): deeper ones are not"
        passes("module depth", f"{words} looked into", call.head, caller)
        return True
    if caller.world.scopes > limits.modules:
        words = f"more than {limits.modules:,} modules in one deployment (--max-modules): from here on they are not"
        passes("modules", f"{words} looked into", call.head, caller)
        return True
    return False


def _circle(call: Call, caller: Scope) -> str:
    """The files by which a call leads to itself, in the order in which they call; the middle of many is left out."""
    above = caller.top.callers
    way = [head.file for head in reversed(above[: above.index(call.head) + 1])]
    shown = way if len(way) <= SHOWN else [*way[: SHOWN // 2], f"{len(way) - SHOWN} others", *way[-SHOWN // 2 :]]
    return " > ".join((*shown, call.head.file))


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
            Place(caller.shown(source.span), "the module's source"),
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
    return {"unlisted": unknown(Cause.MODULE, caller.shown(source.span), why)}


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
