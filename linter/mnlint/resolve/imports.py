"""Which file a name is imported from, and the scope that file's names have there: without parameters or a caller."""

from __future__ import annotations

import posixpath

from mnlint.model.expr import Import, Template
from mnlint.resolve.scope import Scope, folder_of


def home_of(found: Import, scope: Scope) -> Scope | None:
    """The scope of the file that something is imported from, one for each file; None if it cannot be read."""
    world, path = scope.world, path_of(found)
    template = world.templates.get(path)
    if template is None:
        outside = world.modules_of(found.span.file, str(found.source.args[0]))
        if not isinstance(outside, Template):
            return None
        template = world.outside[outside.file] = outside
        path = outside.file  # an alias stands for one registry in this folder, and for another one in that
    if path not in world.homes:
        world.homes[path] = Scope(world, [template], template.language, prefix=f"import:{path}.")
    return world.homes[path]


def path_of(found: Import) -> str:
    """The file from the boundary, or the module of a registry as written."""
    written = str(found.source.args[0])
    if written.startswith(("br:", "br/", "ts:", "ts/")):
        return written
    return posixpath.normpath(posixpath.join(folder_of(found.span.file), written))
