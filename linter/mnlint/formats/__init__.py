"""Text in, Template out: the table of languages, and how bytes become text."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import islice

from mnlint.model import hints
from mnlint.model.expr import Expr, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.record import replace
from mnlint.model.root import Language
from mnlint.model.text import Source, Span, decode
from mnlint.model.typing import Any, Final

__all__ = ["LANGUAGES", "PARAMETERS", "decode", "language_of", "read"]

LANGUAGES: Final = (
    Language("bicep", (".bicep",), "mnlint.formats.bicep:read",
             calls_by=b"module", calls=hints.BICEP_CALLS, odd=(hints.BICEP_ODD, hints.BICEP_ODD_PATH),
             imports=hints.BICEP_IMPORTS, modules=hints.BICEP_MODULES),
    Language("bicepparam", (".bicepparam",), "mnlint.formats.bicepparam:read",
             names=rb"using(?<=\busing)\b[^'\n]*'([^'\n]+)'", imports=hints.BICEP_IMPORTS),
    Language("terraform", (".tf.json",), "mnlint.formats.tfjson:read", by_folder=True,
             calls_by=b"module", calls=hints.TERRAFORM_JSON_CALLS, odd=(hints.TERRAFORM_JSON_ODD,),
             modules=hints.TERRAFORM_MODULES),
    Language("tfvars", (".tfvars.json",), "mnlint.formats.tfjson:read_variables"),
    Language("arm", (".json",), "mnlint.formats.arm:read", needle=hints.ARM,
             sniff="mnlint.formats.armschema:is_template",
             calls_by=b"templatelink", calls=rb"""["'](?=([^"'\n]+\.(?i:json))["'])""",
             odd=(hints.ARM_ODD,),
             modules=rb'"templateLink"\s*:\s*\{([^{}]{1,2000})\}'),
    Language("armparams", (".json",), "mnlint.formats.arm:read_parameters",
             needle=hints.ARM_PARAMETERS, sniff="mnlint.formats.armschema:is_parameters"),
    Language("terraform", (".tf",), "mnlint.formats.terraform:read", by_folder=True,
             calls_by=b"module", calls=hints.TERRAFORM_CALLS, odd=(hints.TERRAFORM_ODD,),
             modules=hints.TERRAFORM_MODULES),
    Language("tfplan", (".json",), "mnlint.formats.tfplan:read", needle=hints.PLAN,
             sniff="mnlint.formats.tfplan:is_plan", in_folder=True),
    Language("tfvars", (".tfvars",), "mnlint.formats.tfvars:read"),
    Language("azureml", (".yml", ".yaml"), "mnlint.formats.azureml:read", sniff="mnlint.formats.azureml:is_workspace",
             relevant=True),
)  # fmt: skip

MAX_REORDERED: Final = 20  # characters of one file that are told

# Embeddings, overrides and isolates; marks (U+200E and such) have no reach.
_REORDERS: Final = pattern("[\u202a-\u202e\u2066-\u2069]")

PARAMETERS: Final = ("bicepparam", "armparams", "tfvars")  # the languages of parameter files


def language_of(file: str, data: bytes) -> Language | None:
    """The language of a file by its suffix and, for JSON and YAML, by what is in it. `data` is in lower case."""
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
    # Terraform has one syntax in JSON, and then its own, in which modules of registries are that come along.
    rows = [row for row in LANGUAGES if row.name == language]
    row = next((row for row in rows if file.lower().endswith(row.suffixes)), rows[-1])
    template: Template = _function(row.reader)(Source(file, text))
    hidden = () if text.isascii() else _reordering(file, text)
    return replace(template, notices=(*template.notices, *hidden)) if hidden else template


def _reordering(file: str, text: str) -> tuple[Notice, ...]:
    """What is to be said of characters behind which text is shown in another order than it stands in."""
    found = islice(_REORDERS.finditer(text), MAX_REORDERED)
    return tuple(
        Notice(
            "warning",
            "MN914",
            f"U+{ord(match[0]):04X} changes the order in which what follows is shown",
            Place(Span(file, match.start(), match.end()), "here"),
        )
        for match in found
    )


def template_text(text: str, names: frozenset[str], span: Span) -> Expr | None:
    """The text of a Terraform template, which may use these names, as an expression at `span`; None if unreadable."""
    made: Expr | None = _function("mnlint.formats.terraform_reader:template_text")(text, names, span)
    return made
