"""How often a declaration exists: its condition and its loop, known or not, made into instances and guards."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint.model.expr import Call, Declared, Expr, Loop, Op
from mnlint.model.record import replace
from mnlint.model.text import Span
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
    Unknown,
    carried,
    choice,
    literal,
    negated,
    unknown,
)
from mnlint.resolve.forms import call_form, deep_form, doubt_of, length_of
from mnlint.resolve.scope import MAX_INSTANCES, Instance, Scope


def instances_of(declared: Declared | Call, scope: Scope) -> list[Instance]:
    """Every instance that may exist. One known not to exist is left out; one in doubt carries its guards."""
    address = scope.prefix + declared.symbol
    if declared.loop is None:
        guards = condition_guards(_condition(declared, scope), scope)
        return [] if guards is None else [Instance(address, declared, scope, (*scope.guards, *guards))]
    made = []
    for key, names, loop_guards, symbolic in _members(declared.loop, address, scope):
        inner = scope.within(names)
        guards = condition_guards(_condition(declared, inner), inner)
        if guards is None:
            continue
        where = f'{address}["{key}"]' if isinstance(key, str) else f"{address}[{key}]"
        made.append(Instance(where, declared, inner, (*scope.guards, *loop_guards, *guards), key, symbolic))
    scope.world.fuel -= len(made)
    return made


def _condition(declared: Declared | Call, scope: Scope) -> Expr | None:
    """The condition of a declaration; in Bicep, a resource in the body of another exists only where that one does."""
    own = declared.condition
    above = declared.parent if isinstance(declared, Declared) and scope.language == "bicep" else None
    if above is None or above.op is not Op.NAME or not isinstance(declared, Declared) or _says_parent(declared.body):
        return own
    outer = scope.top.declaration(above.args[0])
    around = _condition(outer, scope) if outer is not None and outer is not declared else None
    if around is None or own is None:
        return around or own
    return Expr(Op.CALL, own.span, ("&&", (around, own)))


def _says_parent(body: Expr) -> bool:
    return body.op is Op.OBJECT and any(key.op is Op.LITERAL and key.args[0] == "parent" for key, _ in body.args)


def condition_guards(condition: Expr | None, scope: Scope) -> tuple[Node, ...] | None:
    """The guards of a condition: none if it is known to hold, None if it is known to fail."""
    if condition is None:
        return ()
    node = scope.world.evaluate(condition, scope)
    value = node.value
    if isinstance(value, bool):
        return () if value else None
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return () if value.lower() == "true" else None
    if isinstance(value, Choice) and all(o.value is False for o in value.options):
        return None
    if isinstance(value, Choice) and all(o.value is True for o in value.options):
        return ()
    return (guard(node, condition.span, deep_form(node), scope.words(condition.span)),)


def guard(node: Node, span: Span, form: str | None, words: str) -> Node:
    """A condition nobody can decide, with the reason of the doubt."""
    value = node.value
    why = value if isinstance(value, Unknown) else value.why if isinstance(value, Choice) else None
    if why is None:
        why = Unknown(Cause.RUNTIME if isinstance(value, Ref) else Cause.GUARD, span, words)
    return Node(Unknown(why.cause, why.span, why.label, form), span, node.trail)


Member = tuple[str | int | None, Mapping[str, Node], tuple[Node, ...], bool]


def _members(loop: Loop, address: str, scope: Scope) -> list[Member]:
    """(key, names, guards, symbolic) of each member of a loop's collection."""
    collection = scope.world.evaluate(loop.collection, scope)
    span = loop.collection.span
    if isinstance(collection.value, Choice):
        return _choice_members(loop, collection, collection.value, address, scope)
    known = _known(loop, collection)
    if known is None:
        return [_symbolic(loop, collection, address, span)]
    if len(known) > MAX_INSTANCES:
        key, names, _, symbolic = _symbolic(loop, collection, address, span)
        return [(key, names, (), symbolic)]  # one for all of them, and they are there
    made: list[Member] = [
        (key, _names(loop, at, key, carried(node, collection)), (), False) for at, (key, node) in enumerate(known)
    ]
    if isinstance(collection.value, Seq | Map) and collection.value.more is not None:
        made.append(_symbolic(loop, collection.holding(_rest(collection.value)), address, span))
    return made


def _rest(value: Seq | Map) -> Seq | Unknown | None:
    """The members that nobody sees: the whole of a list of which nobody sees any, else something without a form."""
    if isinstance(value, Seq) and not value.items and value.form is not None:
        return value
    return value.more and replace(value.more, form=None)


