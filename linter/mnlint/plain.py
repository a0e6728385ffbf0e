"""The plain command lines of `check`: options and paths as hooks and pipelines write them, read without click.

What is not plain, or may be wrong, is left to `cli`, which knows every option and says what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from mnlint.model import limits
from mnlint.model.record import dataclass, field
from mnlint.model.settings import CHANGED, FAIL_ON, PROFILES
from mnlint.model.typing import Any, Final, StrPath
from mnlint.reports import RENDERERS

# By option: what it says of the run, of its settings, and of where settings are.
FLAGS: Final = {
    "--exit-zero": "exit_zero",
    "-q": "quiet",
    "--quiet": "quiet",
    "--show-suppressed": "show_suppressed",
    "--no-cache": "no_cache",
}
SWITCHES: Final = {
    "--allow-no-input": ("allow_no_input", True),
    "--no-allow-no-input": ("allow_no_input", False),
    "--fail-on-undecided": ("fail_on_undecided", True),
    "--no-fail-on-undecided": ("fail_on_undecided", False),
    "--inline-ignores": ("inline", True),
    "--no-inline-ignores": ("inline", False),
    "--no-prefilter": ("prefilter", False),
}
ISOLATED: Final = "--isolated"
WORDS: Final = {"--color": "color", "--sarif-category": "sarif_category"}
SETTINGS: Final = {
    "--fail-on": "fail_on",
    "--profile": "profile",
    "--base": "base",
    "--changed-since": "changed_since",
    "--changed": "changed",
}
TAKEN: Final = {
    "--color": ("auto", "always", "never"),
    "--fail-on": FAIL_ON,
    "--profile": PROFILES,
    "--changed": CHANGED,
}
NUMBERS: Final = {
    "--max-evaluations": "max_evaluations",
    "--max-modules": "max_modules",
    "--max-module-depth": "max_module_depth",
    "--max-facts": "max_facts",
    "--timeout": "timeout",
    "--max-results": "max_results",
}
SIZE: Final = "--max-file-size"
FILES: Final = {"--baseline": "baseline", "--parameters": "parameters", "--config": "config", "--policy-lock": "lock"}
FOLDERS: Final = {"--boundary": "boundary", "--restored-modules": "restored_modules", "--policies": "policies"}
SOURCES: Final = ("config", "lock")
SEVERAL: Final = ("parameters", "policies")
OUTPUT: Final = "--output"
WITH_VALUE: Final = frozenset((*WORDS, *SETTINGS, *NUMBERS, SIZE, *FILES, *FOLDERS, OUTPUT))


@dataclass(slots=True)
class _Line:
    """What a command line says: of a run, as Asked has it, of its settings, and of the files that these are in."""

    paths: list[str] = field(default_factory=list)
    outputs: list[tuple[str, StrPath | None]] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)


def run(words: Sequence[str]) -> int | None:
    """The exit code of a check; None if these words are not plain."""
    line = _read(words)
    if line is None:
        return None
    from mnlint import cache
    from mnlint.checking import EXIT_WRONG, Asked, checked, failed, wrong
    from mnlint.effective import effective
    from mnlint.inputs import DocumentError

    if line.given.pop("no_cache", False):  # before anything that is kept: settings are, too
        cache.switch(on=False)
    paths = tuple(line.paths)
    try:
        found = effective(paths, line.settings, **line.sources)
    except DocumentError as error:
        wrong(error)
        return EXIT_WRONG
    except Exception as error:  # noqa: BLE001  (the exit code must say so, whatever it is)
        return failed(error)
    outputs = tuple(line.outputs) or (("text", None),)
    return checked(paths, found.settings, Asked(outputs=outputs, **line.given))


def _read(words: Sequence[str]) -> _Line | None:
    """What these words say; None if something is not known here."""
    line = _Line()
    todo = list(words)[::-1]
    while todo:
        word = todo.pop()
        if word == "--":
            line.paths += todo[::-1]
            break
        if not word.startswith("-"):
            line.paths.append(word)
            continue
        name, has_value, value = word.partition("=")
        if name in WITH_VALUE:
            if not has_value and not todo:
                return None
            taken = _take(line, name, value if has_value else todo.pop())
        else:
            taken = not has_value and _switch(line, name)
        if not taken:
            return None
    paths = line.paths = line.paths or ["."]
    both = line.sources.keys() >= {"config", "isolated"}  # which is refused
    return None if both or "-" in paths or not all(os.access(path, os.R_OK) for path in paths) else line


def _switch(line: _Line, name: str) -> bool:
    """Takes an option without a value, if it is known here."""
    if name in FLAGS:
        line.given[FLAGS[name]] = True
    elif name in SWITCHES:
        setting, on = SWITCHES[name]
        line.settings[setting] = on
    elif name == ISOLATED:
        line.sources["isolated"] = True
    else:
        return False
    return True


def _take(line: _Line, name: str, value: str) -> bool:
    """Takes an option with its value, if nothing can be wrong with that."""
    if name == OUTPUT:
        form, _, path = value.partition("=")
        line.outputs.append((form, _cleaned(path) if path else None))
        return form in RENDERERS
    if name == SIZE or name in NUMBERS:
        number = limits.size(value) if name == SIZE else limits.whole(value, NUMBERS[name])
        into = line.given if name == "--max-results" else line.settings
        into["max_file_bytes" if name == SIZE else NUMBERS[name]] = number
        return number is not None
    if name in FILES or name in FOLDERS:
        from pathlib import Path  # most runs name none

        is_there, there = (os.path.isfile, FILES) if name in FILES else (os.path.isdir, FOLDERS)
        target = line.sources if there[name] in SOURCES else line.settings
        made = Path(value)
        target[there[name]] = (*target.get(there[name], ()), made) if there[name] in SEVERAL else made
        return is_there(value) and os.access(value, os.R_OK)
    if name in WORDS:
        line.given[WORDS[name]] = value
    else:
        line.settings[SETTINGS[name]] = value
    return name not in TAKEN or value in TAKEN[name]


def _cleaned(path: str) -> str:
    """A path as `cli` has it, without the parts that say nothing: with a slash at its end it would be a folder's."""
    parts = path.split(os.sep)
    if os.altsep is None and "" not in parts[1:] and "." not in parts:
        return path
    from pathlib import Path

    return str(Path(path))
