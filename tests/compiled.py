"""Compares what a Bicep file deploys with what the JSON compiled from it deploys: every resource, every leaf."""

from __future__ import annotations

import posixpath
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest

from mnlint.deploying import RECURSION
from mnlint.discover import Content, nothing
from mnlint.model.deployment import Deployment, Resource
from mnlint.model.expr import Call, Mode, Op, Template
from mnlint.model.ids import segments
from mnlint.model.record import dataclass, field, replace
from mnlint.model.root import Root
from mnlint.model.value import (
    ABSENT,
    Cause,
    Choice,
    Map,
    Node,
    Ref,
    Seq,
    Unknown,
    form_of,
    literal,
    strip_hole,
    walk,
)
from mnlint.resolve import resolve
from mnlint.resolve.forms import deep_form, quoted
from mnlint.resolve.joined import text_of

# Told by other means: the whole name of a resource by its parents' names, too; the rest says nothing of its value.
_APART = frozenset(("name", "parent", "scope", "dependson", "subscriptionid", "resourcegroup"))
_DEPLOYMENTS = "microsoft.resources/deployments"


@dataclass(frozen=True, slots=True)
class Difference:
    """One leaf that is not the same: its kind, where it is, and what either side says."""

    kind: str
    where: str
    bicep: str
    json: str


@dataclass(slots=True)
class Comparison:
    """The figures of one pair of files. `leaves` is the sum of `equal`, of `more_*` and of the differing ones."""

    resources: int = 0  # found on both sides
    leaves: int = 0
    equal: int = 0
    known: int = 0  # of the equal ones
    more: dict[str, int] = field(default_factory=lambda: {"bicep": 0, "json": 0})
    unreadable: int = 0  # resources and leaves of modules from a registry, which Bicep cannot read here
    nested: int = 0  # deployments that Bicep writes as resources: the JSON side shows what they deploy, not themselves
    differences: list[Difference] = field(default_factory=list)
    limits: int = 0  # values that were too large or too deep to evaluate

    def differ(self, kind: str, where: str, bicep: str, json: str, size: int = 1) -> None:
        """Notes a difference. What a module of a registry puts out is known only where that was compiled in."""
        if "{out:" in bicep and kind not in ("more", "type", "mode"):
            if kind != "choice or unknown":
                self.more["json"] += size
            kind = "out of a registry module"
        if bicep == json == "?":
            kind = "no form on either side"
        self.differences.append(Difference(kind, where, bicep, json))


# ── the two deployments ──


def local_files(entry: str, read: Callable[[str], Template | None]) -> dict[str, Template]:
    """A Bicep file and all that it calls by a path, as Templates by their file."""
    found: dict[str, Template] = {}
    wanted = [entry]
    while wanted:
        file = wanted.pop()
        template = None if file in found else read(file)
        if template is None:
            continue
        found[file] = template
        for call in template.calls:
            path = _path(call)
            if path is not None:
                wanted.append(posixpath.normpath(posixpath.join(posixpath.dirname(file), path)))
    return found


def _path(call: Call) -> str | None:
    source = call.source
    path = source.args[0] if not isinstance(source, Template) and source.op is Op.LITERAL else None
    return path if isinstance(path, str) and ":" not in path else None


