"""A glimpse at a small tree: whether nothing in it can matter, told without importing anything that judges.

Most commits touch nothing that we are about, and their hook should not be felt. Whatever is not plain here is left to
those who know: settings, links, modules of registries, calls of what is not there, other languages inside of JSON.
"""

from __future__ import annotations

import os
import posixpath

from mnlint import regular
from mnlint.model import hints

MOST_FILES = 2_000
MOST_BYTES = 16 * 1024 * 1024
MOST_OF_ONE = 1024 * 1024  # the least of what Settings has for any file
SETTINGS = (".mnlint.yaml", ".mnlint.yml")
PYPROJECT = "pyproject.toml"
SKIPPED = (".git", "node_modules", ".venv", ".mnlint.yaml")
TEMPLATES = (".bicep", ".bicepparam", ".tf", ".tf.json", ".tfvars", ".tfvars.json")
OTHERS = (".json", ".yml", ".yaml")
# By suffix: calls that only a reader knows,
ODD = {
    ".bicep": (hints.BICEP_ODD, hints.BICEP_ODD_PATH),
    ".tf": (hints.TERRAFORM_ODD,),
    ".tf.json": (hints.TERRAFORM_JSON_ODD,),
}
# what calls local modules, and what names those of a registry that we may know.
CALLS = {
    ".bicep": hints.BICEP_CALLS,
    ".tf": hints.TERRAFORM_CALLS,
    ".tf.json": hints.TERRAFORM_JSON_CALLS,
}
MODULES = {
    ".bicep": hints.BICEP_MODULES,
    ".tf": hints.TERRAFORM_MODULES,
    ".tf.json": hints.TERRAFORM_MODULES,
}
# Without one of these, in lower case, a file has none of them all.
WORDS = {
    ".bicep": (b"module", b".bicep'", b".json'", b"'br", b"'ts"),
    ".tf": (b"source",),
    ".tf.json": (b"source",),
}
ELSEWHERE = (hints.ARM, hints.ARM_PARAMETERS, hints.PLAN)
OF_WORKSPACES = (b"$schema", *sorted(hints.WORKSPACE_KEYS | hints.SHARED_KEYS))


class _NotPlainError(Exception):
    """This tree is for those who know."""


def report(paths: list[str]) -> str | None:
    """What a check says of paths in a tree in which nothing can matter; None if something may."""
    try:
        boundary = _boundary(paths)
        asked = [os.path.relpath(os.path.realpath(path), boundary) for path in paths]
        files = _files(boundary)
        calls = [call for file in files for call in _calls(boundary, file)]
    except (_NotPlainError, OSError, ValueError):
        return None
    if not _are_here(calls, files):
        return None
    under = [file for file in files if any(folder in (".", file) or file.startswith(f"{folder}/") for folder in asked)]
    if not under:
        return None
    return _says(len(under), sum(file.lower().endswith(TEMPLATES) for file in under))


def _says(files: int, templates: int) -> str:
    counts = ((files - templates, "not a template"), (templates, "not relevant"))
    skipped = f"{files} skipped: {', '.join(f'{number} {why}' for number, why in counts if number)}"
    return f"checked {files} file{'s' * (files != 1)} (0 read, {skipped}), no managed network was seen; no findings\n"


def _boundary(paths: list[str]) -> str:
    """The git top level that holds the paths, else their common folder; without settings."""
    real = [os.path.realpath(path) for path in paths]
    common = os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in real])
    folder = common
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            folder = common
            break
        folder = above
    if any(os.path.lexists(os.path.join(folder, name)) for name in SETTINGS):
        raise _NotPlainError
    if os.path.lexists(path := os.path.join(folder, PYPROJECT)) and b"mnlint" in _bytes(path):
        raise _NotPlainError
    return folder


def _files(boundary: str) -> list[str]:
    """Every file with one of our suffixes, by its path from the boundary."""
    found: list[str] = []
    size = 0
    todo = [""]
    while todo:
        folder = todo.pop()
        with os.scandir(f"{boundary}/{folder}") as entries:
            for entry in entries:
                name = entry.name
                if entry.is_symlink() or name == ".terraform":
                    raise _NotPlainError
                if name in SKIPPED:
                    continue
                if entry.is_dir():
                    todo.append(f"{folder}{name}/")
                elif name.lower().endswith(TEMPLATES + OTHERS):
                    if not entry.is_file():
                        raise _NotPlainError
                    found.append(folder + name)
                    size += entry.stat().st_size
        if len(found) > MOST_FILES or size > MOST_BYTES:
            raise _NotPlainError
    return found


def _calls(boundary: str, file: str) -> list[str]:
    """The paths of modules that a file may call, from the boundary, if nothing in it can matter."""
    content = _bytes(f"{boundary}/{file}")
    lower, name = content.lower(), file.lower()
    if any(needle in lower for needle in hints.NEEDLES):
        raise _NotPlainError
    suffix = next(suffix for suffix in TEMPLATES[::-1] + OTHERS if name.endswith(suffix))
    if suffix in OTHERS and any(needle in lower for needle in (ELSEWHERE if suffix == ".json" else OF_WORKSPACES)):
        raise _NotPlainError
    if b"\0" in content or b"\\u" in lower or (suffix in OTHERS and b"\\x" in lower):  # letters may be hidden
        raise _NotPlainError
    if not any(word in lower for word in WORDS.get(suffix, ())):
        return []
    import re  # which most of what is not about us has no need for

    for found in re.findall(MODULES[suffix], content):
        # A provider is two words; a local path begins with a dot.
        if suffix == ".bicep" or (found.count(b"/") > 1 and not found.startswith(b".")):
            raise _NotPlainError
    if b"module" in lower and any(re.search(pattern, lower) is not None for pattern in ODD[suffix]):
        raise _NotPlainError
    paths = [found.decode("utf-8", "replace") for found in re.findall(CALLS[suffix], content)]
    return [posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) for path in paths]


def _are_here(calls: list[str], files: list[str]) -> bool:
    """Whether all modules that may be called are among the files, or folders of files."""
    here = {*files, *(posixpath.dirname(file) or "." for file in files if file.lower().endswith((".tf", ".tf.json")))}
    return here.issuperset(calls)


def _bytes(path: str) -> bytes:
    content = regular.read(path, MOST_OF_ONE)
    if len(content) > MOST_OF_ONE:
        raise _NotPlainError
    return content
