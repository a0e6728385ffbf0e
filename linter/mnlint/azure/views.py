"""A resource as Azure sees it, whichever language declared it: its ARM type, its name, its body, its parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mnlint.azure.kleene import is_there
from mnlint.model.deployment import Resource
from mnlint.model.expr import Mode
from mnlint.model.ids import Id, id_of, same_names, same_text, segments, top_type
from mnlint.model.tri import Tri, both
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
    absent,
    choice,
    doubt,
    form_of,
    member,
)

# azapi's blocks that only write to a resource which something else makes.
UPDATES = ("azapi_update_resource", "azapi_resource_action")

# Names of these are taken in all of Azure, so that two ids with one name are one resource.
GLOBAL_NAMES = frozenset(
    name.lower()
    for name in (
        "Microsoft.Storage/storageAccounts",
        "Microsoft.KeyVault/vaults",
        "Microsoft.ContainerRegistry/registries",
        "Microsoft.Search/searchServices",
        "Microsoft.DocumentDB/databaseAccounts",
        "Microsoft.Sql/servers",
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One resource. `type` is its ARM type; `terraform` its azurerm type, whose `body` then has azurerm's shape."""

    resource: Resource
    type: str
    dialect: str
    name: Node
    body: Node
    terraform: str = ""
    parent_id: Node | None = None
    api_version: Node | None = None

    @property
    def address(self) -> str:
        return self.resource.address

    @property
    def guards(self) -> tuple[Node, ...]:
        return self.resource.guards

    @property
    def known(self) -> bool:
        """False for what is declared elsewhere: an existing resource, a data source."""
        return self.resource.mode in (Mode.DECLARED, Mode.UPDATE)

    @property
    def updates(self) -> bool:
        """True for what only changes a resource that another one declares."""
        return self.resource.mode is Mode.UPDATE or self.resource.type in UPDATES

    def at(self, *path: str) -> Node:
        """The value at a path into the body; absent or unknown where it cannot be had."""
        node = self.body
        for step in path:
            holder, found = node, member(node, step, fold=not self.terraform)
            node = first(found)
            if isinstance(found.value, Seq) and isinstance(node.value, Absent) and isinstance(holder.value, Map):
                # A `dynamic` that makes no block: what would hold it is the innermost one that is there.
                node = absent(holder.value.head, f"no {step} here")
        return node

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(segments(form_of(self.name) or "{?}"))

    @property
    def own_name(self) -> Node:
        """The last level of the name: `pypi` of the rule `hub/pypi`."""
        return _last_level(self.name)


def _last_level(name: Node) -> Node:
    value = name.value
    if isinstance(value, Choice):
        return choice([_last_level(option) for option in value.options], value.why, name)
    form = form_of(name)
    last = segments(form)[-1] if form is not None else ""
    if form is None or last == form or not last or isinstance(value, Ref):
        return name
    if isinstance(value, Unknown):
        return name.holding(replace(value, form=last) if "{" in last else last)
    return name.holding(str(value).rpartition("/")[2])


def first(node: Node) -> Node:
    """The only one of Terraform's blocks of a type; anything else as it is."""
    value = node.value
    if isinstance(value, Choice):
        return choice([first(option) for option in value.options], value.why, node)
    if not isinstance(value, Seq):
        return node
    if not value.items:
        return node.holding(ABSENT if value.more is None else value.more)
    blocks = all(isinstance(item.value, Map | Choice | Unknown) for item in value.items)
    if blocks and value.more is not None:
        return node.holding(value.more)
    return value.items[0] if blocks and len(value.items) == 1 else node


def views_of(resources: Sequence[Resource], arm_types: Mapping[str, str]) -> list[View]:
    """Every resource as a view; `arm_types` says the ARM type of azurerm types."""
    return [view for view in (_view(r, arm_types) for r in resources) if view is not None]


