"""What of templates can come to no fact: told by the types that they declare, before anything is evaluated."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping

from mnlint.azure import arm
from mnlint.model.expr import Call, Op, Template
from mnlint.model.hints import WORDS
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
    providers = {kind.partition("/")[0].lower() for kind in (*_OURS, *types)} | {""}
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
        for resource in template.resources:
            provider, of_provider, _ = resource.type.partition("/")
            if not of_provider or "[" in provider or provider.lower() in providers:
                return False
        for call in template.calls:
            called = _called(call, template, templates, modules)
            if called is None:
                return False
            if isinstance(call.source, Template) or called.file not in seen:
                seen.add(called.file)
                todo.append(called)
    return True


def _called(call: Call, template: Template, templates: Mapping[str, Template], modules: Modules) -> Template | None:
    """What a call leads to; itself if that cannot be read and is nothing that anybody would be told of; else None."""
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
    return template if template.file in templates and not any(word in written for word in WORDS) else None
