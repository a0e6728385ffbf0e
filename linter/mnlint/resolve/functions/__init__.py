"""Which function a call means, by language, and what holds for all of them: options, limits, doubt, ways.

Terraform's own are as many as all others together, and imported where they are meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from mnlint.model.expr import Expr, Op
from mnlint.model.text import Span
from mnlint.model.typing import TYPE_CHECKING, Any, Final
from mnlint.model.value import Cause, Choice, Hop, HopKind, Map, Node, Seq, choice, literal, unknown
from mnlint.resolve.budget import CHARACTERS, too_much
from mnlint.resolve.forms import SIGNS
from mnlint.resolve.functions.outcome import MAX_SIZE, Function, doubtful, items_of, too_large
from mnlint.resolve.functions.scopes import unevaluated
from mnlint.resolve.scope import MAX_OPTIONS, Scope
from mnlint.resolve.typed.scalars import FailsError

if TYPE_CHECKING:
    from mnlint.resolve.functions.strings import Plain


def _by_name(**modules: str) -> Mapping[str, str]:
    return {name: module for module, names in modules.items() for name in names.split()}


# Which module has which functions in its TABLE. Templates call few of them, so that each is imported when it is meant.
# Over values of which some may be in doubt, with the number of arguments that each takes:
OVER_NODES: Final = _by_name(
    arrays=(
        "any array concat contains createarray distinct empty equals first flatten indexfromend indexof intersection "
        "last lastindexof length range skip take tryindexfromend union"
    ),
    objects="createobject items objectkeys shallowmerge tryget",
    formats="format join",
    ids="extensionresourceid managementgroupresourceid resourceid subscriptionresourceid tenantresourceid",
    files="loadfileasbase64 loadjsoncontent loadtextcontent loadyamlcontent",
)
# over known values alone;
OVER_KNOWN: Final = _by_name(
    strings=(
        "base64 base64tostring datauri datauritostring endswith like padleft replace split startswith string substring "
        "tolower toupper trim"
    ),
    numbers="+ - * / % ^ < <= > >= bool float int max min",
    dates="datetimeadd datetimefromepoch datetimetoepoch",
    cidr="parsecidr cidrsubnet cidrhost",
    uris="uri uricomponent uricomponenttostring",
    jsontext="json base64tojson",
)
# that do not evaluate all their arguments first.
SPECIAL: Final = _by_name(
    logic="&& and || or ! not != =~ !~ - ?? coalesce nameof reference resourceinfo",
    lambdas="filter groupby map mapvalues reduce sort toobject",
)
_NAMES = {sign: name for name, sign in SIGNS.items()}
_MEMBER = 10  # what a member of a list costs
_OWN = 5  # what a call of a function of the user's own costs


def call(name: str, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """The value of a call; unknown with its cause if the function or an argument is."""
    wanted = name.lower() if scope.fold else name.removeprefix("core::")
    top = scope.top
    own = top.function(name)
    if own is not None:
        return _user_function(*own, args, scope).through(Hop(HopKind.REFERENCE, span, scope.words(span, 40)))
    if top.imports(name):
        return unknown(Cause.MODULE, span, scope.words(span))  # never ours of that name
    if scope.language == "terraform":
        from mnlint.resolve.functions import terraform

        special = terraform.SPECIAL.get(wanted)
        if special is not None and wanted in terraform.ONE and len(args) != 1:
            return terraform.failed(span, scope)
    else:
        special = _of_table(SPECIAL, wanted)
    if special is not None:
        return special(args, span, scope) if args else unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    nodes = _arguments(args, scope)
    if nodes is None:
        return unknown(Cause.DYNAMIC, span, scope.words(span))
    if scope.world.fuel <= 0:  # what is at hand already may be as large as all that was paid for
        return too_much(span, scope)
    made = apply(wanted, nodes, span, scope)
    if scope.language == "terraform":
        made = terraform.typed(wanted, made, nodes)
    return _paid(made, span, scope)


def apply(name: str, nodes: list[Node], span: Span, scope: Scope) -> Node:
    """A function over values; over a Choice it is a Choice of what it makes of each option."""
    if scope.language == "terraform":
        from mnlint.resolve.functions import terraform

        given = terraform.given(name, nodes, span, scope)
        if isinstance(given, Node):
            return given
        nodes = given
    over_nodes, over_known = _meant(name, len(nodes), scope)
    if over_nodes is None and over_known is None:
        other = terraform.unevaluated if scope.language == "terraform" else unevaluated
        return other(name, nodes, span, scope)
    spread = _by_option(name, nodes, span, scope)
    if spread is not None:
        return spread
    if over_nodes is not None:
        try:
            return over_nodes(nodes, span, scope)
        except FailsError:
            from mnlint.resolve.stopped import failed

            return failed(span, scope)
    if over_known is None:
        return doubtful(nodes, span, scope, name)
    from mnlint.resolve.functions.known import computed

    return computed(name, over_known, nodes, span, scope)


def _meant(name: str, count: int, scope: Scope) -> tuple[Function | None, Plain | None]:
    """The function of a name that takes so many arguments, over nodes or over known values."""
    if scope.language == "terraform":
        from mnlint.resolve.functions import terraform

        return terraform.meant(name, count)
    known = _of_table(OVER_NODES, _NAMES.get(name, name))
    if known is not None:
        function, least, most = known
        return (function if least <= count <= most else None), None
    return None, _of_table(OVER_KNOWN, SIGNS.get(name, name))


def _of_table(modules: Mapping[str, str], name: str) -> Any:
    """What the TABLE of its module has for a name; None if there is no such function."""
    module = modules.get(name)
    return None if module is None else import_module(f"{__name__}.{module}").TABLE[name]


def _paid(node: Node, span: Span, scope: Scope) -> Node:
    """A result that is not too large, its size taken off the evaluations that are left."""
    value = node.value
    size = cost = 0
    if isinstance(value, str):
        size, cost = len(value), len(value) // CHARACTERS
    elif isinstance(value, Seq | Map):
        size = len(value.items if isinstance(value, Seq) else value.entries)
        cost = size * _MEMBER
    scope.world.fuel -= cost
    return too_large(span, scope) if size > MAX_SIZE * 2 else node


def _arguments(args: Sequence[Expr], scope: Scope) -> list[Node] | None:
    """The values of the arguments; None if `x...` expands to nobody knows how many."""
    nodes: list[Node] = []
    for arg in args:
        if arg.op is not Op.SPREAD:
            nodes.append(scope.world.evaluate(arg, scope))
            continue
        items = items_of(scope.world.evaluate(arg.args[0], scope))
        if items is None:
            return None
        nodes.extend(items)
    return nodes


def _by_option(name: str, nodes: list[Node], span: Span, scope: Scope) -> Node | None:
    """What a function makes of each option of its arguments; None if none is a Choice, or there are too many."""
    ways = [len(node.value.options) for node in nodes if isinstance(node.value, Choice)]
    if not ways:
        return None
    from math import prod

    if prod(ways) > MAX_OPTIONS:
        return None
    for at, node in enumerate(nodes):
        if isinstance(node.value, Choice):
            made = [apply(name, [*nodes[:at], o, *nodes[at + 1 :]], span, scope) for o in node.value.options]
            joined = choice(made, node.value.why, literal(None, span))
            many = isinstance(joined.value, Choice) and len(joined.value.options) > MAX_OPTIONS
            return doubtful(nodes, span, scope, name) if many else joined
    return None


def _user_function(own: Expr, home: Scope, args: Sequence[Expr], scope: Scope) -> Node:
    names, body = own.args
    nodes = [scope.world.evaluate(arg, scope) for arg in args]
    scope.world.fuel -= _OWN
    # What the arguments say of the loops around the call is not said of those in the body.
    return scope.world.evaluate(body, home.within(dict(zip(names, nodes, strict=False)), scope.level))
