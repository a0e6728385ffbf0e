"""`for` over a list or an object: each member in turn where they are known, one form for all where they are not."""

from __future__ import annotations

from mnlint.model.expr import Expr, Op
from mnlint.model.record import replace
from mnlint.model.value import (
    Absent,
    Cause,
    Choice,
    Hop,
    HopKind,
    Map,
    Node,
    Ref,
    Seq,
    Type,
    Unknown,
    Value,
    carried,
    choice,
    literal,
    unknown,
)
from mnlint.resolve.forms import call_form, counted_of, doubt_of
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.fails import fails, may_fail
from mnlint.resolve.typed.kinds import if_there, type_of
from mnlint.resolve.typed.scalars import as_text
from mnlint.resolve.typed.sets import order_in_doubt
from mnlint.resolve.typed.types import BOOL, UNSURE
from mnlint.resolve.typed.values import converted


def for_each(expr: Expr, scope: Scope) -> Node:
    names, collection_expr, key_expr, value_expr, condition, grouped = expr.args
    collection = scope.world.evaluate(collection_expr, scope)
    if names[0].startswith("<splat"):
        collection = _as_list(collection)
    value = collection.value
    more: Unknown | None = None
    pairs: list[tuple[Node, Node]] = []
    if isinstance(value, Seq):
        numbered = ((literal(n, collection_expr.span), item) for n, item in enumerate(value.items))
        pairs = [(item, item) for item in value.items] if value.is_set else list(numbered)
        more = value.more or (order_in_doubt(value) if key_expr is None else None)
    elif isinstance(value, Map):
        listed = sorted(value.entries.items()) if scope.language == "terraform" else value.entries.items()
        pairs = [(literal(key, item.span), item) for key, item in listed]
        more = value.more
    elif isinstance(value, Choice):
        options = [_for_over(o, expr, scope) for o in value.options]
        return choice(options, value.why, collection)
    elif scope.language == "terraform" and _is_none(value, names):
        return failed(expr.span, scope)
    elif value is not None and not isinstance(value, Absent):
        more = doubt_of([collection]) or odd(collection_expr, scope)
        form = _for_form(expr, more, scope)
        if key_expr is None:
            return literal(Seq((), _formless(more), form), expr.span)
        more = replace(more, form=form)
    if len(pairs) > 2_000:
        return unknown(Cause.LIMIT, expr.span, scope.words(expr.span))
    if condition is not None and scope.language == "terraform" and not pairs and more is None:
        # Terraform asks what the condition is worth of something unknown, even where there is nothing.
        nobody = unknown(Cause.DYNAMIC, condition.span, scope.words(collection_expr.span, 40))
        test = converted(scope.world.evaluate(condition, scope.within(dict.fromkeys(names, nobody))), BOOL)
        if test.value is None or fails(test):
            return failed(expr.span, scope)
    items: list[Node] = []
    entries: dict[str, Node] = {}
    groups: dict[str, list[Node]] = {}
    perhaps: set[str] | None = None if more is not None else set()  # the names of members in doubt, where all are known
    for at, item in pairs:
        hop = Hop(HopKind.ELEMENT, item.span, "a member of " + scope.words(collection_expr.span, 40))
        inner = scope.within(_loop_names(names, at, carried(item, collection).through(hop), scope))
        if condition is not None:
            test = scope.world.evaluate(condition, inner)
            if scope.language == "terraform":
                test = converted(test, BOOL)
                if test.value is None or fails(test):
                    return failed(expr.span, scope)
            if test.value is False:
                continue
            if test.value is not True:
                more = more or _formless(doubt_of([test]) or odd(condition, scope))
                name = scope.world.evaluate(key_expr, inner).value if key_expr is not None else None
                perhaps = {*perhaps, name} if perhaps is not None and isinstance(name, str) else None
                continue
        made = scope.world.evaluate(value_expr, inner)
        if key_expr is None:
            items.append(made)
            continue
        key = scope.world.evaluate(key_expr, inner)
        again = not grouped and isinstance(key.value, _SCALAR) and as_text(key.value) in entries
        if scope.language == "terraform" and (again or _is_no_key(key)):
            return failed(expr.span, scope)
        if not isinstance(key.value, str | bool | int | float):
            more, perhaps = more or _formless(doubt_of([key]) or odd(key_expr, scope)), None
        elif grouped:
            groups.setdefault(as_text(key.value), []).append(made)
        else:
            entries[as_text(key.value)] = made
    if key_expr is None:
        made = literal(Seq(tuple(items), more, of=_splat_type(names, value, value_expr, items)), expr.span)
        return if_there(made) if scope.language == "terraform" and may_fail(collection) else made
    entries.update((key, literal(Seq(tuple(group), more), expr.span)) for key, group in groups.items())
    only = frozenset(perhaps) if perhaps is not None and not grouped and not perhaps & entries.keys() else None
    made = literal(Map(entries, expr.span, more, only=only), expr.span)
    return if_there(made) if scope.language == "terraform" and may_fail(collection) else made


