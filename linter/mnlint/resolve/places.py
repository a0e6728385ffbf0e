"""Where a module or a resource is deployed: the id of a group, a subscription or a resource, as text with holes."""

from __future__ import annotations

from mnlint.model.expr import Call, Declared, Expr, Op
from mnlint.model.ids import subscription_of
from mnlint.model.typing import Final
from mnlint.model.value import Choice, Node, Ref, form_of
from mnlint.resolve.forms import deep_form
from mnlint.resolve.scope import Instance, Scope

DEEPEST: Final = 10  # resources of which each stands in the scope of the next one
_GROUP: Final = "microsoft.resources/resourcegroups"


def place_of_module(call: Call, caller: Scope) -> str | None:
    """Where a module is deployed; None if nobody can tell."""
    if call.scope is None:
        return caller.where
    return _place(caller.world.evaluate(call.scope, caller), caller, DEEPEST)


def place_of_resource(instance: Instance, left: int = DEEPEST) -> str | None:
    """Where a resource is deployed or looked up; None if nobody can tell, or if its language has no word for it."""
    declared, scope = instance.declared, instance.scope
    if left <= 0 or scope.language not in ("arm", "bicep") or not isinstance(declared, Declared):
        return None
    own = f"{{place:{instance.address}}}"  # equal to no other
    written = _written(declared.body, "scope") or _of_existing(declared, scope)
    if written is not None:
        return _place(scope.world.evaluate(written, scope), scope, left) or own
    above = declared.parent or (_written(declared.body, "parent") if scope.language == "bicep" else None)
    if above is None:
        return scope.where
    parent = scope.world.evaluate(above, scope).value
    found = scope.world.instances.get(parent.address) if isinstance(parent, Ref) and not parent.rest else None
    return (place_of_resource(found, left - 1) if found is not None else None) or own


def _of_existing(declared: Declared, scope: Scope) -> Expr | None:
    """How ARM JSON says the group and the subscription of a resource, as the function that gives them."""
    if scope.language != "arm":
        return None
    group, subscription = (_written(declared.body, name) for name in ("resourcegroup", "subscriptionid"))
    given = tuple(part for part in (subscription, group) if part is not None)
    name = "subscription" if group is None else "resourcegroup"
    return Expr(Op.CALL, given[-1].span, (name, given)) if given else None


def _written(body: Expr, name: str) -> Expr | None:
    found = None
    for key, value in body.args if body.op is Op.OBJECT else ():
        if key.op is Op.LITERAL and str(key.args[0]).lower() == name:
            found = value
    return found


def _place(node: Node, scope: Scope, left: int) -> str | None:
    """What a scope is the id of: given by a function, a symbol, or an id."""
    from mnlint.resolve.functions.scopes import MANAGEMENT_GROUPS, in_words

    value = node.value
    if isinstance(value, Ref) and not value.rest:
        return _of_symbol(node, value, scope, left)
    form = deep_form(node) if isinstance(value, Choice) else form_of(node)
    if form is None:
        return None
    if form in scope.world.places:
        return scope.world.places[form]
    if form.startswith(("/", "{")):
        return in_words(form, scope).rstrip("/")
    if f"/providers/{form}".lower().startswith(MANAGEMENT_GROUPS.lower()):
        return f"/providers/{form}"
    return f"{scope.where}/providers/{form}" if "/" in form else None  # what ARM JSON extends, without its scope


def _of_symbol(node: Node, ref: Ref, scope: Scope, left: int) -> str | None:
    """The id of a resource by its symbol; of a group its whole path, so that it is one with the same by name."""
    from mnlint.resolve.functions.scopes import brief
    from mnlint.resolve.members import part_of

    instance = scope.world.instances.get(ref.address)
    if instance is None or not isinstance(instance.declared, Declared) or instance.symbolic:
        return None
    if instance.declared.type.lower() != _GROUP:
        return f"{{ref:{ref.address}.id}}"
    name = part_of(node, "name", scope, node.span)
    form = form_of(name) or deep_form(name)
    around = place_of_resource(instance, left - 1)
    if form is None or around is None:
        return None
    return f"{subscription_of(around)}/resourceGroups/{brief(form)}"