def deployed(templates: Mapping[str, Template], entry: str, language: str, content: Content = nothing) -> Deployment:
    """What a file deploys; `content` reads the files that it loads. Registries are not asked for modules."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    return resolve(templates, Root(entry, language, tuple(templates)), content=content)


def renamed(json: Template, bicep: Template, templates: Mapping[str, Template]) -> Template:
    """Compiled JSON with Bicep's symbols instead of places in the list of resources.

    Language version 1 of ARM has no symbols. The compiler writes resources, but no existing ones, in the order of the
    text, and modules behind them.
    """
    ours = [d for d in bicep.resources if d.mode is Mode.DECLARED]
    symbols = [*(d.symbol for d in ours), *(c.symbol for c in bicep.calls)]
    kinds = [one.type.lower() for one in ours] + [_DEPLOYMENTS] * len(bicep.calls)
    names: dict[str, str] = {}
    places = {one.symbol: _DEPLOYMENTS for one in json.calls} | {one.symbol: one.type.lower() for one in json.resources}
    if all(place.startswith("resources[") for place in places):
        listed = {f"resources[{at}]": (symbol, kinds[at]) for at, symbol in enumerate(symbols)}
        names = {place: listed[place][0] for place, kind in places.items() if listed.get(place, ("", ""))[1] == kind}
    calls = []
    sources = {call.symbol: _path(call) for call in bicep.calls}
    for call in json.calls:
        symbol = names.get(call.symbol, call.symbol)
        path = sources.get(symbol)
        inner = None
        if path is not None:
            inner = templates.get(posixpath.normpath(posixpath.join(posixpath.dirname(bicep.file), path)))
        source = call.source
        if inner is not None and isinstance(source, Template):
            source = renamed(source, inner, templates)
        calls.append(replace(call, symbol=symbol, source=source))
    resources = tuple(replace(one, symbol=names.get(one.symbol, one.symbol)) for one in json.resources)
    return replace(json, resources=resources, calls=tuple(calls))


def twins(
    templates: Mapping[str, Template], entry: str, json: Template, caller: str | None = None, content: Content = nothing
) -> tuple[Deployment, Deployment]:
    """What a Bicep file deploys with its local modules, and what the JSON compiled from it does.

    With a `caller`, what that one deploys when it calls either: the same with arguments.
    """
    compiled = renamed(json, templates[entry], templates)
    if caller is None:
        arm = deployed({compiled.file: compiled}, compiled.file, "arm", content)
        return deployed(templates, entry, "bicep", content), arm
    exchanged = {**templates, entry: compiled}
    return deployed(templates, caller, "bicep", content), deployed(exchanged, caller, "bicep", content)


def compare(bicep: Deployment, arm: Deployment) -> Comparison:
    """Two deployments, leaf by leaf."""
    made = Comparison()
    compare_deployments(bicep, arm, _closed_modules(bicep), made)
    return made


def _closed_modules(bicep: Deployment) -> tuple[str, ...]:
    """Marks of the modules that could not be read: the places of their heads."""
    return tuple(
        f"{n.place.span.file}:{n.place.span.start}" for n in bicep.notices if n.code == "MN913" and n.place is not None
    )


def compare_deployments(bicep: Deployment, arm: Deployment, closed: tuple[str, ...], made: Comparison) -> None:
    """Pairs the resources of two deployments and compares each pair. Existing resources count where both name them."""
    ours, theirs = _by_address(bicep), _by_address(arm)
    pair = _Pair(forms_of(bicep), forms_of(arm), made)
    for address, one in ours.items():
        other = theirs.get(address)
        if other is not None:
            made.resources += 1
            pair.resources(address, one, other)
        elif one.type.lower() == _DEPLOYMENTS:
            made.nested += 1
        elif one.mode is not Mode.EXISTING:
            made.differ("only in bicep", address, one.type, "")
    read = {_module(address) for address in ours}
    for address, other in theirs.items():
        if address in ours or other.mode is Mode.EXISTING:
            continue
        if not closed or _module(address) in read:
            made.differ("only in json", address, "", other.type)
        else:
            made.unreadable += 1
    for deployment in (bicep, arm):
        for resource in deployment.resources:
            for _, node in walk(resource.body):
                made.limits += isinstance(node.value, Unknown) and node.value.cause is Cause.LIMIT


def _by_address(deployment: Deployment) -> dict[str, Resource]:
    """Resources by address, nested ones by their own symbol: language version 2 always says `outer::inner`."""
    short = Counter(_OUTER.sub("", r.address.lower()) for r in deployment.resources)
    made = {}
    for resource in deployment.resources:
        address = resource.address.lower()
        own = _OUTER.sub("", address)
        made[own if short[own] == 1 else address] = resource
    return made


_OUTER = re.compile(r"\w+::")


def _module(address: str) -> str:
    """The module a resource stands in, without the numbers of its instances."""
    return address.rpartition(".")[0]


def _names(deployment: Deployment) -> dict[str, Node]:
    """The whole name of every resource, with its parents' names."""
    by_address = {r.address: r for r in deployment.resources}
    made: dict[str, Node] = {}

    def name(resource: Resource, depth: int = 0) -> Node:
        if resource.address not in made:
            parent = resource.parent
            above = None
            if parent is not None and isinstance(parent.value, Ref) and resource.language == "bicep" and depth < 10:
                above = by_address.get(parent.value.address)
            own = resource.name
            if above is not None:
                own = text_of([name(above, depth + 1), literal("/", own.span), own], own.span)
            made[resource.address] = own
        return made[resource.address]

    for resource in deployment.resources:
        name(resource)
    return {address.lower(): node for address, node in made.items()}


