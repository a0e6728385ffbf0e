"""The Bicep reader beside the compiler's own samples: every node's place, every syntax error's line, what is lost.

`MNLINT_BICEP_SAMPLES` is the folder of the samples: `src/Bicep.Core.Samples/Files` of a checkout of Azure/bicep. There
the compiler's syntax tree stands below each line of `main.syntax.bicep`, its diagnostics in `main.diagnostics.bicep`.
`MNLINT_REGISTRY_MODULES` is the folder of a clone of Azure/bicep-registry-modules.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from mnlint import formats
from mnlint.formats.bicep import parser as cursor
from mnlint.model.expr import Expr, Op, Template

pytestmark = pytest.mark.lab

SAMPLES: Final = os.environ.get("MNLINT_BICEP_SAMPLES", "")  # now: no test sees it
MODULES: Final = os.environ.get("MNLINT_REGISTRY_MODULES", "")
GENERATED: Final = re.compile(r"\.(?:diagnostics|formatted|ir|sourcemap|symbols|syntax|tokens)\.")

# The nodes of the compiler that are expressions for us, and what each is.
KINDS: Final = {
    "ArrayAccess": (Op.INDEX,),
    "Array": (Op.ARRAY,),
    "BinaryOperation": (Op.CALL,),
    "BooleanLiteral": (Op.LITERAL,),
    "For": (Op.FOR,),
    "FunctionCall": (Op.CALL,),
    "InstanceFunctionCall": (Op.CALL,),
    "IntegerLiteral": (Op.LITERAL,),
    "Lambda": (Op.LAMBDA,),
    "NullLiteral": (Op.LITERAL,),
    "Object": (Op.OBJECT,),
    "PropertyAccess": (Op.MEMBER,),
    "ResourceAccess": (Op.MEMBER,),
    "SpreadExpression": (Op.SPREAD,),
    "String": (Op.LITERAL, Op.TEXT),
    "StringTypeLiteral": (Op.LITERAL, Op.TEXT),
    "TernaryOperation": (Op.COND,),
    "TypedLambda": (Op.LAMBDA,),
    "UnaryOperation": (Op.CALL,),
    "VariableAccess": (Op.NAME,),
}
# Codes of the compiler's lexer and parser; every other one is about meaning.
SYNTAX: Final = frozenset(
    f"BCP{code:03}"
    for code in (
        *(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 64, 68, 90, 96, 97, 103),
        *(117, 118, 123, 132, 140, 162, 163, 167, 202, 226, 236, 237, 238, 243, 266, 279, 325, 337, 346, 347, 358),
    )
)
# Lines of the compiler that we do not mark, by the reason. After any mistake it goes on at the next line, we behind
# what the mistake costs: the rest of a broken statement is no second mistake.
NOT_OURS: Final = {
    "the rest of a statement that is broken above": {
        ("InvalidModules_LF", 17),
        ("InvalidOutputs_CRLF", 75),
        ("InvalidResources_CRLF", 46),
        *(("InvalidResources_CRLF", line) for line in (1628, 1631, 1634)),
        *(("InvalidTestFramework_CRLF", line) for line in (75, 76, 77, 78, 82, 87, 88, 89, 90, 93, 94, 95, 96)),
        *(("InvalidTestFramework_CRLF", line) for line in (99, 100, 101, 102, 103, 107, 109)),
        ("InvalidLambdas_LF", 83),
    },
    "the compiler's lexer still counts the braces of the string that is torn three lines above": {
        ("InvalidParameters_LF", 87)
    },
    "we mark the bracket that is not closed, the compiler the end of the file": {("InvalidTestFramework_CRLF", 125)},
}
DECLARATIONS: Final = {
    "ParameterDeclaration": "param",
    "VariableDeclaration": "var",
    "ResourceDeclaration": "resource",
    "ModuleDeclaration": "module",
    "OutputDeclaration": "output",
    "FunctionDeclaration": "func",
    "ParameterAssignment": "assignment",
}
# Declarations without what makes them one: a path, a type, a name.
UNREADABLE: Final = {
    "InvalidModules_LF": {"moduleWithoutPath", "moduleWithInterpPath", "moduleWithConditionAndInterpPath"}
    | {"cwdFileCompletionB"},
    "InvalidResources_CRLF": {"foo", "fo", "trailingSpace", "missingType", "startedTypingTypeWithoutQuotes", "p6_res1"},
}


@dataclass(frozen=True, slots=True)
class Found:
    """A node of the compiler's tree, in code points; `above` are the kinds it stands in, the nearest last."""

    kind: str
    start: int
    end: int
    above: tuple[str, ...]


