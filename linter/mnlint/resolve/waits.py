"""What a resource or a module waits for: what it says it does, and what it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from mnlint.model.expr import Binding, Call, Declared, Expr, Input, Op
from mnlint.model.record import dataclass
from mnlint.model.text import Span
from mnlint.model.typing import Any, cast
from mnlint.model.value import ABSENT, Cause, Choice, Node, Ref, Seq, Unknown, doubt, form_of, literal, unknown
from mnlint.resolve.scope import Instance, Scope

MAX_WAITS = 1_000  # resources that one name leads to
MAX_NAMES = 50  # that lead to each other: variables, arguments, outputs
_AFTER_APPLY = "known after apply"
_LATER = ("reference", "resourceinfo")  # ARM's functions that wait for the resource they ask


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name in an expression, with the key or the member that is taken of it; without a name, a call of ARM's."""

    name: str
    at: Expr
    key: Expr | None = None
    member: str | None = None


def waits_for(instance: Instance) -> tuple[tuple[Node, ...], Node | None]:
    """What one instance of a declaration waits for, and how many of its loop are deployed at a time."""
    declared, scope = instance.declared, instance.scope
    found: dict[object, Node] = {}
    for node in _all(declared, scope):
        found.setdefault(_identity(node), node)
    looped = declared.loop is not None
    batch = scope.world.evaluate(declared.batch, scope) if looped and declared.batch is not None else None
    return tuple(found.values()), batch


def _identity(node: Node) -> object:
    return node.value.address if isinstance(node.value, Ref) else id(node)


def _all(declared: Declared | Call, scope: Scope) -> Iterator[Node]:
    for expr in declared.waits_for:
        yield from _said(expr, scope)
    for expr in _parts(declared, scope):
        yield from _mentioned(expr, scope)


def _parts(declared: Declared | Call, scope: Scope) -> Iterator[Expr]:
    """The expressions whose references are waited for."""
    if declared.loop is not None:
        yield declared.loop.collection
    if declared.condition is not None:
        yield declared.condition
    if isinstance(declared, Declared):
        yield from _without_waits(declared.body)
        if scope.language == "bicep" and declared.parent is not None:
            yield declared.parent
    elif scope.language != "terraform":  # there only what uses an argument waits for it
        given = (*declared.arguments.values(), declared.arguments_object, declared.name, declared.scope)
        yield from (expr for expr in given if expr is not None)


def _without_waits(body: Expr) -> Iterator[Expr]:
    if body.op is not Op.OBJECT:
        yield body
        return
    for key, value in body.args:
        if key.op is not Op.LITERAL:
            yield key
        if value is not None and not (key.op is Op.LITERAL and key.args[0] == "dependsOn"):
            yield value


# ── what it says ──


def _said(expr: Expr, scope: Scope) -> Iterator[Node]:
    """What is listed in `dependsOn` or `depends_on`: by symbol, else by what it evaluates to."""
    if expr.op is Op.CALL and expr.args[0] == _AFTER_APPLY:  # in a plan: it may be anything
        why = doubt(scope.world.evaluate(expr, scope)) or Unknown(Cause.RUNTIME, expr.span, "")
        yield unknown(why.cause, expr.span, str(expr.args[1][0].args[0]))
        return
    if scope.language == "terraform":
        yield from _mentioned(expr, scope)
        return
    named = next((m for m in _mentions(expr, scope) if m.at is expr), None)
    if named is not None and isinstance(scope.top.meaning(named.name), Declared | Call):
        yield from _meant(named, scope)
        return
    yield from _listed(scope.world.evaluate(expr, scope), scope)


def _listed(node: Node, scope: Scope) -> Iterator[Node]:
    value = node.value
    if isinstance(value, Seq):
        for item in value.items:
            yield from _listed(item, scope)
        if value.more is not None:
            yield node.holding(value.more)
    elif isinstance(value, Ref):
        yield node.holding(Ref(value.address))
    elif isinstance(value, Choice):
        options = [found for option in value.options for found in _listed(option, scope)]
        if options:
            yield node.holding(Choice((*options, node.holding(ABSENT)), value.why))
    elif isinstance(value, str | Unknown):
        yield _by_name(node, scope)


def _by_name(node: Node, scope: Scope) -> Node:
    """A module or a loop by its name, as ARM JSON says it; a resource is left to be found by its name or id."""
    form = form_of(node) or ""
    for declared in scope.top.declarations() if form else ():
        if declared.loop is not None and declared.loop.names[0] == f"copyIndex:{form.lower()}":
            return node.holding(Ref(scope.top.prefix + declared.symbol))
    from mnlint.resolve.functions.references import deployment_of

    address = deployment_of(form, scope) if form else None
    return node if address is None else node.holding(Ref(address))


# ── what it refers to ──


def _mentions(expr: Expr, scope: Scope) -> list[_Mention]:
    """The names in an expression, found once for each."""
    known = scope.world.mentions.get(id(expr))
    if known is None:
        known = scope.world.mentions[id(expr)] = list(_names(expr, scope.language == "arm"))
    return cast("list[_Mention]", known)