def _view(resource: Resource, arm_types: Mapping[str, str]) -> View | None:
    body = _elsewhere(resource) if resource.mode in (Mode.EXISTING, Mode.DATA) else resource.body
    if resource.language != "terraform":
        return View(resource, resource.type, resource.language, resource.name, body, "", None, resource.api_version)
    if resource.type.startswith("azapi_"):
        written = _written(resource, body)
        return _azapi(resource, written) if written is not None else None
    arm = arm_types.get(resource.type, "")
    return View(resource, arm, "azurerm", resource.name, body, resource.type)


def _written(resource: Resource, body: Node) -> Node | None:
    """What an azapi block makes or writes; None if it only calls an action of a resource, or lists some."""
    if resource.type in ("azapi_resource", "azapi_update_resource"):
        return body
    if resource.type != "azapi_resource_action" or resource.mode is Mode.DATA or not isinstance(body.value, Map):
        return None
    action = member(body, "action", fold=False)
    why = doubt(action)
    if why is None:
        return body if is_there(action) is Tri.FALSE else None
    # Nobody knows whether it is an action: then it may write anything.
    entries = {key: node for key, node in body.value.entries.items() if key != "body"}
    return body.holding(Map(entries, body.value.head, why))


def _elsewhere(resource: Resource) -> Node:
    """A body of which only what is written is known: the rest is known to Azure alone."""
    kind = "data source" if resource.mode is Mode.DATA else "existing resource"
    why = Unknown(Cause.RUNTIME, resource.head, f"{kind} {resource.symbol}", f"{{ref:{resource.address}}}")
    value = resource.body.value
    entries = value.entries if isinstance(value, Map) else {}
    head = value.head if isinstance(value, Map) else resource.head
    return resource.body.holding(Map(entries, head, why))


def _azapi(resource: Resource, body: Node) -> View | None:
    """azapi says the type as `type@version`, the rest of ARM's body in `body`, and the parent by its id."""
    kind = member(body, "type", fold=False)
    arm_type, version_node = _type_and_version(kind)
    if not arm_type:
        return None
    inner = first(member(body, "body", fold=False))
    outer = body.value
    if isinstance(outer, Map) and isinstance(inner.value, Map):
        entries = {
            **{k: v for k, v in outer.entries.items() if k in ("name", "identity", "location")},
            **inner.value.entries,
        }
        head = next((h for k, h in outer.entries.items() if k == "body"), None)
        mark = inner.value.head if head is not None else outer.head
        inner = inner.holding(Map(entries, mark, inner.value.more or outer.more))
    elif isinstance(inner.value, Absent) and isinstance(outer, Map):
        inner = body
    parent_id = member(body, "parent_id", fold=False)
    if resource.type in UPDATES:
        given = member(body, "resource_id", fold=False)
        parent_id = given if not isinstance(given.value, Absent) else parent_id
    return View(resource, arm_type, "azapi", resource.name, inner, "", parent_id, version_node)


def _type_and_version(node: Node) -> tuple[str, Node]:
    """The parts of `type@version`, whose version may be in doubt; an empty type if that is."""
    value = node.value
    if isinstance(value, Choice):
        parts = [_type_and_version(option) for option in value.options]
        kinds = {kind.lower() for kind, _ in parts}
        return parts[0][0] if len(kinds) == 1 else "", choice([version for _, version in parts], value.why, node)
    kind, at, version = (form_of(node) or "").partition("@")
    return kind if at and "{" not in kind else "", node.holding(version) if isinstance(value, str) else node


