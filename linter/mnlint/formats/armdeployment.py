"""What a deployment inside a template says of its own template: where it stands, what it is given, where it deploys."""

from __future__ import annotations

from functools import partial

from mnlint.formats import armexpr
from mnlint.formats.armvalue import Lowering, Members, get, is_copy, is_open, members, opaque, text, word
from mnlint.model.expr import Expr, Op
from mnlint.model.text import Span
from mnlint.model.typing import Final

_WORDS: Final = 80  # characters of a link that are told
_HOPS: Final = 10  # variables that lead to each other on the way to a link
_OWN_ADDRESS: Final = ("uri", "templatelink", "properties")  # of deployment(), from the outside


def has_own_names(properties: Members, *, unless_said: bool) -> bool:
    """Whether expressions in the nested template mean that template's parameters and variables."""
    scope = word(get(members(get(properties, "expressionevaluationoptions")), "scope"))
    return scope == "inner" if scope in ("inner", "outer") else unless_said


def scope(inside: Members, lowering: Lowering, index: str | None) -> Expr | None:
    """What a deployment deploys to, as the function that gives it; None where that is what its parent deploys to."""
    group, subscription = get(inside, "resourcegroup"), get(inside, "subscriptionid")
    if "scope" in inside:
        return lowering.value(inside["scope"][1], index)
    given = tuple(lowering.value(part, index) for part in (subscription, group) if part is not None)
    if not given:
        return None
    return Expr(Op.CALL, given[-1].span, ("subscription" if group is None else "resourcegroup", given))


def written_out(template: Expr, lowering: Lowering, variables: Members) -> Expr | None:
    """The object that an expression means if it names a variable that is one, or a member of such a variable.

    Its texts with doubled brackets are the nested template's expressions; what the variable makes by expressions of
    its own is not known.
    """
    if template.op is Op.OBJECT:
        return template
    found = _variable(lowering.value(template), variables)
    return _evaluated(found) if found is not None and found.op is Op.OBJECT else None


def _variable(expr: Expr, variables: Members) -> Expr | None:
    """What is written for a variable, or for a member of one, that an expression consists of."""
    steps: list[str] = []
    while expr.op is Op.MEMBER:
        expr, step, _ = expr.args
        steps.append(step.lower())
    kind, _, name = str(expr.args[0]).partition(".") if expr.op is Op.NAME else ("", "", "")
    if kind != "variables":
        return None
    found = get(variables, name)
    for step in reversed(steps):
        found = get(members(found), step)
    return found


def _evaluated(value: Expr) -> Expr:
    """A variable's value after its evaluation. Recursion is bounded by the depth of the JSON text."""
    if value.op is Op.LITERAL:
        written = value.args[0]
        if armexpr.is_expression(written):
            return opaque(value.span, "a part of a template that an expression makes")
        if isinstance(written, str) and written[:2] == "[[" and written[-1:] == "]":
            return Expr(Op.LITERAL, Span(value.span.file, value.span.start + 1, value.span.end), (written[1:],))
        return value
    if value.op is Op.ARRAY:
        return Expr(Op.ARRAY, value.span, tuple(_evaluated(item) for item in value.args))
    if value.op is not Op.OBJECT:
        return value
    entries: list[tuple[Expr, Expr | None]] = []
    for key, one in value.args:
        by_loop = key.op is Op.LITERAL and key.args[0].lower() == "copy" and is_copy(one)
        if key.op is Op.SPREAD or by_loop or armexpr.is_expression(key.args[0]):
            hidden = opaque(key.span, "members of a template that an expression makes")
            entries.append((Expr(Op.SPREAD, key.span, (hidden,)), None))
        else:
            entries.append((_evaluated(key), _evaluated(one)))
    return Expr(Op.OBJECT, value.span, tuple(entries))


def arguments(properties: Members, lowering: Lowering, index: str | None) -> tuple[dict[str, Expr], Expr | None]:
    """What a deployment gives the parameters of its template: by name, and what nobody can tell by name."""
    given = get(properties, "parameters")
    if given is None:
        link = properties.get("parameterslink")
        return {}, opaque(link[1].span, "linked parameters") if link else None
    made = lowering.value(given, index)
    if given.op is not Op.OBJECT:
        return {}, _unwrapped(made)
    named = {
        str(key.args[0]): lowering.made(Expr, partial(assigned, key, value, lowering))
        for key, value in members(made).values()
    }
    return named, opaque(given.span, "parameters that could not be read") if is_open(given) else None