# ── forms ──


class Forms:
    """What one side says in its forms, with resources by their ids instead of by their symbols.

    Bicep says `hub.id` and `hub.properties.x`, JSON `resourceId(type, names)` and `reference(id, version).x`: those
    are one. What is rewritten are only references to resources that the deployment has, existing ones too.
    """

    def __init__(self, deployment: Deployment, names: Mapping[str, Node]) -> None:
        self.resources = {r.address.lower(): r for r in deployment.resources}
        self.names = names
        self.ids: dict[str, str | None] = {}
        self.seen: dict[str, str] = {}

    def said(self, node: Node) -> str:
        """A value as text to compare and to show; `?` if nothing is known of it."""
        value = node.value
        if isinstance(value, str):
            return repr(value)
        return self.one(deep_form(node))

    def one(self, form: str | None) -> str:
        if form is None or "{?}" in form:
            return "?"
        form = form.replace(_OWN, "{subscription}")
        if "{ref:" not in form:
            return form
        if form not in self.seen:
            self.seen[form] = self._expression(form)
        return self.seen[form]

    def _expression(self, form: str) -> str:
        made, at = [], 0
        while at < len(form):
            if form[at] == "'":
                end = at + 1
                while end < len(form) and (form[end] != "'" or form[end + 1 : end + 2] == "'"):
                    end += 1 if form[end] != "'" else 2
                made.append(quoted(self._text(form[at + 1 : end].replace("''", "'"))))
                at = end + 1
            elif form[at] == "{":
                end = _end_of_hole(form, at)
                made.append(self._hole(form[at:end], in_text=False))
                at = end
            else:
                made.append(form[at])
                at += 1
        return "".join(made)

    def _text(self, form: str) -> str:
        made, at = [], 0
        while at < len(form):
            end = _end_of_hole(form, at) if form[at] == "{" else at + 1
            made.append(self._hole(form[at:end], in_text=True) if form[at] == "{" else form[at])
            at = end
        return "".join(made)

    def _hole(self, hole: str, *, in_text: bool) -> str:
        if not hole.startswith("{ref:"):
            return f"{{{self._expression(hole[1:-1])}}}"
        path = hole[len("{ref:") : -1]
        address = next((path[:at] for at in _dots(path) if path[:at].lower() in self.resources), None)
        whole = self.id(address.lower()) if address is not None else None
        if address is None or whole is None:
            return hole
        steps = path[len(address) + 1 :].split(".") if len(path) > len(address) else []
        if steps == ["id"]:
            return whole if in_text else quoted(whole)
        resource = self.resources[address.lower()]
        version = self.said(resource.api_version) if resource.api_version else "?"
        full = steps[:1] != ["properties"]
        made = f"{{reference({quoted(whole)},{version}{',' + quoted('full') if full else ''})}}"
        for step in steps if full else steps[1:]:
            made = f"{{{strip_hole(made)}.{step}}}"
        return made

    def id(self, address: str) -> str | None:
        """The id of a resource as resourceId() would say it; None if its scope or its name has no form."""
        if address not in self.ids:
            self.ids[address] = None  # should it lean on itself
            self.ids[address] = self._id(self.resources[address])
        return self.ids[address]

    def _id(self, resource: Resource) -> str | None:
        name = self.names[resource.address.lower()]
        form = form_of(name) if isinstance(name.value, str | Unknown) else None
        namespace, *types = resource.type.split("/")
        parts = segments(self._text(form)) if form is not None and "{?}" not in form else []
        head = self._text(resource.scope) if resource.scope is not None else None
        if head is None or not parts or len(parts) != len(types):
            return None
        return f"{head}/providers/{namespace}" + "".join(f"/{t}/{p}" for t, p in zip(types, parts, strict=True))

    def scope(self, resource: Resource) -> str:
        """Where a resource is deployed, as text to compare."""
        return "?" if resource.scope is None else self._text(resource.scope.replace(_OWN, "{subscription}")) or "/"