_NODE = re.compile(r"^//@\[(\d+):(\d+)\) ((?:\||├|└|─| )*)([A-Za-z]+Syntax|Token\(\w+\))")
_DIAGNOSTIC = re.compile(r"^//@\[(\d+):(\d+)\) \[([\w-]+) \((\w+)\)\]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


def lines(path: Path) -> list[str]:
    return re.split(r"\r\n|\n|\r", path.read_bytes().decode("utf-8-sig"))


def tree(path: Path, text: str) -> Iterator[Found]:
    """The compiler's nodes. It counts UTF-16 units, from the line above."""
    points: dict[int, int] = {}
    unit = 0
    for at, char in enumerate(text):
        points[unit] = at
        unit += 2 if ord(char) > 0xFFFF else 1
    points[unit] = len(text)
    starts = [0]
    for line in _LINE.findall(text):
        starts.append(starts[-1] + sum(2 if ord(c) > 0xFFFF else 1 for c in line))
    number = -1
    around: list[tuple[int, str]] = []
    for line in lines(path):
        found = _NODE.match(line)
        if found is None:
            number += 1
            continue
        depth, kind = len(found[3]), found[4].removesuffix("Syntax")
        while around and around[-1][0] >= depth:
            around.pop()
        start, end = (points.get(starts[number] + int(column)) for column in (found[1], found[2]))
        if start is not None and end is not None:  # a token of several lines is shown below its last one
            yield Found(kind, start, end, tuple(name for _, name in around))
        around.append((depth, kind))


def read(path: Path) -> Template:
    return formats.read(path.name, path.read_bytes(), path.suffix[1:])


@pytest.fixture
def samples() -> Path:
    """The folder of the samples; a failure, never a skipped test, if there is none."""
    folder = Path(SAMPLES)
    if not SAMPLES or not (folder / "baselines").is_dir():
        pytest.fail("MNLINT_BICEP_SAMPLES is not the folder src/Bicep.Core.Samples/Files of a checkout of Azure/bicep")
    return folder


def annotated(samples: Path, what: str) -> Iterator[tuple[Path, Path]]:
    """The samples with a given kind of annotation: the annotated file and the sample itself."""
    found = sorted(samples.rglob(f"*.{what}.bicep*"))
    assert len(found) > 60
    for path in found:
        yield path, path.with_name(path.name.replace(f".{what}.", "."))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Expr]:
    """Every node that the reader makes, also those that say nothing of a deployment and are dropped."""
    nodes: list[Expr] = []
    make: Callable[..., Expr] = cursor.Parser.node

    def node(self: cursor.Parser, op: Op, first: int, *args: object) -> Expr:
        nodes.append(make(self, op, first, *args))
        return nodes[-1]

    monkeypatch.setattr(cursor.Parser, "node", node)
    return nodes


def ours_is_another(node: Found, ops: set[Op]) -> bool:
    """Whether we make something else of a node, for a reason."""
    if node.kind == "For":  # around a declaration it is a Loop of it
        return node.above[-1] in ("ResourceDeclaration", "ModuleDeclaration")
    if node.kind == "PropertyAccess":  # of a namespace that is imported whole: a name with a dot
        return Op.NAME in ops
    return False


def test_every_node_stands_where_the_compiler_says(samples: Path, made: list[Expr]) -> None:
    agreed: Counter[str] = Counter()
    different = []
    explained: Counter[str] = Counter()
    for path, sample in annotated(samples, "syntax"):
        if sample.parent.name.startswith("Invalid"):
            continue
        made.clear()
        template = read(sample)
        assert template.notices == ()
        places: defaultdict[tuple[int, int], set[Op]] = defaultdict(set)
        for expr in made:
            places[expr.span.start, expr.span.end].add(expr.op)
        for node in tree(path, template.source.text):
            wanted = KINDS.get(node.kind)
            if wanted is None:
                continue
            ops = places.get((node.start, node.end), set())
            if ops.intersection(wanted):
                agreed[node.kind] += 1
            elif ours_is_another(node, ops):
                explained[node.kind] += 1
            else:
                cut = template.source.text[node.start : node.end]
                different.append((str(sample.relative_to(samples)), node.kind, cut[:60], node.above[-3:]))
    print(f"{agreed.total():,} nodes agree, {explained.total()} are another thing for us", agreed, explained)
    assert different == []
    assert agreed.total() > 23_000