def _choice_members(loop: Loop, collection: Node, value: Choice, address: str, scope: Scope) -> list[Member]:
    """Members of `condition ? these : those`: one that is not in every option exists under a guard."""
    options = [_known(loop, option) for option in value.options]
    if any(o is None or len(o) > MAX_INSTANCES for o in options):
        return [_symbolic(loop, collection, address, loop.collection.span)]
    known = [dict(o) for o in options if o is not None]
    made: list[Member] = []
    for at, key in enumerate(dict.fromkeys(key for option in known for key in option)):
        holders = [n for n, option in enumerate(known) if key in option]
        form = None
        if len(known) == 2 and len(holders) == 1:  # exists where the test holds, or where it does not
            form = value.why.form if holders == [0] else negated(value.why.form)
        guards = () if len(holders) == len(known) else (guard(collection, loop.collection.span, form, ""),)
        # Of some of the options, the condition does not tell which it is.
        why = value.why if len(holders) == len(known) else replace(value.why, form=None)
        node = choice([known[n][key] for n in holders], why, collection)
        made.append((key, _names(loop, at, key, node), guards, False))
    more = next((_rest(o.value) for o in value.options if isinstance(o.value, Seq | Map) and o.value.more), None)
    if more is not None:
        # There is such a member only where that option is taken, of which the option's own form knows nothing.
        made.append(_symbolic(loop, collection.holding(replace(more, form=None)), address, loop.collection.span))
    return made


def _known(loop: Loop, collection: Node) -> list[tuple[str | int, Node]] | None:
    """The (key, member) pairs of a collection, None if it is not known; open ones give what is seen."""
    value = collection.value
    if loop.counted:
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
            value = int(value)  # as Terraform converts it
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return [(n, literal(n, loop.collection.span)) for n in range(min(max(value, 0), MAX_INSTANCES + 1))]
    if value is None or isinstance(value, Absent):
        return []
    if isinstance(value, Map):
        return [(key, node) for key, node in value.entries.items()]
    if isinstance(value, Seq):
        if not loop.keyed:
            return list(enumerate(value.items))
        keys = [item.value for item in value.items]
        if all(isinstance(key, str) for key in keys):
            return list(dict(zip((str(k) for k in keys), value.items, strict=True)).items())
    return None


def _names(loop: Loop, at: int, key: str | int, node: Node) -> dict[str, Node]:
    """What the body calls this member: (member, key or index), or the number alone if counted."""
    member = node.through(Hop(HopKind.ELEMENT, node.span, f"member {key!r}" if loop.keyed else f"member {at + 1}"))
    if loop.counted:
        return {loop.names[0]: member}
    # The key of a set's member is the member itself, with its own place.
    of_set = loop.keyed and node.value == key
    second = member if of_set else literal(key if loop.keyed else at, loop.collection.span)
    return dict(zip(loop.names, (member, second), strict=False))


def _symbolic(loop: Loop, collection: Node, address: str, span: Span) -> Member:
    """One instance that stands for members nobody knows; it exists only if there is any."""
    why = doubt_of([collection])
    cause, place, label = (why.cause, why.span, why.label) if why else (Cause.DYNAMIC, span, "the collection")
    form = _listed(loop, deep_form(collection))
    names = {name: unknown(cause, place, label, f"{{{name}@{address}}}") for name in loop.names}
    if not loop.keyed:
        number = unknown(cause, place, label, f"{{#@{address}}}")
        member = number if loop.counted else _numbered(collection, form, number, names[loop.names[0]])
        names = dict(zip(loop.names, (member, number), strict=False))
    any_form = None if form is None else f"{{any({form})}}"
    exists = Node(Unknown(cause, place, label, any_form), span, collection.trail)
    key: str | int = 0 if loop.counted or not loop.keyed else "*"
    return key, names, (exists,), True


def _listed(loop: Loop, form: str | None) -> str | None:
    """The form of a loop's collection; of a number that is the length of a list, that of the list."""
    return (length_of(form) or form) if loop.counted and form is not None else form


def _numbered(collection: Node, form: str | None, number: Node, other: Node) -> Node:
    """A member nobody knows as `list[number]`, as ARM JSON says it; `other` if the list has no form."""
    why = other.value
    if form is None or not isinstance(why, Unknown):
        return other
    listed = collection.holding(replace(why, form=form))
    return other.holding(replace(why, form=call_form("[]", [listed, number])))
