"""Root: what is deployed in one go; Language: a row of the table of languages; Glance: what bytes tell of a file."""

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
    odd: tuple[bytes, ...] = ()  # patterns, in lower case, of calls that are none of those: the reader knows
    imports: bytes = b""  # a pattern whose group is the relative path of a file that names are taken from
    modules: bytes = b""  # a pattern whose group may be what a registry calls a module
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


@dataclass(frozen=True, slots=True)
class Glance:
    """What is to be seen of a file at a glance: each of these may stand in a comment, and is settled by reading."""

    hit: bool  # it holds a needle
    calls: tuple[str, ...] = ()  # what may be paths of modules
    odd: bool = False  # there may be others, which only the reader knows
    imports: tuple[str, ...] = ()  # ... of files that names are taken from
    names: tuple[str, ...] = ()  # ... of the template that a parameter file is for
    modules: tuple[str, ...] = ()  # ... names of modules of registries
    generated: bool = False  # Bicep's compiler wrote it