def forms_of(deployment: Deployment) -> Forms:
    """How a deployment is put into words."""
    return Forms(deployment, _names(deployment))


_OWN = "/subscriptions/{subscription().subscriptionId}"


def _end_of_hole(form: str, at: int) -> int:
    depth = 0
    for end in range(at, len(form)):
        depth += (form[end] == "{") - (form[end] == "}")
        if depth == 0:
            return end + 1
    return len(form)


def _dots(path: str) -> Iterator[int]:
    """Where an address may end, the longest first."""
    yield len(path)
    yield from (at for at in range(len(path) - 1, 0, -1) if path[at] == ".")


# ── values ──


@dataclass(slots=True)
class _Pair:
    """A walk over two values at once."""

    bicep: Forms
    json: Forms
    made: Comparison

    def resources(self, address: str, one: Resource, other: Resource) -> None:
        made = self.made
        if one.type.lower() != other.type.lower():
            made.differ("type", address, one.type, other.type)
        if (one.mode is Mode.EXISTING) != (other.mode is Mode.EXISTING):
            made.differ("mode", address, one.mode.value, other.mode.value)
        nothing = literal(None, one.head)
        self.leaf(f"{address}#apiVersion", one.api_version or nothing, other.api_version or nothing)
        self.nodes(f"{address}#name", self.bicep.names[one.address.lower()], self.json.names[other.address.lower()])
        self.guards(address, one, other)
        scopes = self.bicep.scope(one), self.json.scope(other)
        made.leaves += 1
        if scopes[0] == scopes[1] != "?":
            made.equal += 1
        else:
            made.differ("scope", f"{address}#scope", *scopes)
        ours, theirs = one.body.value, other.body.value
        if isinstance(ours, Map) and isinstance(theirs, Map):
            self.maps(f"{address}#", _body(ours), _body(theirs))
        else:
            self.nodes(f"{address}#", one.body, other.body)

    def guards(self, address: str, one: Resource, other: Resource) -> None:
        made = self.made
        ours = [self.bicep.said(guard) for guard in one.guards]
        theirs = [self.json.said(guard) for guard in other.guards]
        left = []
        for guard in ours:
            if guard in theirs and guard != "?":
                theirs.remove(guard)
                made.leaves += 1
                made.equal += 1
            else:
                left.append(guard)
        for guard, another in zip_longest(left, theirs, fillvalue=""):
            made.leaves += 1
            made.differ("guard", f"{address}#if", guard, another)

    def nodes(self, where: str, bicep: Node, json: Node) -> None:
        ours, theirs, made = bicep.value, json.value, self.made
        if isinstance(ours, Map) and isinstance(theirs, Map):
            self.maps(where, ours, theirs)
        elif isinstance(ours, Seq) and isinstance(theirs, Seq):
            gone = literal(ABSENT, bicep.span)
            for at, (one, other) in enumerate(zip_longest(ours.items, theirs.items, fillvalue=gone)):
                self.nodes(f"{where}[{at}]", one, other)
            self.open(where, _listed(ours), _listed(theirs))
            self.empty(ours.items or theirs.items or ours.more or theirs.more)
        elif isinstance(ours, Choice) and isinstance(theirs, Choice) and len(ours.options) == len(theirs.options):
            made.leaves += 1
            tests = self.bicep.one(ours.why.form), self.json.one(theirs.why.form)
            if tests[0] == tests[1] != "?":
                made.equal += 1
            else:
                made.differ("choice", where, *tests)
            sets = sorted(map(self.bicep.said, ours.options)), sorted(map(self.json.said, theirs.options))
            if tests[0].startswith("{param:") and sets[0] == sets[1]:
                self.allowed(where, ours, theirs)
                return
            for at, (a, b) in enumerate(zip(ours.options, theirs.options, strict=True)):
                self.nodes(f"{where}?{at}", a, b)
        else:
            self.leaf(where, bicep, json)

    def allowed(self, where: str, ours: Choice, theirs: Choice) -> None:
        """What follows from the allowed values of a parameter, which the compiler puts into another order."""
        for a, b in zip(ours.options, theirs.options, strict=True):
            self.made.leaves += _size(a)
            if self.bicep.said(a) == self.json.said(b):
                self.made.equal += _size(a)
                self.made.known += _size(a)
            else:
                self.made.differ("order of allowed values", where, self.bicep.said(a), self.json.said(b))

    def maps(self, where: str, ours: Map, theirs: Map) -> None:
        known = {key.lower(): node for key, node in theirs.entries.items()}
        for key, node in ours.entries.items():
            other = known.pop(key.lower(), None)
            if other is None:
                self.one_sided(f"{where}.{key}", node, theirs.more is not None, "json")
            else:
                self.nodes(f"{where}.{key}", node, other)
        for key, node in known.items():
            self.one_sided(f"{where}.{key}", node, ours.more is not None, "bicep")
        self.open(where, ours.more, theirs.more)
        self.empty(ours.entries or theirs.entries or ours.more or theirs.more)

    def empty(self, anything: object) -> None:
        """An empty object or list on both sides is a leaf."""
        if not anything:
            self.made.leaves += 1
            self.made.equal += 1
            self.made.known += 1

    def one_sided(self, where: str, node: Node, may_be: bool, lacks: str) -> None:
        """A member that only one side has; the other side may have it if it is open."""
        self.made.leaves += _size(node)
        other = "json" if lacks == "bicep" else "bicep"
        sides = {other: (self.bicep if other == "bicep" else self.json).said(node), lacks: "may be" if may_be else "-"}
        if may_be:
            self.made.more[other] += _size(node)
        self.made.differ("more" if may_be else "not there", where, sides["bicep"], sides["json"])

    def open(self, where: str, ours: Unknown | None, theirs: Unknown | None) -> None:
        """An object or a list that may have more members is one more leaf."""
        made = self.made
        if ours is None and theirs is None:
            return
        made.leaves += 1
        if ours is None or theirs is None:
            made.more["bicep" if ours is None else "json"] += 1
            made.differ("more", f"{where}.*", *(("closed", "open") if ours is None else ("open", "closed")))
            return
        forms = self.bicep.one(ours.form), self.json.one(theirs.form)
        if forms[0] == forms[1] != "?":
            made.equal += 1
        else:
            made.differ("open", f"{where}.*", *forms)

    def leaf(self, where: str, bicep: Node, json: Node) -> None:
        made = self.made
        sides = self.bicep.said(bicep), self.json.said(json)
        doubts = _doubtful(bicep), _doubtful(json)
        size = max(_size(bicep), _size(json))
        made.leaves += size
        if doubts[0] != doubts[1]:
            made.more["json" if doubts[0] else "bicep"] += size
            made.differ("more", where, *sides)
        elif sides[0] == sides[1] != "?":
            made.equal += size
            made.known += 0 if doubts[0] else size
        elif isinstance(bicep.value, Choice) != isinstance(json.value, Choice) and doubts[0]:
            made.more["bicep" if isinstance(bicep.value, Choice) else "json"] += size
            made.differ("choice or unknown", where, *sides)
        elif sides[0].lower() == sides[1].lower():
            made.differ("letter case", where, *sides, size)
        else:
            made.differ("form" if doubts[0] else "value", where, *sides, size)


def _listed(value: Seq) -> Unknown | None:
    """Why a list may have more members, with the form of the whole list if it has one."""
    return value.more and replace(value.more, form=value.form)


def _body(whole: Map) -> Map:
    return Map({k: v for k, v in whole.entries.items() if k.lower() not in _APART}, whole.head, whole.more)


def _size(node: Node) -> int:
    """How many leaves a value has; of one that is not known, one."""
    value = node.value
    members = value.entries.values() if isinstance(value, Map) else value.items if isinstance(value, Seq) else ()
    return sum(_size(one) for one in members) or 1


def _doubtful(node: Node) -> bool:
    return isinstance(node.value, Unknown | Choice | Ref)
