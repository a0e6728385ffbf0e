"""What a type of Bicep says once the types it names are followed: allowed values, and secrets inside of values."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint.model.expr import Expr, Input, Op, Shape
from mnlint.model.record import replace
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import Absent, Cause, Choice, Map, Node, Seq, Unknown

if TYPE_CHECKING:
    from mnlint.resolve.scope import Scope

    _Home = tuple[Shape, Scope]

MAX_STEPS = 64  # from a type to the one it names, and on
MAX_LITERALS = 1_000
MAX_SHAPES = 20_000  # looked at for secrets; of more, all may be secret

_SECRET = ("securestring", "secureobject")  # as ARM calls them


def typed(wanted: Input, scope: Scope) -> Input:
    """A parameter with what its type says, and the types that one names."""
    if wanted.shape is None:
        return wanted
    shape, _ = followed(wanted.shape, scope)
    allowed = wanted.allowed
    if allowed is None and not shape.array:
        literals = literals_of(shape, scope)
        allowed = Expr(Op.ARRAY, literals[0].span, tuple(literals)) if literals else None
    secret, nullable = wanted.secret or shape.secret, wanted.nullable or shape.nullable
    if allowed is wanted.allowed and secret is wanted.secret and nullable is wanted.nullable:
        return wanted
    return replace(wanted, allowed=allowed, secret=secret, nullable=nullable)


def followed(shape: Shape, scope: Scope) -> _Home:
    """A type that is a name of another one, as that other one, and where its own names are looked up."""
    if not shape.alias:
        return shape, scope
    nullable, secret, steps = shape.nullable, shape.secret, MAX_STEPS
    while shape.alias:
        steps -= 1
        found = _step(shape, scope) if steps else None
        if found is None:
            secret = secret or shape.alias[-1].lower() in _SECRET
            shape = Shape()
            break
        shape, scope = found
        nullable, secret = nullable or shape.nullable, secret or shape.secret
    return replace(shape, nullable=nullable, secret=secret), scope


def _step(shape: Shape, scope: Scope) -> _Home | None:
    """One step from a name towards what it stands for: `a.b` is the part b of what a is."""
    name, *rest = shape.alias
    found = scope.type_named(name, rest[0] if rest else "")
    if found is None:
        return None
    meant, home, used = found
    for part in rest[used:]:
        if meant.alias:
            meant = Shape(alias=(*meant.alias, part))
        else:
            meant = meant.members.get(part) or meant.members.get("*", Shape())
    return meant, home


def literals_of(shape: Shape, scope: Scope) -> list[Expr] | None:
    """The literals that a value must be one of; None if it may be something else."""
    made: list[Expr] = []
    todo, steps = [(shape, scope)], MAX_LITERALS
    while todo:
        one, home = followed(*todo.pop())
        steps -= 1
        if steps < 0 or (one.literals is None and not one.options):
            return None
        made.extend(one.literals or ())
        todo.extend((option, home) for option in reversed(one.options))
    return made


def masked(node: Node, shape: Shape, scope: Scope) -> Node:
    """A value without what its type says is secret."""
    return _masked(node, [(shape, scope)]) if _holds_secrets(shape, scope) else node


def _masked(node: Node, shapes: list[_Home]) -> Node:
    all_shapes, value = _alternatives(shapes), node.value
    if isinstance(value, Unknown) and value.cause is Cause.SECRET:
        return node
    secret = len(all_shapes) >= MAX_LITERALS or any(shape.secret for shape, _ in all_shapes)
    if secret and value is not None and not isinstance(value, Absent):
        form = value.form if isinstance(value, Unknown) else None
        return node.holding(Unknown(Cause.SECRET, node.span, "a secret part of a parameter", form))
    if isinstance(value, Map):
        entries = {key: _masked_part(child, all_shapes, key) for key, child in value.entries.items()}
        return node.holding(replace(value, entries=entries, hidden=()))
    if isinstance(value, Seq):
        items = tuple(_masked_part(item, all_shapes, str(at)) for at, item in enumerate(value.items))
        return node.holding(replace(value, items=items))
    if isinstance(value, Choice):
        return node.holding(replace(value, options=tuple(_masked(option, shapes) for option in value.options)))
    return node


def _masked_part(child: Node, shapes: list[_Home], key: str) -> Node:
    parts = [(part, home) for shape, home in shapes if (part := _member(shape.members, key)) is not None]
    return _masked(child, parts) if parts else child


def _member(members: Mapping[str, Shape], key: str) -> Shape | None:
    for name, shape in members.items():
        if name.lower() == key.lower():
            return shape
    return members.get("[*]") or members.get("*")


def _alternatives(shapes: list[_Home]) -> list[_Home]:
    """The types themselves, and the members of those that are unions; not all of them if they are too many."""
    made: list[_Home] = []
    todo = list(shapes)
    while todo and len(made) < MAX_LITERALS:
        shape, home = followed(*todo.pop())
        made.append((shape, home))
        todo.extend((option, home) for option in shape.options)
    return made


def _holds_secrets(shape: Shape, scope: Scope) -> bool:
    """Whether a type, or any it is made of, is secret."""
    known = scope.world.secret_shapes
    if id(shape) not in known:
        seen: set[tuple[int, str]] = set()
        todo = [(shape, scope)]
        found = False
        while todo and not found:
            one, home = todo.pop()
            mark = (id(one), home.prefix)
            if mark in seen:
                continue
            seen.add(mark)
            meant, home = followed(one, home)
            found = meant.secret or len(seen) > MAX_SHAPES
            todo.extend((part, home) for part in (*meant.members.values(), *meant.options))
        known[id(shape)] = found
    return known[id(shape)]
