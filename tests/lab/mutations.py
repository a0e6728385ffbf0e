"""The small changes that a module can suffer: each a copy of its syntax tree with one thing changed.

Type annotations, decorators, docstrings and imports are left alone: no run of the linter can tell.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

OTHER = {  # a comparison, and what it may have been
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
}
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min", "both": "either", "either": "both"}
MEMBERS = {  # of an enum, each may be the next one; of the three truths, each other one
    "Tri": ("TRUE", "UNKNOWN", "FALSE"),
    "Verdict": ("PASS", "FAIL", "SKIP", "UNKNOWN"),
    "Cause": ("NO_VALUE", "RUNTIME", "UNREADABLE", "UNEXPECTED_TYPE", "LIMIT", "MODULE", "FUNCTION", "SECRET"),
    "HopKind": ("REFERENCE", "ELEMENT", "BRANCH", "COMPUTED"),
    "Op": ("LITERAL", "NAME", "INDEX", "CALL", "OBJECT", "SPREAD", "MEMBER", "TEXT", "COND", "ARRAY", "FOR", "OPAQUE"),
    "Mode": ("DATA", "RESOURCE"),
}


@dataclass(frozen=True)
class Mutant:
    """A module with one change: where it is, what was written, and what stands there instead."""

    where: str  # the function, such as `Answer.negated`; empty outside of functions
    line: int
    text: str
    change: str
    in_body: bool  # of a function: it shows in that function alone
    path: Path
    new: ast.AST

    @property
    def key(self) -> tuple[str, str, str]:
        return self.where, self.text, self.change

    def put_in(self, tree: ast.Module) -> ast.Module:
        """The tree that the mutant was made for, with the change."""
        node: ast.AST = tree
        for name, number in self.path[:-1]:
            node = getattr(node, name) if number is None else getattr(node, name)[number]
        name, number = self.path[-1]
        if number is None:
            setattr(node, name, self.new)
        else:
            getattr(node, name)[number] = self.new
        return ast.fix_missing_locations(tree)


Path = tuple[tuple[str, int | None], ...]


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    lines = source.splitlines()
    told: Counter[tuple[str, str, str]] = Counter()
    made = []
    for where, in_body, path, node in _nodes(tree, "", False, ()):
        for new in _changed(node):
            text, change = lines[node.lineno - 1].strip(), _words(node, new)
            told[where, text, change] += 1
            number = told[where, text, change]
            change += f" ({number})" if number > 1 else ""
            made.append(Mutant(where, node.lineno, text, change, in_body, path, ast.copy_location(new, node)))
    return sorted(made, key=lambda mutant: mutant.line)


def _words(old: ast.AST, new: ast.AST) -> str:
    """What a change is, in a line: of a long one what matters."""
    if isinstance(new, ast.Return):
        return "returns None"
    if isinstance(new, ast.Pass):
        return "not done"
    if isinstance(old, ast.Call) and isinstance(new, ast.Call) and len(old.keywords) > len(new.keywords):
        return f"without {', '.join(ast.unparse(kept) for kept in old.keywords if kept not in new.keywords)}"
    if isinstance(old, ast.For) and isinstance(new, ast.For):
        return "no round"
    if isinstance(old, ast.If | ast.IfExp) and isinstance(new, ast.If | ast.IfExp):
        return f"if {ast.unparse(old.test)} → if {ast.unparse(new.test)}"
    return f"{ast.unparse(old)} → {ast.unparse(new)}"


def _nodes(node: ast.AST, where: str, in_body: bool, path: Path) -> Iterator[tuple[str, bool, Path, ast.AST]]:
    """The nodes that can be changed, each with the function it is in and the way to it."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for number, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or isinstance(child, ast.Import | ast.ImportFrom) or _is_aside(child):
                continue
            inside, body = where, in_body or (isinstance(node, ast.FunctionDef) and name == "body")
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and not in_body:
                inside = f"{where}.{child.name}" if where else child.name
            step = (*path, (name, number if isinstance(value, list) else None))
            if hasattr(child, "lineno"):
                yield inside, body, step, child
            yield from _nodes(child, inside, body, step)


def _is_aside(node: ast.AST) -> bool:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            for other in OTHER[type(op)]:
                yield _with(node, ops=[other()])
        case ast.BinOp(op=ast.BitOr()):
            yield from (node.left, node.right)
        case ast.BinOp(op=op) if type(op) in OTHER:
            yield _with(node, op=OTHER[type(op)][0]())
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            for number in range(len(node.values)):
                kept = node.values[:number] + node.values[number + 1 :]
                yield kept[0] if len(kept) == 1 else _with(node, values=kept)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
        case ast.Constant(value=str()):
            yield ast.Constant(f"{node.value}~")
        case ast.Attribute(value=ast.Name(id=enum), attr=name) if name in MEMBERS.get(enum, ()):
            members = MEMBERS[enum]
            for by in range(1, 3 if enum == "Tri" else 2):
                yield _with(node, attr=members[(members.index(name) + by) % len(members)])
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            yield _with(node, id=NAMES[name])
        case ast.Return(value=ast.AST() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Expr() | ast.AugAssign() | ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.For() if not isinstance(node.iter, ast.Tuple):
            yield _with(node, iter=ast.Tuple([], ast.Load()))
        case ast.Call(func=ast.Attribute(value=of, attr="lower" | "casefold")):
            yield of
        case ast.Call() if node.keywords:
            for number, keyword in enumerate(node.keywords):
                if keyword.arg is not None:
                    yield _with(node, keywords=node.keywords[:number] + node.keywords[number + 1 :])
    if isinstance(node, ast.If | ast.IfExp):
        yield _with(node, test=ast.Constant(True))
        yield _with(node, test=ast.Constant(False))
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.DictComp | ast.SetComp) and node.generators[0].ifs:
        first = _with(node.generators[0], ifs=[])
        yield _with(node, generators=[first, *node.generators[1:]])


def _with(node: ast.AST, **fields: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made
