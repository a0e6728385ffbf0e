"""Root: what is deployed in one go; Language: a row of the table of languages."""

from __future__ import annotations

from mnlint.model.record import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How files of a language are recognised and read; `reader` is `module:function`, imported on first use."""

    name: str
    suffixes: tuple[str, ...]
    reader: str
    needle: bytes = b""  # in lower case; a file without it is not of this language
    sniff: str = ""  # `module:function` that looks closer at content that has the needle
    relevant: bool = False  # recognised only where it is about what policies are about: no needle has to tell
    by_folder: bool = False  # a folder of files is one unit (Terraform), not a file
    calls_by: bytes = b""  # a word without which, in lower case, a file calls no module
    calls: bytes = b""  # a pattern whose group may be the relative path of a module: rather too many than too few
    imports: bytes = b""  # a pattern whose group is the relative path of a file that names are taken from
    in_folder: bool = False  # the sources in its folder, if there are any, say where things were written
    names: bytes = b""  # for parameter files: a pattern whose group is the template they are for


@dataclass(frozen=True, slots=True)
class Root:
    """One deployment: its entry (a file; for Terraform a folder), every file it may need, its parameter files."""

    entry: str
    language: str
    files: tuple[str, ...]  # relative to the boundary
    bindings: tuple[tuple[str, ...], ...] = ((),)  # one deployment for each set of parameter files
    compiled_from: str = ""  # the entry of another root, of which this one is the compiled form