def assigned(key: Expr, value: Expr, lowering: Lowering) -> Expr:
    """The value that `{"value": ...}` and its kin give a parameter."""
    inside = members(value)
    if "value" in inside:
        return inside["value"][1]
    if "reference" in inside:  # to a secret in a key vault
        secret = inside["reference"][1]
        return Expr(Op.CALL, secret.span, ("getsecret", (secret,)))
    if "expression" in inside:
        return lowering.value(inside["expression"][1])
    if value.op not in (Op.OBJECT, Op.ARRAY, Op.LITERAL, Op.OPAQUE):
        # What Bicep's compiler makes of a ternary: if(test, createObject('value', 1), createObject('value', 2)).
        return Expr(Op.MEMBER, value.span, (value, "value", False))
    if value.op in (Op.OBJECT, Op.ARRAY, Op.LITERAL) and not is_open(value):
        lowering.note(value.span, f"no value for {key.args[0]}: `value` or `reference` was expected")
    return value if value.op is Op.OPAQUE else opaque(value.span, "an assignment without a value")


def linked(properties: Members, variables: Members, lowering: Lowering, index: str | None, place: Span) -> Expr:
    """Where a template in another file is: the path beside this one as a LITERAL, else words why nobody knows.

    An address is a path if it goes from this template's own, `uri(deployment().properties.templateLink.uri, 'x.json')`.
    """
    link = members(get(properties, "templatelink"))
    for name, says in (
        ("relativepath", "a linked template at"),
        ("uri", "a linked template at"),
        ("id", "a template spec,"),
    ):
        if name not in link:
            continue
        written = link[name][1]
        given = _followed(lowering.value(written, index), variables, lowering)
        path = _joined(given, variables, lowering) if name == "relativepath" else None
        if name == "uri" and given.op is Op.CALL and given.args[0] == "uri" and len(given.args[1]) == 2:
            base, rest = given.args[1]
            path = _joined(rest, variables, lowering) if _is_own_address(base, variables, lowering) else None
        if path is not None:
            return Expr(Op.LITERAL, written.span, (path,))
        return opaque(written.span, f"{says} {_words(written.span, lowering)}")
    if "template" in properties:
        return opaque(properties["template"][1].span, "a template that is given by an expression")
    return opaque(place, "a deployment without a template that can be read")


def _followed(expr: Expr, variables: Members, lowering: Lowering) -> Expr:
    """An expression, or if it is a variable what that is."""
    for _ in range(_HOPS):
        found = _variable(expr, variables)
        if found is None or found.op is not Op.LITERAL:
            return expr
        expr = lowering.again(found)
    return expr


def _joined(expr: Expr, variables: Members, lowering: Lowering) -> str | None:
    """The text that an expression is, itself or put together of variables and texts; None if it is not that simple."""
    expr = _followed(expr, variables, lowering)
    parts = expr.args[1] if expr.op is Op.CALL and expr.args[0] == "concat" else (expr,)
    found = [text(_followed(part, variables, lowering)) for part in parts]
    return None if None in found else "".join(part or "" for part in found)


def _is_own_address(expr: Expr, variables: Members, lowering: Lowering) -> bool:
    expr = _followed(expr, variables, lowering)
    for step in _OWN_ADDRESS:
        if expr.op is not Op.MEMBER or expr.args[1].lower() != step:
            return False
        expr = expr.args[0]
    return expr.op is Op.CALL and expr.args[0] == "deployment"


def _words(span: Span, lowering: Lowering) -> str:
    written = lowering.source.text[span.start : min(span.end, span.start + 1_000)]
    cut = " ".join(written.strip('"').split())
    return cut if len(cut) <= _WORDS else cut[: _WORDS - 1] + "…"


def _unwrapped(given: Expr) -> Expr:
    """`{x: {value: 1}}`, given by an expression, as `{x: 1}`."""
    value, name = (Expr(Op.NAME, given.span, (f"<{part}>",)) for part in ("argument", "name"))
    inside = Expr(Op.MEMBER, given.span, (value, "value", False))
    return Expr(Op.FOR, given.span, (("<argument>", "<name>"), given, name, inside, None, False))
