"""What Terraform says of where it runs: folders and the workspace, not known but equal to themselves."""

from __future__ import annotations

from mnlint.model.text import Span
from mnlint.model.typing import TYPE_CHECKING, Final
from mnlint.model.value import Cause, Node, unknown

if TYPE_CHECKING:
    from mnlint.resolve.scope import Scope

PATH: Final = "{path:"  # the form of a folder begins so; its path from the boundary follows
_NAMES: Final = ("path.cwd", "terraform.workspace", "terraform.env", "terraform.applying")


def root_folder(scope: Scope) -> str:
    """The folder, from the boundary, of the root that a scope belongs to."""
    top = scope.top
    file = top.callers[-1].file if top.callers else top.templates[0].file if top.templates else ""
    return file.rpartition("/")[0]


def surrounding(name: str, span: Span, scope: Scope) -> Node | None:
    """`path.module` and its like; None for any other name. A path is one of this machine: only its form is told."""
    if name in _NAMES:
        return unknown(Cause.RUNTIME, span, name, f"{{{name}}}")
    if name not in ("path.module", "path.root"):
        return None
    own = scope.templates[0].file.rpartition("/")[0] if name == "path.module" and scope.templates else None
    folder = root_folder(scope) if own is None else own
    form = None if set(folder).intersection("{}") else f"{PATH}{folder}}}"
    return unknown(Cause.RUNTIME, span, name, form)