def _names(whole: Expr, arm: bool) -> Iterator[_Mention]:
    """The names in an expression, but for those of its own loops. Without recursion: a sum may have any length."""
    stack: list[tuple[Expr, frozenset[str]]] = [(whole, frozenset())]
    while stack:
        expr, bound = stack.pop()
        op, args = expr.op, expr.args
        inner, below = bound, list(_inside(args))
        if op is Op.OPAQUE or (arm and op is Op.CALL and args[0].lower() in _LATER and args[1]):
            yield _Mention("", expr)
        elif op is Op.NAME and args[0] not in bound:
            yield _Mention(args[0], expr)
        elif op is Op.MEMBER or op is Op.INDEX:
            found, below = _taken(expr)
            if found is not None and found.name not in bound:
                yield found
        elif op in (Op.FOR, Op.LAMBDA):
            inner = bound | set(args[0])
        stack += [(part, inner) for part in reversed(below)]


def _taken(expr: Expr) -> tuple[_Mention | None, list[Expr]]:
    """`name.member`, `name[key]` or `name[key].member` with what else is in it; of anything else what is in it."""
    member, target = (expr.args[1], expr.args[0]) if expr.op is Op.MEMBER else (None, expr)
    key = target.args[1] if target.op is Op.INDEX else None
    holder = target.args[0] if key is not None else target
    named = holder.op is Op.NAME
    below = [part for part in (key, None if named else holder) if part is not None]
    return (_Mention(holder.args[0], expr, key, member) if named else None), below


def _inside(args: Iterable[Any]) -> Iterator[Expr]:
    for arg in args:
        if isinstance(arg, Expr):
            yield arg
        elif isinstance(arg, tuple):
            yield from _inside(arg)


def _mentioned(expr: Expr, scope: Scope) -> Iterator[Node]:
    for mention in _mentions(expr, scope):
        yield from _meant(mention, scope)


def _meant(mention: _Mention, scope: Scope) -> Iterable[Node]:
    """What a name leads to: resources and modules, through variables, arguments and outputs."""
    if not mention.name:
        return _asked(mention.at, scope)
    if scope.local_name(mention.name) is not None:
        return ()
    top = scope.top
    found = top.meaning(mention.name)
    if isinstance(found, Declared | Call):
        return _deployed(found, mention, scope)
    if found is None:
        return ()
    return _remembered(top, mention.name, mention.at.span, lambda: _through(found, top))


def _remembered(top: Scope, name: str, span: Span, ask: Callable[[], Iterator[Node]]) -> Sequence[Node]:
    """What something leads to, found once; what leans on itself, or on too many others, comes to an end."""
    world = top.world
    known = world.led_to.get((top, name))
    if known is not None:
        return known
    if world.depth > MAX_NAMES:
        return (unknown(Cause.LIMIT, span, name),)
    world.led_to[top, name] = ()
    world.depth += 1
    try:
        found = {_identity(node): node for node in ask()}
    finally:
        world.depth -= 1
    if len(found) > MAX_WAITS:
        found = {name: unknown(Cause.LIMIT, span, name)}
    world.led_to[top, name] = tuple(found.values())
    return world.led_to[top, name]


def _through(found: Input | Binding, top: Scope) -> Iterator[Node]:
    if isinstance(found, Binding):
        yield from _mentioned(found.expr, top)
        return
    call = top.made_by
    if call is None or top.language != "terraform" or not isinstance(call.declared, Call):
        return
    given = call.declared.arguments.get(found.name) or call.declared.arguments_object
    if given is not None:
        yield from _mentioned(given, call.scope)


def _asked(expr: Expr, scope: Scope) -> Iterator[Node]:
    """What could not be read, or a resource that ARM's reference() asks: by its name, since an id makes nobody wait."""
    if expr.op is Op.OPAQUE:
        yield unknown(Cause.UNREADABLE, expr.span, str(expr.args[0]))
        return
    made = scope.world.evaluate(expr, scope)
    if isinstance(made.value, Ref):
        yield made.holding(Ref(made.value.address))
        return
    wanted = scope.world.evaluate(expr.args[1][0], scope)
    if "/providers/" not in (form_of(wanted) or "/providers/").lower():
        yield wanted


def _deployed(found: Declared | Call, mention: _Mention, scope: Scope) -> Iterator[Node]:
    top, span = scope.top, mention.at.span
    address = top.prefix + found.symbol
    if top.language == "terraform":
        if isinstance(found, Call) and mention.member is not None:
            yield from _output(found, mention.member, top, span)
        else:
            yield literal(Ref(address), span)
        return
    if found.loop is None or mention.key is None:
        nested = top.nested(found.symbol, mention.member) if mention.member is not None else None
        yield literal(Ref(address if nested is None else top.prefix + nested), span)
        return
    key = top.world.evaluate(mention.key, scope)
    instance = top.instance(found.symbol, key.value)
    if instance is not None and not instance.symbolic:
        yield literal(Ref(instance.address), span)
    elif doubt(key) is not None or instance is not None:
        why = doubt(key) or Unknown(Cause.DYNAMIC, span, scope.words(span))
        yield literal(Choice((literal(Ref(address), span), literal(ABSENT, span)), why), span)


def _output(call: Call, name: str, top: Scope, span: Span) -> Iterator[Node]:
    """What an output of a Terraform module waits for; of one that cannot be read, perhaps all that it is given."""
    for instance in top.expand(call.symbol):
        inner = top.world.scope_of(instance)
        listed = [output for template in inner.templates for output in template.outputs if output.symbol == name]
        for output in listed:
            yield from _remembered(inner, f"output {name}", span, partial(_mentioned, output.expr, inner))
        if not inner.templates:
            given = [node for expr in call.arguments.values() for node in _mentioned(expr, top)]
            why = Unknown(Cause.MODULE, span, top.words(span))
            if given:
                yield literal(Choice((*given, literal(ABSENT, span)), why), span)
