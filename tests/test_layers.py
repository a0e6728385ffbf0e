"""Who imports whom, where the names of Azure may stand, and that nothing in azure/ forgets doubt."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from mnlint.model.tri import Tri

PACKAGE = Path(__file__).parents[1] / "linter" / "mnlint"
STAGES = {"discover", "formats", "resolve", "azure", "policy", "settle", "reports", "cache", "pool"}
JOINERS = {
    *("run", "reading", "registry", "catalogue", "compiled", "coverage", "testing", "tally", "explain", "dump", "cli"),
    *("cli_options", "cli_adopt", "cli_policies", "settings_file", "settings_forms", "settings_shown", "effective"),
    *("settings_kept", "schemas", "skeleton", "init", "since", "changed_since", "touched", "deploying", "progress"),
    *("kept", "plan_kept", "judging", "checking", "plain", "start", "glimpse", "deadline", "again", "ready"),
}
LEAVES = {"documents", "inputs", "forms", "lists", "list_forms", "git", "constraints", "article", "regular", "writing"}
MODEL = [
    *("record", "pattern", "hints", "digest", "text", "tri", "value", "ids", "expr", "cost", "change"),
    *("deployment", "fact", "past", "policy", "settings", "root", "finding", "limits", "typing"),
]
# Where a package from outside may be imported: the beginning of a module's path.
ONLY_IN = {
    "click": ("cli.py", "cli_options.py", "cli_adopt.py", "cli_policies.py"),
    "hcl2": ("formats/terraform", "formats/tf"),
    "lark": ("formats/terraform", "formats/tf"),
    "jsonpath_ng": ("policy/paths.py",),
    "yaml": ("documents.py", "formats/yaml_tree.py"),
}
# Types of resources and their namespaces. A reader that needs one has to say here why.
AZURE = re.compile(r"(?<![./\w])microsoft\.[a-z]|azurerm_[a-z]", re.IGNORECASE)
NAMES_AZURE = {  # parts of the languages
    "formats/arm.py": "microsoft.resources/deployments",  # ARM's module call
    "model/hints.py": "azurerm_ai_foundry",  # what is looked for in every file before anything of azure/ is imported
    "resolve/places.py": "microsoft.resources/resourcegroups",  # what a symbol in a `scope:` may be
}

FILES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}


def part_of(file: str) -> str:
    """The stage or joiner a module belongs to: its folder, else its own name."""
    return file.split("/")[0].removesuffix(".py")


@cache
def tree_of(file: str) -> ast.Module:
    return ast.parse(FILES[file].read_text("utf-8"), file)


def imports_of(file: str) -> Iterator[tuple[str, int]]:
    """The dotted names that a module imports, `from mnlint import run` as `mnlint.run`, with their lines."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are written whole"
            names = [f"mnlint.{alias.name}" for alias in node.names] if node.module == "mnlint" else [str(node.module)]
            yield from ((name, node.lineno) for name in names)


def own(file: str) -> Iterator[tuple[str, int]]:
    """The parts of our package that a module imports."""
    for name, line in imports_of(file):
        if name.startswith("mnlint.") and name != "mnlint.__version__":
            yield name.split(".")[1], line


def test_every_module_is_placed() -> None:
    placed = STAGES | JOINERS | LEAVES | {"model", "__init__", "__main__"}
    assert {part_of(file) for file in FILES} <= placed, "say in this test what the new module is"
    assert {path.stem for path in (PACKAGE / "model").glob("*.py")} - {"__init__"} == set(MODEL)


def test_stages_import_only_the_model_and_themselves() -> None:
    wrong = [
        f"{file}:{line} imports {name}"
        for file in FILES
        if part_of(file) in STAGES
        for name, line in own(file)
        if name not in {"model", "documents", "inputs", "constraints", "regular", part_of(file)}
    ]
    assert not wrong