def test_every_syntax_error_is_told_on_its_line(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor, "MAX_NOTICES", 10_000)
    same = 0
    missing, extra = set(), []
    for path, sample in annotated(samples, "diagnostics"):
        template = read(sample)
        syntax: set[int] = set()
        wrong: set[int] = set()
        number = 0
        for line in lines(path):
            found = _DIAGNOSTIC.match(line)
            if found is None:
                number += 1
                continue
            at = number
            while at > 1 and int(found[1]) > len(template.source.line(at)):  # shown below a token's last line
                at -= 1
            if found[4] == "Error":
                (syntax if found[3] in SYNTAX else wrong).add(at)
        told = {template.source.line_column(n.place.span.start)[0] for n in template.notices if n.place}
        same += len(syntax & told)
        missing |= {(sample.parent.name, line) for line in syntax - told}
        extra += [(sample.parent.name, line) for line in told - syntax - wrong]
    print(f"{same} lines with syntax errors agree, {len(missing)} are not told")
    assert missing ^ set().union(*NOT_OURS.values()) == set()
    assert extra == [("InvalidTestFramework_CRLF", 122)], "the bracket that is not closed"
    assert same > 350


def test_a_mistake_costs_no_other_declaration(samples: Path) -> None:
    kept, lost = 0, []
    for path, sample in annotated(samples, "syntax"):
        template = read(sample)
        nodes = list(tree(path, template.source.text))
        ours = declared(template)
        theirs: Counter[tuple[str, str]] = Counter()
        for at, node in enumerate(nodes):
            if node.kind in DECLARATIONS:
                depth = len(node.above)
                name = next(n for n in nodes[at + 1 :] if n.kind == "Identifier" and len(n.above) == depth + 1)
                cut = template.source.text[name.start : name.end]
                if re.fullmatch(r"[A-Za-z_]\w*", cut) and cut not in UNREADABLE.get(sample.parent.name, ()):
                    theirs[DECLARATIONS[node.kind], cut] += 1
        lost += [(sample.parent.name, *key) for key in (theirs - ours).elements()]
        kept += (theirs & ours).total()
    print(f"{kept:,} declarations kept")
    assert lost == []
    assert kept > 2_000


def declared(template: Template) -> Counter[tuple[str, str]]:
    """How many declarations of each kind and name we have."""
    if template.language == "bicepparam":
        return Counter(
            [("assignment", name.symbol) for name in template.names] + [("var", i.name) for i in template.inputs]
        )
    found: Counter[tuple[str, str]] = Counter()
    for name in template.names:
        found["func" if name.expr.op is Op.LAMBDA else "var", name.symbol] += 1
        found["var" if name.expr.op is Op.LAMBDA else "func", name.symbol] += 1  # `var x = y => z` and broken functions
    found.update(("param", given.name) for given in template.inputs)
    found.update(("resource", made.symbol.rpartition("::")[2]) for made in template.resources)
    found.update(("module", call.symbol) for call in template.calls)
    found.update(("output", given.symbol) for given in template.outputs)
    return found


def test_what_the_compiler_takes_is_read_without_an_error(samples: Path) -> None:
    taken, wrong = 0, {}
    for sample in sorted(samples.rglob("*.bicep*")):
        diagnostics = sample.with_name(sample.name.replace(".bicep", ".diagnostics.bicep"))
        invalid = any("nvalid" in part for part in sample.relative_to(samples).parts)
        if sample.suffix not in (".bicep", ".bicepparam") or GENERATED.search(sample.name) or invalid:
            continue
        if diagnostics.exists() and "(Error)]" in diagnostics.read_text("utf-8-sig"):
            continue
        taken += 1
        notices = read(sample).notices
        if notices:
            wrong[str(sample.relative_to(samples))] = notices[0].message
    print(f"{taken} files that the compiler takes")
    assert wrong == {}
    assert taken > 250


def test_every_module_of_the_registry_is_read_without_an_error() -> None:
    folder = Path(MODULES)
    if not MODULES or not folder.is_dir():
        pytest.fail("MNLINT_REGISTRY_MODULES is not the folder of a clone of Azure/bicep-registry-modules")
    files = [file for kind in ("*.bicep", "*.bicepparam") for file in sorted(folder.rglob(kind)) if file.is_file()]
    wrong = {file.relative_to(folder).as_posix(): notices[0] for file in files if (notices := read(file).notices)}
    print(f"{len(files):,} files of the registry")
    assert wrong == {}
    assert len(files) > 2_000
