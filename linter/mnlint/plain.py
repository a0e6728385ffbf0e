"""The plain command lines of `check`: a few options and paths, as hooks and pipelines write them, read without click.

What is not plain, or may be wrong, is left to `cli`, which knows every option and says what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

from mnlint.model import limits
from mnlint.model.settings import FAIL_ON, PROFILES
from mnlint.reports import RENDERERS

FLAGS: Final = {
    "--exit-zero": "exit_zero",
    "-q": "quiet",
    "--quiet": "quiet",
    "--show-suppressed": "show_suppressed",
    "--no-cache": "no_cache",
}
VALUES: Final = {"--color": "color", "--sarif-category": "sarif_category"}
SETTINGS: Final = {"--fail-on": "fail_on", "--profile": "profile"}
NUMBERS: Final = {
    "--max-evaluations": "max_evaluations",
    "--max-modules": "max_modules",
    "--max-module-depth": "max_module_depth",
    "--max-facts": "max_facts",
    "--timeout": "timeout",
    "--max-results": "max_results",
}
SIZE: Final = "--max-file-size"
TAKEN: Final = {"color": ("auto", "always", "never"), "fail_on": FAIL_ON, "profile": PROFILES}


def run(words: Sequence[str]) -> int | None:
    """The exit code of a check; None if these words are not plain."""
    read = _read(words)
    if read is None:
        return None
    names, given, settings = read
    from pathlib import Path

    from mnlint.checking import EXIT_WRONG, Asked, checked, fault, wrong
    from mnlint.effective import effective
    from mnlint.inputs import DocumentError

    paths = tuple(map(Path, names))
    try:
        found = effective(paths, settings)
    except DocumentError as error:
        wrong(error)
        return EXIT_WRONG
    except Exception as error:  # noqa: BLE001  (the exit code must say so, whatever it is)
        return fault(error)
    outputs = tuple((name, Path(path) if path else None) for name, path in given.pop("outputs", [("text", "")]))
    return checked(paths, found.settings, Asked(outputs=outputs, **given))


def _read(words: Sequence[str]) -> tuple[list[str], dict[str, Any], dict[str, Any]] | None:
    """Paths, what is asked, and settings; None if something is not known here."""
    paths: list[str] = []
    given: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    todo = list(words)[::-1]
    while todo:
        word = todo.pop()
        if word == "--":
            paths += todo[::-1]
            break
        if not word.startswith("-"):
            paths.append(word)
            continue
        name, has_value, value = word.partition("=")
        if name in FLAGS and not has_value:
            given[FLAGS[name]] = True
            continue
        if not (name in VALUES or name in SETTINGS or name in NUMBERS or name in ("--output", SIZE)):
            return None
        if not has_value:
            if not todo:
                return None
            value = todo.pop()
        if name == "--output":
            form, _, path = value.partition("=")
            if form not in RENDERERS:
                return None
            given.setdefault("outputs", []).append((form, path))
            continue
        if name == SIZE or name in NUMBERS:
            number = limits.size(value) if name == SIZE else limits.whole(value, NUMBERS[name])
            if number is None:
                return None
            into = given if name == "--max-results" else settings
            into["max_file_bytes" if name == SIZE else NUMBERS[name]] = number
            continue
        field = VALUES.get(name) or SETTINGS[name]
        if field in TAKEN and value not in TAKEN[field]:
            return None
        (given if name in VALUES else settings)[field] = value
    if "-" in paths or not all(os.access(path, os.R_OK) for path in paths):
        return None
    return paths or ["."], given, settings
