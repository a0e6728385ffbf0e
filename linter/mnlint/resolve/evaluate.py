"""Expr to Node: the only place where values are made from expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.expr import Call, Declared, Expr, Mode, Op
from mnlint.model.pattern import pattern
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import (
    ABSENT,
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
    Value,
    carried,
    choice,
    literal,
    member,
    unknown,
)
from mnlint.resolve.budget import CHARACTERS, too_much
from mnlint.resolve.comprehensions import for_each, odd
from mnlint.resolve.forms import call_form, deep_form, doubt_of
from mnlint.resolve.functions import call
from mnlint.resolve.functions.objects import merged
from mnlint.resolve.joined import DOTNET, LOWER, MAX_OPTIONS, text_of
from mnlint.resolve.scope import MAX_DEPTH, Instance, Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.fails import has_failed, may_fail
from mnlint.resolve.typed.kinds import if_there, marked, type_of
from mnlint.resolve.typed.scalars import as_text, normal
from mnlint.resolve.typed.types import BOOL, UNSURE
from mnlint.resolve.typed.values import converted, either_of

_LITERAL, _OBJECT = Op.LITERAL, Op.OBJECT  # the most frequent by far: a member of an enum is slow to look up
_WORD = pattern(r"[\w-]++")
_AS_WRITTEN = ("azapi_", "terraform_data")  # resources whose arguments are what was written, and nothing else


def evaluate(expr: Expr, scope: Scope, head: Span | None = None) -> Node:
    """The value of an expression. `head` is what to mark if a member of the object written here is missing."""
    world = scope.world
    if world.fuel <= 0 or world.depth >= MAX_DEPTH:
        return too_much(expr.span, scope)
    world.fuel -= 1
    op = expr.op
    if op is _LITERAL:
        return _literal(expr, scope)
    world.depth += 1
    try:
        if op is _OBJECT:
            return _object(expr, scope, head)
        return _TABLE[op](expr, scope)
    finally:
        world.depth -= 1


def _literal(expr: Expr, scope: Scope) -> Node:
    value = expr.args[0]
    return literal(normal(value) if scope.language == "terraform" else value, expr.span)


def _text(expr: Expr, scope: Scope) -> Node:
    parts = [evaluate(part, scope) for part in expr.args]
    if len(parts) == 1:
        value = parts[0].value
        options = value.options if isinstance(value, Choice) else (parts[0],)
        if all(isinstance(option.value, str | Unknown | Ref) for option in options):
            return parts[0]
    made = text_of(parts, expr.span, LOWER if scope.language == "terraform" else DOTNET)
    if isinstance(made.value, Unknown) and made.value.form is None:
        # What is put in is like nothing else, but the text around it is known.
        parts = [_like_no_other(part, scope) for part in parts]
        made = text_of(parts, expr.span, LOWER if scope.language == "terraform" else DOTNET)
    if isinstance(made.value, str):
        scope.world.fuel -= len(made.value) // CHARACTERS
    return made


def _like_no_other(part: Node, scope: Scope) -> Node:
    """Something without a form with one that no other evaluation has."""
    value = part.value
    if not isinstance(value, Unknown) or value.form is not None:
        return part
    scope.world.holes += 1
    return part.holding(replace(value, form=f"{{hole:{scope.world.holes}}}"))


def _name(expr: Expr, scope: Scope) -> Node:
    return scope.lookup(expr.args[0], expr.span)


def _member(expr: Expr, scope: Scope) -> Node:
    target_expr, name, safe = expr.args
    target = evaluate(target_expr, scope)
    made = part_of(target, name, scope, expr.span)
    if safe and isinstance(target.value, Ref) and not target.value.rest and target_expr.op in (Op.NAME, Op.INDEX):
        return _if_deployed(target.value.address, made, scope, expr.span)
    return made


def _if_deployed(address: str, there: Node, scope: Scope, span: Span) -> Node:
    """`hub.?x`: a member of a resource or a module where that is deployed, else null."""
    instance = scope.world.instances.get(address)
    nothing = literal(ABSENT, span, "it is not deployed")
    if instance is None:
        return nothing
    guards = instance.guards[len(instance.scope.top.guards) :]
    why = doubt_of(guards)
    if why is None:
        return there
    return choice([there, nothing], why if len(guards) == 1 else replace(why, form=None), nothing)


def part_of(target: Node, name: str, scope: Scope, span: Span) -> Node:
    """A member of a value: of a resource an attribute, of a module an output, else of an object."""
    value = target.value
    if isinstance(value, Choice):
        return choice([part_of(o, name, scope, span) for o in value.options], value.why, target)
    if isinstance(value, Ref):
        found = _attribute(value, name, scope, span)
    else:
        found = member(target, name, fold=scope.fold)
        if found.value is ABSENT and isinstance(value, Map):
            return found
    # `base.mode` says all that `base` would.
    way = tuple(hop for hop in found.trail if not (hop.kind is HopKind.REFERENCE and span.covers(hop.span)))
    return marked(Node(found.value, span, (Hop(HopKind.REFERENCE, span, scope.words(span)), *way), found.of), [target])


def _attribute(ref: Ref, name: str, scope: Scope, span: Span) -> Node:
    world = scope.world
    instance = world.instances.get(ref.address)
    if instance is not None and isinstance(instance.declared, Call):
        return _if_there(_output(ref, name, world.scope_of(instance), scope, span), instance, scope)
    further = literal(Ref(ref.address, (*ref.rest, name)), span, scope.words(span))
    if instance is None or ref.rest or not isinstance(instance.declared, Declared):
        return further
    declared = instance.declared
    written = _entry(declared.body, name, fold=instance.scope.fold)
    if instance.scope.language == "terraform":
        if declared.mode is Mode.DATA or written is None or name == "id":
            return further
        found = _if_there(evaluate(written[1], instance.scope, written[0].span), instance, scope)
        if declared.type.startswith(_AS_WRITTEN) and name != "identity":  # whose principal Azure makes
            return found
        return _as_blocks(found, Unknown(Cause.RUNTIME, span, scope.words(span)))
    nested = instance.scope.top.nested(declared.symbol, name)
    if nested is not None:
        return instance.scope.top.lookup(nested, span)
    if name.lower() == "name" and written is not None:
        return evaluate(written[1], instance.scope)
    if name.lower() == "type":
        return literal(declared.type, declared.head)
    if name.lower() == "apiversion" and declared.api_version is not None:
        return evaluate(declared.api_version, instance.scope)
    return further


def _if_there(node: Node, instance: Instance, scope: Scope) -> Node:
    """What a resource or a module says, which may not be there for all that the scope knows."""
    sure = scope.language != "terraform" or all(guard in scope.guards for guard in instance.guards)
    return node if sure else if_there(node)


def _as_blocks(node: Node, more: Unknown, *, inside: bool = False) -> Node:
    """Blocks as others see them: what is not written there, such as the id of a subnet, Azure may compute."""
    value = node.value
    if isinstance(value, Choice):
        return node.holding(Choice(tuple(_as_blocks(o, more, inside=inside) for o in value.options), value.why))
    if isinstance(value, Seq):
        items = tuple(_as_blocks(item, more, inside=True) for item in value.items)
        return node.holding(replace(value, items=items, of=UNSURE))  # a list or a set, as the provider has it
    if not isinstance(value, Map) or not inside:
        return node
    entries = {name: _as_blocks(child, more) for name, child in value.entries.items()}
    return node.holding(replace(value, entries=entries, more=value.more or more, only=None))


def _output(ref: Ref, name: str, module: Scope, scope: Scope, span: Span) -> Node:
    """An output of a module: `module.m.x` in Terraform, `m.outputs.x` in Bicep and ARM."""
    if module.language != "terraform":
        if not ref.rest:
            return literal(Ref(ref.address, (name,)), span, scope.words(span))
        if ref.rest[0].lower() != "outputs":
            return unknown(Cause.RUNTIME, span, scope.words(span))
        if scope.language == "arm":  # which says outputs.x.value
            if len(ref.rest) == 1:
                return literal(Ref(ref.address, (*ref.rest, name)), span, scope.words(span))
            if name.lower() != "value":
                return unknown(Cause.RUNTIME, span, scope.words(span))
            name = ref.rest[1]
    for template in module.templates:
        for output in template.outputs:
            if output.symbol == name or (scope.fold and output.symbol.lower() == name.lower()):
                return evaluate(output.expr, module, output.span)
    why = Cause.UNREADABLE if module.templates else Cause.LIMIT if module.left_out else Cause.MODULE
    return unknown(why, span, scope.words(span), f"{{out:{ref.address}.{name}}}")


def _entry(body: Expr, name: str, *, fold: bool) -> tuple[Expr, Expr] | None:
    """The key and value of a member written in an object literal; the last one if written twice."""
    found = None
    for key, value in body.args if body.op is Op.OBJECT else ():
        if key.op is Op.LITERAL and (key.args[0] == name or (fold and str(key.args[0]).lower() == name.lower())):
            found = (key, value)
    return found


def _index(expr: Expr, scope: Scope) -> Node:
    target_expr, key_expr, _ = expr.args
    key = evaluate(key_expr, scope)
    by_name = target_expr.op is Op.NAME and scope.local_name(target_expr.args[0]) is None
    if by_name and isinstance(key.value, int | str):
        instance = scope.instance(target_expr.args[0], key.value)
        if instance is not None:
            return literal(Ref(instance.address), expr.span, scope.words(expr.span))
        declared = scope.top.declaration(target_expr.args[0])
        if declared is not None and declared.loop is not None and declared.condition is not None:
            # Left out: the others do not move up.
            return literal(Ref(f"{scope.top.prefix}{declared.symbol}[{key.value}]"), expr.span, scope.words(expr.span))
    from_end = key_expr.op is Op.CALL and key_expr.args[0] == "^"
    return item_of(evaluate(target_expr, scope), key, scope, expr.span, from_end=from_end)


def item_of(target: Node, key: Node, scope: Scope, span: Span, *, from_end: bool) -> Node:
    """A member by key or number; out of the range of a closed list it is absent, of an open one unknown.

    `from_end`: the number is negative, -1 for the last member.
    """
    value = target.value
    if isinstance(key.value, Choice):
        options = [item_of(target, k, scope, span, from_end=from_end) for k in key.value.options]
        return choice(options, key.value.why, target)
    if scope.language == "terraform":
        if isinstance(value, Seq) and value.is_set:
            return literal(ABSENT, span, "no such member: a set has no numbers")
        key = _as_key(key, value)
    if isinstance(key.value, str):
        return part_of(target, key.value, scope, span)
    if isinstance(value, Choice):
        return choice([item_of(o, key, scope, span, from_end=from_end) for o in value.options], value.why, target)
    if isinstance(value, Seq) and isinstance(key.value, int):
        if value.more is not None:
            form = call_form("[]", [target, key])
            return target.holding(Unknown(value.more.cause, value.more.span, value.more.label, form))
        if key.value in (range(-len(value.items), 0) if from_end else range(len(value.items))):
            found = marked(carried(value.items[key.value], target), [target])
            return found.through(Hop(HopKind.ELEMENT, span, scope.words(span)))
        return literal(ABSENT, span, "no such member")
    why = doubt_of([target, key])
    if why is None:
        return literal(ABSENT, span, "no such member")
    return Node(Unknown(why.cause, why.span, why.label, call_form("[]", [target, key])), span, target.trail)


def _as_key(key: Node, holder: Value) -> Node:
    """A key as Terraform takes it: a list's number may be a text, a map's name a number."""
    text = key.value
    if isinstance(holder, Seq) and isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10:
        return key.holding(int(text))
    if isinstance(holder, Map) and isinstance(text, int | float):
        return key.holding(as_text(text))
    return key


def _call(expr: Expr, scope: Scope) -> Node:
    name, args = expr.args
    if scope.fold and scope.top.function(name) is None:
        spelled = _SPELLED.get(name.lower())
        if spelled is not None and len(args) > 1:
            return evaluate(spelled(args, expr.span), scope)
        if args and name.lower().removeprefix(".").startswith("list"):
            return _secrets(name, args, expr.span, scope)
    return call(name, args, expr.span, scope)


def _as_steps(args: Sequence[Expr], span: Span) -> Expr:
    """`tryGet(a, 'b', 0)` as `a.?b[?0]`."""
    made = args[0]
    for arg in args[1:]:
        made = Expr(Op.INDEX, span, (made, arg, True))
    return made


# What ARM JSON says by a function, and Bicep by a dot.
_SPELLED: dict[str, Callable[[Sequence[Expr], Span], Expr]] = {"tryget": _as_steps}


def _secrets(name: str, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """list*(): keys and other secrets of a resource, which Bicep calls as a method and ARM by symbol or id."""
    nodes = [evaluate(arg, scope) for arg in args]
    of = nodes[0].value
    symbol = scope.top.declaration(of) if isinstance(of, str) else None
    if isinstance(of, Ref) and not of.rest:
        instance = scope.world.instances.get(of.address)
        version = instance.declared.api_version if instance and isinstance(instance.declared, Declared) else None
        nodes[0] = nodes[0].holding(Ref(of.address, ("id",)))
        if instance is not None and version is not None and len(nodes) == 1:
            nodes.append(evaluate(version, instance.scope))
    elif symbol is not None and symbol.loop is None:
        nodes[0] = nodes[0].holding(Ref(scope.top.prefix + symbol.symbol, ("id",)))
    form = call_form(name.lower().removeprefix("."), nodes)
    return unknown(Cause.SECRET, span, scope.words(span), form)


def _cond(expr: Expr, scope: Scope) -> Node:
    test_expr, yes, no = expr.args
    test = evaluate(test_expr, scope)
    words = scope.words(test_expr.span, 40)
    if scope.language == "terraform":
        return _typed_cond(expr, test, words, scope)
    if isinstance(test.value, bool):
        taken = evaluate(yes if test.value else no, scope)
        return taken.through(Hop(HopKind.BRANCH, expr.span, f"because {words} is {str(test.value).lower()}"))
    return _either(expr, test, [evaluate(yes, scope), evaluate(no, scope)], words, scope)


def _typed_cond(expr: Expr, test: Node, words: str, scope: Scope) -> Node:
    """Both results have one type, to which the one that is taken is converted; without one Terraform stops."""
    _, yes, no = expr.args
    sure = not may_fail(test) and type_of(test) == BOOL
    test = converted(test, BOOL)
    results = either_of(evaluate(yes, scope), evaluate(no, scope))
    if results is None or test.value is None or isinstance(test.value, Absent) or has_failed(test):
        return failed(expr.span, scope)
    if isinstance(test.value, bool):
        taken = marked(results[0 if test.value else 1], [test])
        return taken.through(Hop(HopKind.BRANCH, expr.span, f"because {words} is {str(test.value).lower()}"))
    if isinstance(test.value, Choice) and any(map(has_failed, test.value.options)):
        made = [failed(expr.span, scope) if has_failed(o) else results[not o.value] for o in test.value.options]
        return choice(made, test.value.why, Node(None, expr.span, test.trail))
    if not sure:
        results = [if_there(result) for result in results]
    return _either(expr, test, results, words, scope)


def _either(expr: Expr, test: Node, results: Sequence[Node], words: str, scope: Scope) -> Node:
    """One of two results, where nobody knows which."""
    _, yes, no = expr.args
    why = _reason(test, scope)
    options = [
        results[0].through(Hop(HopKind.BRANCH, yes.span, f"if {words}")),
        results[1].through(Hop(HopKind.BRANCH, no.span, f"unless {words}")),
    ]
    made = choice(options, why, Node(None, expr.span, (Hop(HopKind.COMPUTED, expr.span, f"depends on {words}"),)))
    if isinstance(made.value, Choice) and len(made.value.options) > MAX_OPTIONS:
        return Node(Unknown(why.cause, why.span, why.label), expr.span, test.trail)
    return made


def _reason(test: Node, scope: Scope) -> Unknown:
    found = doubt_of([test])
    if found is None:
        return Unknown(Cause.UNEXPECTED_TYPE, test.span, scope.words(test.span, 40))
    return Unknown(found.cause, found.span, found.label, deep_form(test))


def _array(expr: Expr, scope: Scope) -> Node:
    items: list[Node] = []
    more: Unknown | None = None
    for item in expr.args:
        if item.op is not Op.SPREAD:
            items.append(evaluate(item, scope))
            continue
        spread = evaluate(item.args[0], scope)
        value = spread.value
        if isinstance(value, Seq):
            items.extend(value.items)
            more = more or value.more
        elif value is not None and not isinstance(value, Absent):
            more = more or doubt_of([spread]) or Unknown(Cause.UNEXPECTED_TYPE, item.span, scope.words(item.span))
    return literal(Seq(tuple(items), more), expr.span)


def _object(expr: Expr, scope: Scope, head: Span | None) -> Node:
    layers: list[Node] = []
    entries: dict[str, Node] = {}
    spelled: dict[str, str] = {}  # how the members are written, by what they are called whatever the case
    hidden: list[tuple[str, Node]] = []
    more: Unknown | None = None
    mark = head or _first_word(expr.span, scope)

    def layer() -> Node:
        return literal(Map(dict(entries), mark, more, tuple(hidden)), expr.span)

    for key_expr, value_expr in expr.args:
        if key_expr.op is Op.SPREAD:
            layers += [layer(), evaluate(key_expr.args[0], scope)]
            entries, spelled, hidden, more = {}, {}, [], None
            continue
        key = evaluate(key_expr, scope)
        if not isinstance(key.value, str | int | float) or isinstance(key.value, bool):
            # Nobody knows which member this is: it may be any, so what stands before it is no longer sure.
            why = doubt_of([key]) or odd(key_expr, scope)
            form = call_form("object", [key, evaluate(value_expr, scope, key_expr.span)])
            layers += [layer(), Node(replace(why, form=form), key_expr.span, key.trail)]
            entries, spelled, hidden, more = {}, {}, [], None
            continue
        name = as_text(key.value)
        known = spelled.get(name.lower(), name) if scope.fold else name
        if known in entries:
            hidden.append((name, entries.pop(known)))
        spelled[name.lower()] = name
        entries[name] = evaluate(value_expr, scope, key_expr.span)
    if not layers:
        return layer()
    return merged([*layers, layer()], expr.span, mark, scope, deep=False)


def _first_word(span: Span, scope: Scope) -> Span:
    """A block's type, or the brace of an object."""
    source = scope.source(span.file)
    word = _WORD.match(source.text, span.start, span.end) if source else None
    return Span(span.file, span.start, word.end() if word else span.start + 1)


def _opaque(expr: Expr, scope: Scope) -> Node:
    return unknown(Cause.UNREADABLE, expr.span, expr.args[0])


def _not_a_value(expr: Expr, scope: Scope) -> Node:
    return unknown(Cause.FUNCTION, expr.span, scope.words(expr.span))


_TABLE: dict[Op, Callable[[Expr, Scope], Node]] = {
    Op.LITERAL: _literal,
    Op.TEXT: _text,
    Op.NAME: _name,
    Op.MEMBER: _member,
    Op.INDEX: _index,
    Op.CALL: _call,
    Op.COND: _cond,
    Op.ARRAY: _array,
    Op.FOR: for_each,
    Op.OPAQUE: _opaque,
    Op.SPREAD: _not_a_value,
    Op.LAMBDA: _not_a_value,
}