# ── who is who ──


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Views by address and by ARM type, and the question which of them an id means."""

    views: Sequence[View]
    by_address: Mapping[str, View] = field(default_factory=dict)

    @classmethod
    def of(cls, views: Sequence[View]) -> Index:
        return cls(views, {view.address: view for view in views})

    def type_of(self, found: Id) -> str:
        """The ARM type of the resource an id means, `` if nobody knows."""
        if found.root is None:
            return found.type
        view = self.by_address.get(found.root)
        if view is None or not view.type:
            return ""
        return f"{view.type}/{found.type}" if found.type else view.type

    def means(self, found: Id, view: View, *, lift: bool = False) -> Tri:
        """Whether an id is that of a view; with `lift` the id of a child counts as its top resource's."""
        if found.root is not None and (lift or not found.type):
            if found.root == view.address:
                return Tri.of(not view.resource.symbolic) if not view.resource.symbolic else Tri.UNKNOWN
            other = self.by_address.get(found.root)
            if other is None:
                return Tri.UNKNOWN
            if other.type.lower() != view.type.lower() and other.type and view.type:
                return Tri.FALSE
            if other.known and view.known:
                return Tri.FALSE  # two declarations are two resources
            return same_names(other.names, view.names)
        if found.root is not None:
            return Tri.FALSE
        kind, names = found.type, found.names
        if lift:
            kind, names = top_type(kind), names[:1]
        if view.type and kind.lower() != view.type.lower():
            return Tri.FALSE
        if not view.type:
            return Tri.UNKNOWN
        named = same_names(names, view.names)
        sure = kind.lower() in GLOBAL_NAMES or found.scope == "{scope}"
        return named if sure or named is Tri.FALSE else both(named, Tri.UNKNOWN)

    def refers(self, node: Node, view: View, *, lift: bool = False) -> Tri:
        """Whether a value is the id of a view."""
        if isinstance(node.value, Choice):
            answers = {self.refers(option, view, lift=lift) for option in node.value.options}
            return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
        is_id, found = id_of(node)
        if found is not None:
            return self.means(found, view, lift=lift)
        return Tri.FALSE if is_id is Tri.FALSE else Tri.UNKNOWN

    def _parents(self, view: View, kinds: Sequence[str]) -> list[tuple[View, Tri]]:
        """Whether a child is that of each of the views of `kinds`."""
        candidates = [v for v in self.views if v.type.lower() in kinds and v is not view and not v.updates]
        node = view.resource.parent or view.parent_id
        if node is not None:
            if isinstance(node.value, Ref) and not node.value.rest:
                node = node.holding(Ref(node.value.address, ("id",)))
            return [(v, self.refers(node, v)) for v in candidates]
        return [(v, _is_below(view.names, v.names)) for v in candidates]

    def is_child(self, view: View, parent: View) -> tuple[Tri, Unknown | None]:
        """Whether a view is a child of another one, and why nobody knows."""
        kinds = [parent.type.lower()]
        found, why = self.parent_of(view, kinds)
        if found is not None:
            return Tri.of(found is parent), None
        tri = next((tri for v, tri in self._parents(view, kinds) if v is parent), Tri.FALSE)
        return tri, why if tri is Tri.UNKNOWN else None

    def parent_of(self, view: View, kinds: Sequence[str]) -> tuple[View | None, Unknown | None]:
        """The parent of a child among views of `kinds`: it, or why nobody knows which it is, or neither."""
        node = view.resource.parent or view.parent_id
        answers = self._parents(view, kinds)
        sure = [v for v, tri in answers if tri is Tri.TRUE]
        if sure:
            # An `existing` one and a declared one of the same name are one resource: the declared one knows more.
            return next((v for v in sure if v.known), sure[0]), None
        place = node if node is not None else view.name
        value = place.value
        why = value if isinstance(value, Unknown) else None
        if any(tri is Tri.UNKNOWN for _, tri in answers) or node is not None or view.names[:-1]:
            why = why or Unknown(Cause.RUNTIME, place.origin, f"the parent of {view.resource.symbol}")
            return None, why
        return None, Unknown(Cause.UNREADABLE, view.resource.head, f"the parent of {view.resource.symbol}")


def _is_below(names: tuple[str, ...], parents: tuple[str, ...]) -> Tri:
    """Whether a name is one level below another one; a part that nobody knows may be several levels."""
    if len(names) - 1 != len(parents) and any("{" in name for name in (*names, *parents)):
        return Tri.UNKNOWN
    return same_names(names[:-1], parents)


def tri_name(left: Node, right: Node) -> Tri:
    """Whether two names are one."""
    return same_text(form_of(left), form_of(right))


def constant(value: str | bool, view: View, label: str) -> Node:
    """A value that the declaration itself says, such as the kind of an azurerm rule."""
    return Node(value, view.resource.head, (Hop(HopKind.LITERAL, view.resource.head, label),))
