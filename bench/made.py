"""The tree that anybody can make: projects in four languages, of which is known what is in them and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from bench import modules

DEPTH: Final = 3
FAN_OUT: Final = 2
OUTSIDE: Final = "bicep/project0/beside0/main.bicep"
INSIDE: Final = "bicep/project0/modules/level2.bicep"


class Expected(NamedTuple):
    """What is in the tree."""

    files: int
    networks: int
    disabled: int  # places where it is written that a network is Disabled, each for all the networks below it


def write(folder: Path, *, projects: int, beside: int) -> Expected:
    """Makes the tree: in each language so many projects, every second one with networks that are Disabled.

    A project is a root that calls a module twice, which calls another one twice, which calls that of a hub twice;
    beside it are templates about something else, each a root of its own.
    """
    files = dict(_files(projects, beside))
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    languages = len(modules.LANGUAGES)
    return Expected(len(files), languages * projects * FAN_OUT**DEPTH, languages * (projects // 2))


def _files(projects: int, beside: int) -> Iterator[tuple[str, str]]:
    for language in modules.LANGUAGES:
        for project in range(projects):
            top = f"{language.split()[0].lower()}/project{project}"
            mode = "Disabled" if project % 2 else "AllowOnlyApprovedOutbound"
            made = modules.chain(DEPTH, mode, fan_out=FAN_OUT)
            for path, text in modules.deployment(language, made).items():
                yield f"{top}/{path}", text
            for number in range(beside):
                yield f"{top}/beside{number}/main.{modules.SUFFIX[language]}", modules.beside(language, number)
