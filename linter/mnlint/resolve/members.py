"""Members of values: what a dot and an index mean, of objects and lists, of resources and of modules."""

from __future__ import annotations

from mnlint.model.expr import Call, Declared, Expr, Mode, Op
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import (
    ABSENT,
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
from mnlint.resolve.forms import call_form, doubt_of
from mnlint.resolve.scope import Instance, Scope
from mnlint.resolve.typed.scalars import as_text

_AS_WRITTEN = ("azapi_", "terraform_data")  # resources whose arguments are what was written, and nothing else


def member_of(expr: Expr, scope: Scope) -> Node:
    target_expr, name, safe = expr.args
    target = scope.world.evaluate(target_expr, scope)
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
    return _marked(Node(found.value, span, (Hop(HopKind.REFERENCE, span, scope.words(span)), *way), found.of), target)


def _marked(node: Node, whole: Node) -> Node:
    """A part of something: there only if that is. Few values have a type by which nobody would know."""
    if whole.of is None:
        return node
    from mnlint.resolve.typed.kinds import marked

    return marked(node, [whole])


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
        found = _if_there(scope.world.evaluate(written[1], instance.scope, written[0].span), instance, scope)
        if declared.type.startswith(_AS_WRITTEN) and name != "identity":  # whose principal Azure makes
            return found
        return _as_blocks(found, Unknown(Cause.RUNTIME, span, scope.words(span)))
    nested = instance.scope.top.nested(declared.symbol, name)
    if nested is not None:
        return instance.scope.top.lookup(nested, span)
    if name.lower() == "name" and written is not None:
        return scope.world.evaluate(written[1], instance.scope)
    if name.lower() == "type":
        return literal(declared.type, declared.head)
    if name.lower() == "apiversion" and declared.api_version is not None:
        return scope.world.evaluate(declared.api_version, instance.scope)
    return further


def _if_there(node: Node, instance: Instance, scope: Scope) -> Node:
    """What a resource or a module says, which may not be there for all that the scope knows."""
    sure = scope.language != "terraform" or all(guard in scope.guards for guard in instance.guards)
    if sure:
        return node
    from mnlint.resolve.typed.kinds import if_there

    return if_there(node)


def _as_blocks(node: Node, more: Unknown, *, inside: bool = False) -> Node:
    """Blocks as others see them: what is not written there, such as the id of a subnet, Azure may compute."""
    value = node.value
    if isinstance(value, Choice):
        return node.holding(Choice(tuple(_as_blocks(o, more, inside=inside) for o in value.options), value.why))
    if isinstance(value, Seq):
        from mnlint.resolve.typed.types import UNSURE

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
                return module.world.evaluate(output.expr, module, output.span)
    why = Cause.UNREADABLE if module.templates else Cause.LIMIT if module.left_out else Cause.MODULE
    return unknown(why, span, scope.words(span), f"{{out:{ref.address}.{name}}}")


def _entry(body: Expr, name: str, *, fold: bool) -> tuple[Expr, Expr] | None:
    """The key and value of a member written in an object literal; the last one if written twice."""
    found = None
    for key, value in body.args if body.op is Op.OBJECT else ():
        if key.op is Op.LITERAL and (key.args[0] == name or (fold and str(key.args[0]).lower() == name.lower())):
            found = (key, value)
    return found


def index_of(expr: Expr, scope: Scope) -> Node:
    target_expr, key_expr, _ = expr.args
    key = scope.world.evaluate(key_expr, scope)
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
    return item_of(scope.world.evaluate(target_expr, scope), key, scope, expr.span, from_end=from_end)


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
            found = _marked(carried(value.items[key.value], target), target)
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
