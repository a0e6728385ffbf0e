"""What of templates can come to no fact: told by the types that they declare, before all of it is evaluated."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping

from mnlint.azure import arm
from mnlint.model.expr import Call, Declared, Op, Template
from mnlint.model.hints import WORDS
from mnlint.model.text import Source
from mnlint.model.typing import Final

# In these the type of a resource is a text that everybody can read, and a call says what it calls.
_LANGUAGES: Final = ("bicep", "bicepparam", "arm", "armparams")
_OURS: Final = (arm.WORKSPACE, arm.ACCOUNT)
# What Azure attaches to any resource: who may do what with it, what is logged of it, and that nobody deletes it.
_ATTACHED: Final = (
    "microsoft.authorization/locks",
    "microsoft.authorization/roleassignments",
    "microsoft.insights/diagnosticsettings",
)

# What the network of a Foundry account begins with: few accounts have one.
_OF_ACCOUNTS: Final = (arm.ACCOUNT, arm.ACCOUNT_NETWORK, arm.ACCOUNT_RULES)

_NOTHING: Final = Template(Source("", ""), "bicep")

Modules = Callable[[str, str], Template | str]  # of registries, by the calling file and the module as written


def unasked(types: Collection[str]) -> frozenset[str]:
    """Types, in lower case, of which no fact is made and that no fact looks for, if policies name these `types`."""
    return frozenset(_ATTACHED).difference(kind.lower() for kind in types)


def is_barren(templates: Mapping[str, Template], modules: Modules, types: Collection[str]) -> bool:
    """True if no resource in these files, or in what they call, can be a fact, and nothing unread sounds like one.

    A network, and so all that is joined to one, begins with a resource of a provider that has networks, or with one of
    the `types` that policies name. Where there is none, no condition and no loop can make one. What is not sure counts
    as a resource of ours.
    """
    providers = _providers(_OURS, types)
    todo = list(templates.values())
    seen = set(templates)
    while todo:
        template = todo.pop()
        if template.language not in _LANGUAGES:
            return False
        if template.namespaces is not None:
            if not template.namespaces.isdisjoint(providers):
                return False
            continue
        if any(_is_of(resource, providers) for resource in template.resources):
            return False
        for call in template.calls:
            called = _called(call, template, templates, modules)
            if called is None:
                return False
            if isinstance(call.source, Template) or called.file not in seen:
                seen.add(called.file)
                todo.append(called)
    return True


def beginnings(
    templates: Mapping[str, Template], modules: Modules, types: Collection[str]
) -> Callable[[Declared | Call], bool] | None:
    """Which resources a network can begin with, and which calls lead to them, where only Foundry accounts have any: if
    none of them makes a fact, nothing does. None where anything else may be one, too.

    Other than `is_barren`, which ends at the first resource of ours, this follows every call.
    """
    providers = _providers((arm.WORKSPACE,), types)
    leading: set[int] = set()  # the templates with such a resource, and those that lead to one
    callers: dict[int, list[int]] = {}
    calls: list[tuple[Call, int]] = []  # and what each leads to
    known = {id(template): template for template in templates.values()}
    todo = list(templates.values())
    while todo:
        template = todo.pop()
        if template.language not in _LANGUAGES or not providers.isdisjoint(template.namespaces or ()):
            return None
        if any(_is_of(resource, providers) for resource in template.resources):
            return None
        if any(resource.type.lower() in _OF_ACCOUNTS for resource in template.resources):
            leading.add(id(template))
        for call in template.calls:
            called = _called(call, template, templates, modules)
            if called is None:
                return None
            callers.setdefault(id(called), []).append(id(template))
            calls.append((call, id(called)))
            if id(called) not in known:
                known[id(called)] = called
                todo.append(called)
    ways = list(leading)
    while ways:
        above = [caller for caller in callers.get(ways.pop(), ()) if caller not in leading]
        leading.update(above)
        ways += above
    idle = {id(call) for call, called in calls if called not in leading}
    return lambda one: id(one) not in idle if isinstance(one, Call) else one.type.lower() in _OF_ACCOUNTS


def _providers(*kinds: Collection[str]) -> set[str]:
    """The providers of some types, in lower case; and none, which may be any."""
    return {kind.partition("/")[0].lower() for some in kinds for kind in some} | {""}


def _is_of(resource: Declared, providers: Collection[str]) -> bool:
    """Whether a resource is of one of the providers; one of which nobody knows may be."""
    provider, of_provider, _ = resource.type.partition("/")
    return not of_provider or "[" in provider or provider.lower() in providers


def _called(call: Call, template: Template, templates: Mapping[str, Template], modules: Modules) -> Template | None:
    """What a call leads to: to nothing if that cannot be read and nobody would be told of it; else None."""
    source = call.source
    if isinstance(source, Template):
        return source
    path = source.args[0] if source.op is Op.LITERAL else None
    if not isinstance(path, str):
        return None
    file = posixpath.normpath(posixpath.join(posixpath.dirname(template.file), path))
    if file in templates:
        return templates[file]
    found = modules(template.file, path) if template.language == "bicep" else ""
    if isinstance(found, Template):
        return found
    written = template.source.cut(source.span).lower().encode()
    return _NOTHING if template.file in templates and not any(word in written for word in WORDS) else None