def test_the_model_imports_nothing_but_itself() -> None:
    outside = [
        f"{file}:{line} imports {name}"
        for file in FILES
        if part_of(file) == "model"
        for name, line in imports_of(file)
        if not name.startswith("mnlint.model") and name.split(".")[0] not in STANDARD
    ]
    assert not outside


STANDARD = {
    *(
        "__future__",
        "array",
        "bisect",
        "codecs",
        "collections",
        "dataclasses",
        "decimal",
        "enum",
        "functools",
        "hashlib",
        "itertools",
        "operator",
        "os",
    ),
    *("pathlib", "re", "typing", "_blake2", "_sha2", "_sha256"),
}


def test_leaves_import_no_stage_and_no_joiner() -> None:
    assert not [(f, name) for f in FILES if part_of(f) in LEAVES for name, _ in own(f) if name in STAGES | JOINERS]


def test_packages_from_outside_stay_where_they_belong() -> None:
    wrong = [
        f"{file}:{line} imports {name}"
        for file in FILES
        for name, line in imports_of(file)
        if (root := name.split(".")[0]) in ONLY_IN and not file.startswith(ONLY_IN[root])
    ]
    assert not wrong


def test_every_package_from_outside_is_one_of_ours() -> None:
    import sys

    later = {"_sha2", "_sha256"}  # one of them before Python 3.12, the other one from then on
    known = {*ONLY_IN, *sys.stdlib_module_names, *later, "mnlint"}
    assert not [(f, name) for f in FILES for name, _ in imports_of(f) if name.split(".")[0] not in known]


# ── the names of Azure ──


def literals(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The texts of a module that are no docstrings."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in documentation:
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            yield text, node.lineno


def test_only_azure_names_types_of_resources() -> None:
    wrong = [
        f"{file}:{line} says {text!r}"
        for file in FILES
        if part_of(file) != "azure"
        for text, line in literals(tree_of(file))
        if AZURE.search(text) and NAMES_AZURE.get(file) != text
    ]
    assert not wrong


# ── doubt ──


def test_a_truth_of_three_values_is_no_bool() -> None:
    for tri in Tri:
        with pytest.raises(TypeError, match="not a bool"):
            bool(tri)


def values_in(function: ast.AST) -> set[str]:
    """The names that a function gives to `x.value`."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and holds_value(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def holds_value(node: ast.AST, names: set[str]) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "value") or (
        isinstance(node, ast.Name) and node.id in names
    )


def forgets_doubt(function: ast.AST) -> Iterator[int]:
    """The lines where a function compares the value of a node, or takes it for a truth."""
    names = values_in(function)
    for node in ast.walk(function):
        asked: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            known = all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
            asked = [] if known else [node.left, *node.comparators]
        elif isinstance(node, ast.If | ast.While | ast.IfExp):
            asked = [node.test]
        elif isinstance(node, ast.BoolOp):
            asked = node.values
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            asked = [node.operand]
        elif isinstance(node, ast.comprehension):
            asked = node.ifs
        if any(holds_value(one, names) for one in asked):
            yield getattr(node, "lineno", 0) or asked[0].lineno


def test_azure_asks_values_only_for_their_kind() -> None:
    wrong = [
        f"azure {file}:{line}"
        for file in FILES
        if part_of(file) == "azure" and file != "azure/kleene.py"
        for function in ast.walk(tree_of(file))
        if isinstance(function, ast.FunctionDef)
        for line in forgets_doubt(function)
    ]
    assert not wrong, "ask through kleene.py: a plain comparison takes doubt for a no"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("x.value == 'Hub'", "equality with an unknown is a no"),
        ("x.value in WORDS", "so is membership"),
        ("'Hub' != x.value", "whichever side"),
        ("x.value and y", "an Unknown is truthy"),
        ("not x.value", "and its negation false"),
        ("1 if x.value else 2", "in a conditional, too"),
        ("[n for n in l if n.value]", "and in a comprehension"),
    ],
)
def test_the_rule_sees(code: str, reason: str) -> None:
    assert list(forgets_doubt(ast.parse(f"def f(x): return {code}"))), reason
