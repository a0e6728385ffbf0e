"""Modules that `terraform init` has put beside a root: which folder each call means, by its own list of them."""

from __future__ import annotations

import json
import posixpath

from mnlint.model.typing import Any, Final

MAX_MODULES: Final = 2_000
MANIFEST: Final = ".terraform/modules/modules.json"

# By the caller's folder: the folder that a call of a name means, and the source that was asked for.
Calls = dict[str, dict[str, tuple[str, str]]]


def calls_of(root: str, manifest: bytes) -> Calls:
    """What the calls of a root and of its modules mean; paths are from the boundary, and none leads out of it."""
    folders = _folders(root, manifest)
    found: Calls = {}
    for key, meant in folders.items():
        above, _, name = key.rpartition(".")
        caller = folders.get(above)
        if name and caller is not None:
            found.setdefault(caller[0], {}).setdefault(name, meant)
    return found


def _folders(root: str, manifest: bytes) -> dict[str, tuple[str, str]]:
    """The folder and the source of each module by its key, `hub.network` for what is called `network` in `hub`."""
    try:
        listed: Any = json.loads(manifest)
    except (ValueError, RecursionError):
        return {}
    entries = listed.get("Modules") if isinstance(listed, dict) else None
    folders = {"": (root, "")}
    for entry in entries[:MAX_MODULES] if isinstance(entries, list) else ():
        key, path = (entry.get("Key"), entry.get("Dir")) if isinstance(entry, dict) else (None, None)
        if isinstance(key, str) and key and isinstance(path, str) and "\0" not in path:
            folder = posixpath.normpath(posixpath.join(root, path.replace("\\", "/")))
            if not folder.startswith(("/", "..")):
                folders[key] = ("" if folder == "." else folder, str(entry.get("Source") or ""))
    return folders


def is_restored(unit: str) -> bool:
    """Whether a folder is one that `terraform init` made: nobody deploys it as it is."""
    return ".terraform" in unit.split("/")
