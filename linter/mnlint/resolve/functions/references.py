"""What ARM's reference() and resourceInfo() lead to: a deployment for its outputs, a resource by its symbol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mnlint.model.expr import Call, Expr
from mnlint.model.ids import segments
from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.value import Cause, Node, Ref, form_of, literal, unknown
from mnlint.resolve.forms import call_form
from mnlint.resolve.functions.scopes import in_words
from mnlint.resolve.scope import Scope

_TURN = pattern(r"(.+)\[([0-9]{1,6})\]")


def reference(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """reference(): a deployment by symbol, name or id, else a resource by symbol; Azure alone knows the others.

    Of a resource it is the `properties`, unless its whole is asked for.
    """
    nodes = [scope.world.evaluate(arg, scope) for arg in args]
    wanted = (form_of(nodes[0]) if nodes else None) or ""
    found = _by_symbol(wanted, scope) or _by_name(wanted, scope)
    if found is None:
        # A name alone means something else in each template.
        where = [literal(scope.top.prefix, span)] if scope.top.prefix and "/" not in wanted else []
        return unknown(Cause.RUNTIME, span, scope.words(span), call_form("reference", [*nodes, *where]))
    address, is_call = found
    whole = is_call or (len(nodes) > 2 and str(nodes[2].value).lower() == "full")
    return literal(Ref(address, () if whole else ("properties",)), span, scope.words(span))


def resource_info(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """resourceInfo(): what a resource of this template, by symbol, is called."""
    nodes = [scope.world.evaluate(arg, scope) for arg in args]
    found = _by_symbol((form_of(nodes[0]) if nodes else None) or "", scope)
    if found is None:
        return unknown(Cause.RUNTIME, span, scope.words(span), call_form("resourceInfo", nodes))
    return literal(Ref(found[0]), span, scope.words(span))


def deployment_of(wanted: str, scope: Scope) -> str | None:
    """The address of the deployment that a name or an id means."""
    found = _by_name(wanted, scope)
    return found[0] if found is not None else None


def _around(scope: Scope) -> Iterator[Scope]:
    """The templates that share their names with this one, from the inside."""
    top: Scope | None = scope.top
    while top is not None:
        yield top
        top = top.around.top if top.around is not None else None


def _by_symbol(wanted: str, scope: Scope) -> tuple[str, bool] | None:
    """The address of what has a symbol, `hub` or of a loop `hub[0]`, and whether it is a deployment."""
    turn = _TURN.fullmatch(wanted)
    symbol = turn[1] if turn else wanted
    for top in _around(scope):
        declared = top.declaration(symbol)
        if declared is None or (declared.loop is None) is not (turn is None):
            continue
        if turn is None:
            top.lookup(declared.symbol, declared.head)  # now its instances are known
            return top.prefix + declared.symbol, isinstance(declared, Call)
        instance = top.instance(declared.symbol, int(turn[2]))
        if instance is not None:
            return instance.address, isinstance(declared, Call)
    return None


def _by_name(wanted: str, scope: Scope) -> tuple[str, bool] | None:
    """The address of the deployment of a name or id; None if several are called so."""
    *above, last = segments(wanted)
    if not last or (above and above[-1].lower() != "deployments"):
        return None
    for top in _around(scope):
        if top.deployments is None:
            top.deployments = {}  # should a name lean on a deployment
            top.deployments = _names(top)
        address = top.deployments.get(last.lower(), "")
        if address and _is_there(address, above[:-3], scope):
            return address, True
    return None


def _is_there(address: str, head: Sequence[str], scope: Scope) -> bool:
    """Whether a deployment goes where an id begins, before its type: another group may have one of the same name."""
    instance = scope.world.instances.get(address)
    if not head or instance is None:
        return True
    return in_words("/".join(head), scope).lower() == scope.world.scope_of(instance).where.lower()


def _names(top: Scope) -> dict[str, str]:
    """The deployments of a template by their names, those of loops too; an empty address if a name is not the only."""
    found: dict[str, str] = {}
    for call in top.declarations():
        if not isinstance(call, Call) or call.name is None:
            continue
        if call.loop is None:
            top.lookup(call.symbol, call.head)  # now its instances are known
            made = [(top.prefix + call.symbol, top)]
        else:
            made = [(one.address, one.scope) for one in top.expand(call.symbol) if not one.symbolic]
        for address, where in made:
            name = (form_of(top.world.evaluate(call.name, where)) or "").lower()
            found[name] = "" if name in found else address
    return found
