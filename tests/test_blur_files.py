"""Doubt never turns a verdict in whole folders of files either: with modules, registries, parameter files and imports.

Each literal of the triplets and the scenarios becomes a parameter without a value, or a placeholder in a parameter
file. No policy may then pass what failed, or fail what passed, of any resource.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

import blur
import blur_text
from mnlint import azure, catalogue, formats, policy, registry, resolve, testing
from mnlint.model.deployment import Deployment
from mnlint.model.expr import Expr, Template
from mnlint.model.fact import Facts
from mnlint.model.finding import Verdict
from mnlint.model.policy import Policy
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from shipped import TABLES

FIXTURES = Path(__file__).parents[1] / "fixtures"
POLICIES = catalogue.load_policies(Settings(), TABLES)
ENTRIES = ("main.bicep", "main.json", "main.tf", "main.yml")  # a column of a triplet, with the modules beside it
AZAPI = "azapi"  # the column that is a folder of its own
UNTOLD = {
    "terraform-json": "it has no text in which a variable could stand",
    "parameter-files-by-option": "as the next",
}
MOST = 7  # variants of a folder that an ordinary run tries
ALL = 1_000_000
NOT_WRITTEN = ("command.txt", "expected.txt", "plan.json")

Texts = Mapping[str, str]


def folders() -> dict[str, Texts]:
    """The text files of each column of a triplet and of each scenario."""
    found: dict[str, Texts] = {}
    for folder in sorted((FIXTURES / "triplets").iterdir()):
        below = texts_below(folder)
        for entry in ENTRIES:
            suffix = Path(entry).suffix
            if entry in below:
                modules = {name: text for name, text in below.items() if name.startswith("modules/")}
                found[f"{folder.name} {entry}"] = {
                    name: text for name, text in {entry: below[entry], **modules}.items() if name.endswith(suffix)
                }
        if (folder / AZAPI).is_dir():
            found[f"{folder.name} {AZAPI}"] = texts_below(folder / AZAPI)
    for folder in sorted((FIXTURES / "scenarios").iterdir()):
        if folder.name not in UNTOLD:
            found[folder.name] = texts_below(folder)
    return found


def texts_below(folder: Path) -> Texts:
    """The files of a folder that somebody wrote, by their names from there."""
    files = {f.relative_to(folder).as_posix(): f for f in sorted(folder.rglob("*")) if f.is_file()}
    return {
        name: f.read_text("utf-8")
        for name, f in files.items()
        if f.name not in NOT_WRITTEN and not name.startswith("earlier/")  # another revision, not another root
    }


FOLDERS = folders()


@dataclass(frozen=True, slots=True)
class Lot:
    """A folder read: its deployments, and what the policies say of each."""

    templates: Mapping[str, Template]
    roots: Sequence[Root]
    deployments: Sequence[Deployment]
    said: Sequence[Mapping[str, blur.Subjects]]


def read(texts: Texts) -> Lot:
    templates, roots = testing.read_case(texts)
    data = {name: text.encode() for name, text in texts.items()}
    modules = registry.modules(registry.texts(catalogue.shipped() / "modules", None, data, 2**20))
    made = [
        resolve.resolve(templates, root, bindings, modules, data.get) for root in roots for bindings in root.bindings
    ]
    place = partial(_line, templates)
    return Lot(templates, roots, made, [judge(deployment, place) for deployment in made])


def _line(templates: Mapping[str, Template], span: Span) -> object:
    template = templates.get(span.file)
    return (span.file, template.source.line_column(span.start)[0]) if template else span


def judge(deployment: Deployment, place: Callable[[Span], object]) -> Mapping[str, blur.Subjects]:
    """What each policy says of each of its subjects."""
    facts = azure.extract(deployment, TABLES, {})
    return {asked.id: dict(_subjects(asked, facts, place)) for asked in POLICIES}


def _subjects(asked: Policy, facts: Facts, place: Callable[[Span], object]) -> Iterator[tuple[str, blur.Said]]:
    for fact in facts.of(asked.subject):
        if not asked.dialects or fact.dialect in asked.dialects:
            said = policy.judge(asked, fact, facts)
            holds = said.verdict is Verdict.SKIP and blur.requirement_holds(asked, fact, facts)
            origins = frozenset(place(node.origin) for node in said.because)
            yield fact.address, blur.Said(said.verdict, holds, origins, bool(fact.guards))


def variants(templates: Mapping[str, Template]) -> Iterator[blur_text.TextVariant]:
    """Every way to know one value less, in templates and in parameter files."""
    texts = {file: template.source.text for file, template in templates.items()}
    own = {f: one for f, one in templates.items() if not _gives(f, one) and not f.endswith(".tf.json")}
    for variant in blur_text.variants(own):
        yield blur_text.TextVariant(variant.what, {**texts, **variant.files})
    for file, template in templates.items():
        for given in template.names if _gives(file, template) else ():
            for expr in blur_text.literals(given.expr):
                made = _filled_in(template, expr)
                if made is not None:
                    yield blur_text.TextVariant(f"{file} {template.source.cut(expr.span)}", {**texts, file: made})


def _gives(file: str, template: Template) -> bool:
    """Whether a file is one of parameters."""
    return template.language in formats.PARAMETERS or file.endswith((".tfvars", ".tfvars.json"))


def _filled_in(template: Template, expr: Expr) -> str | None:
    """A parameter file in which a tool is to write this value."""
    cut, text = template.source.cut(expr.span), template.source.text
    quote = "'" if template.language == "bicepparam" else '"'
    if cut[:1] != quote and cut not in ("true", "false"):
        return None
    return f"{text[: expr.span.start]}{quote}#{{BLUR}}#{quote}{text[expr.span.end :]}"


def faults(texts: Texts, most: int) -> tuple[int, list[str]]:
    """How many variants of a folder were tried, and which policies contradict themselves."""
    sharp = read(texts)
    beside = {name: text for name, text in texts.items() if name not in sharp.templates}
    tried, wrong = 0, []
    for variant in blur.sample(list(variants(sharp.templates)), most, " ".join(texts)):
        less = read({**beside, **variant.files})
        broken = [n.message for one in less.templates.values() for n in one.notices if n.level == "error"]
        assert not broken, f"{variant.what}: {broken}"
        tried += 1
        assert len(less.deployments) == len(sharp.deployments), variant.what
        for one, other, before, after in zip(sharp.deployments, less.deployments, sharp.said, less.said, strict=True):
            hidden = blur.hides(one, other)
            for asked in POLICIES:
                hint = blur.needs_a_hint(asked)
                said, now = before[asked.id], after[asked.id]
                found = blur.flips(said, now, hidden=hidden, hint=hint)
                # Who uses a resource that is used no more for sure may be asked about in another subject's name.
                told = any(now[address].verdict is Verdict.UNKNOWN for address in now if address not in said)
                wrong += [
                    f"{variant.what}: {asked.id} {words}"
                    for words in found
                    if not (told and words.endswith("as used: pass became skip"))
                ]
    return tried, wrong


@pytest.mark.parametrize("name", FOLDERS)
def test_a_value_less_turns_no_verdict(name: str) -> None:
    tried, wrong = faults(FOLDERS[name], 2 if name.endswith(".tf") else MOST)
    assert tried > 0
    assert not wrong


@pytest.mark.lab
@pytest.mark.parametrize("name", FOLDERS)
def test_no_value_less_turns_a_verdict(name: str) -> None:
    assert not faults(FOLDERS[name], ALL)[1]