_SCALAR = bool | int | float | str


def _is_none(value: Value, names: tuple[str, ...]) -> bool:
    """Whether a value is surely no list and no map; a splat goes over null as over nothing."""
    return isinstance(value, _SCALAR | Absent) or (value is None and not names[0].startswith("<splat"))


def _is_no_key(key: Node) -> bool:
    return key.value is None or isinstance(key.value, Map | Seq) or fails(key)


def _splat_type(names: tuple[str, ...], over: Value, value_expr: Expr, items: list[Node]) -> Type | None:
    """The type of the members that a splat makes of a list or a set, which stays a list; of all else it is a tuple."""
    if not names[0].startswith("<splat") or not isinstance(over, Seq) or over.of is None:
        return None
    types = {type_of(item) for item in items} or {over.of if value_expr.op is Op.NAME else UNSURE}
    return types.pop() if len(types) == 1 else UNSURE


def _formless(why: Unknown) -> Unknown:
    """Why members are not known, where the form of the doubt is not that of the members."""
    return replace(why, form=None)


def _for_form(expr: Expr, why: Unknown, scope: Scope) -> str | None:
    """The form of a loop over a collection nobody knows: what it makes of the member whose number is a hole.

    `[for x in list: x.name]` and ARM's copy over the numbers of the list that takes `list[copyIndex()].name` are one.
    """
    names, collection_expr, key_expr, value_expr, condition, grouped = expr.args
    if why.form is None or scope.language == "terraform":
        return None
    at = Node(replace(why, form=f"{{#{scope.level}}}"), collection_expr.span, ())
    listed = counted_of(why.form)
    item = at if listed else Node(replace(why, form=call_form("[]", [Node(why, at.span, ()), at])), at.span, ())
    inner = scope.within(_loop_names(names, at, item, scope))
    parts = [scope.world.evaluate(part, inner) for part in (key_expr, value_expr, condition) if part is not None]
    whole = Node(replace(why, form=listed or why.form), at.span, ())
    return call_form("group" if grouped else "for", [whole, *parts])


def _as_list(node: Node) -> Node:
    """What a splat goes over: a list as it is, anything else that is not null as a list of one."""
    value = node.value
    if isinstance(value, Choice):
        return choice([_as_list(option) for option in value.options], value.why, node)
    if value is None or isinstance(value, Absent | Seq | Unknown):
        return node
    if isinstance(value, Ref) and value.rest and value.rest not in (("id",), ("name",)):
        return node  # a part of a resource may be a list
    return node.holding(Seq((node,)))


def _for_over(collection: Node, expr: Expr, scope: Scope) -> Node:
    names, collection_expr, *rest = expr.args
    inner = scope.within({"<collection>": collection})
    again = Expr(Op.FOR, expr.span, (names, Expr(Op.NAME, collection_expr.span, ("<collection>",)), *rest))
    return scope.world.evaluate(again, inner)


def _loop_names(names: tuple[str, ...], at: Node, item: Node, scope: Scope) -> dict[str, Node]:
    """Bicep and ARM say (member, index), Terraform (key, member)."""
    if len(names) == 1:
        return {names[0]: item}
    first, second = (at, item) if scope.language == "terraform" else (item, at)
    return {names[0]: first, names[1]: second}


def odd(expr: Expr, scope: Scope) -> Unknown:
    """Why a value is not known whose type does not fit its place."""
    return Unknown(Cause.UNEXPECTED_TYPE, expr.span, scope.words(expr.span))
