"""Text in, Template out: the table of languages, and how bytes become text."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from mnlint.model.expr import Template
from mnlint.model.finding import Notice, Place
from mnlint.model.root import Language
from mnlint.model.text import Source, Span

__all__ = ["LANGUAGES", "PARAMETERS", "decode", "language_of", "read"]

LANGUAGES: Final = (
    Language("bicep", (".bicep",), "mnlint.formats.bicep:read", calls=rb"\bmodule\s+\w+\s+'([^'\n]+)'"),
    Language("bicepparam", (".bicepparam",), "mnlint.formats.bicepparam:read", names=rb"^\s*using\s+'([^'\n]+)'"),
    Language("arm", (".json",), "mnlint.formats.arm:read", needle=b"deploymenttemplate.json",
             sniff="mnlint.formats.arm:is_template",
             calls=rb'"relativePath"\s*:\s*"([^"\n]+)"'),
    Language("armparams", (".json",), "mnlint.formats.arm:read_parameters",
             needle=b"deploymentparameters.json", sniff="mnlint.formats.arm:is_parameters"),
    Language("terraform", (".tf",), "mnlint.formats.terraform:read", by_folder=True,
             calls=rb'\bsource\s*=\s*"(\.{1,2}/[^"\n]*)"'),
    Language("tfvars", (".tfvars",), "mnlint.formats.tfvars:read"),
)  # fmt: skip

PARAMETERS: Final = ("bicepparam", "armparams", "tfvars")  # the languages of parameter files

_BY_NAME: Final = {language.name: language for language in LANGUAGES}


def language_of(file: str, data: bytes) -> Language | None:
    """The language of a file by its suffix and, for JSON, by its schema. `data` is in lower case."""
    for language in LANGUAGES:
        fits = file.lower().endswith(language.suffixes) and language.needle in data
        if fits and (not language.sniff or _function(language.sniff)(data)):
            return language
    return None


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def read(file: str, data: bytes, language: str) -> Template:
    """One file as a Template; whatever is wrong with it is in its notices, never an exception."""
    text = decode(data)
    if text is None:
        place = Place(Span(file, 0, 0), "the file")
        notice = Notice("error", "MN910", "this file is not text in UTF-8 or UTF-16", place)
        return Template(Source(file, ""), language, notices=(notice,))
    template: Template = _function(_BY_NAME[language].reader)(Source(file, text))
    return template


def decode(data: bytes) -> str | None:
    """The text of UTF-8 or UTF-16 bytes without byte order mark; None if they are neither."""
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data[1:2] == b"\0" and data[:1] != b"\0":
        encoding = "utf-16-le"
    elif data[:1] == b"\0" and data[1:2] != b"\0":
        encoding = "utf-16-be"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
