"""A resource as Azure sees it, whichever language declared it: its ARM type, its name, its body, its parent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.model.deployment import Resource
from mnlint.model.expr import Mode
from mnlint.model.ids import segments
from mnlint.model.record import Deferrable, dataclass, deferred, replace
from mnlint.model.tri import Tri
from mnlint.model.typing import Any, Final
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
AZAPI_CALLER = "azapi_client_config"  # no resource of Azure's: who runs Terraform


@dataclass(frozen=True, slots=True, eq=False)
class View(Deferrable):
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
    def place(self) -> str | None:
        """The id of what it is deployed to, with holes; None if its language has no word for it."""
        return self.resource.scope

    @property
    def updates(self) -> bool:
        """True for what only changes a resource that another one declares."""
        return self.resource.mode is Mode.UPDATE or self.resource.type in UPDATES

    @property
    def untyped(self) -> Node | None:
        """The type of a resource of azapi's, where nobody knows it; None where somebody does."""
        if self.type or self.terraform or self.dialect != "azapi":
            return None
        kind = member(self.resource.body, "type", fold=False)
        why = doubt(kind) or Unknown(Cause.UNEXPECTED_TYPE, kind.origin, "the type of the resource")
        return kind.holding(Unknown(why.cause, why.span, why.label))

    def may_be(self, kind: str, *names: str) -> bool:
        """Whether what is declared here, of a type that nobody knows, may be of this one (in lower case) by the letters
        that are known; with `names` only if it has one of these properties."""
        if self.untyped is None or not self.known:
            return False
        if kind.count("/") > 1 and not self.updates and (self.parent_id is None or missing(self.parent_id)):
            return False  # a child says of what
        node = member(self.resource.body, "type", fold=False)
        options = node.value.options if isinstance(node.value, Choice) else (node,)
        if not any(_may_begin((form_of(option) or "{?}").lower(), kind) for option in options):
            return False
        return not names or any(not missing(self.at("properties", name)) for name in names)

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


def views_of(resources: Sequence[Resource], arm_types: Callable[[], Mapping[str, str]]) -> list[View]:
    """Every resource as a view; `arm_types` gives the ARM types of azurerm types, where there is one."""
    return [view for view in (_view(r, arm_types) for r in resources) if view is not None]


def _view(resource: Resource, arm_types: Callable[[], Mapping[str, str]]) -> View | None:
    """A resource as a view; evaluated now only where no more than its body says what it is."""
    caller = resource.type == AZAPI_CALLER
    if resource.language == "terraform" and resource.type.startswith("azapi_") and not caller:
        written = _written(resource, _seen(resource))
        return _azapi(resource, written) if written is not None else None
    known: dict[str, Any] = {"resource": resource, "parent_id": None, "terraform": ""}
    if resource.language == "azureml":
        from mnlint.azure.azureml import WORKSPACE

        known |= {"type": WORKSPACE, "dialect": "azureml"}
    elif resource.language != "terraform":
        known |= {"type": resource.type, "dialect": resource.language}
    elif caller:
        known |= {"type": "", "dialect": "azapi", "terraform": resource.type}
    else:
        known |= {"type": arm_types().get(resource.type, ""), "dialect": "azurerm", "terraform": resource.type}

    def whole() -> View:
        body = _seen(resource)
        if resource.language == "azureml":
            from mnlint.azure.azureml import as_arm

            body = as_arm(body)
        of_arm = resource.language not in ("azureml", "terraform")
        return View(
            name=resource.name,
            body=body,
            api_version=resource.api_version if of_arm else None,
            **known,
        )

    return deferred(View, whole, **known)


def _seen(resource: Resource) -> Node:
    return _elsewhere(resource) if resource.mode in (Mode.EXISTING, Mode.DATA) else resource.body


def _written(resource: Resource, body: Node) -> Node | None:
    """What an azapi block makes or writes; None if it only calls an action, lists some, or waits for the end."""
    if resource.type in ("azapi_resource", "azapi_update_resource"):
        return body
    if resource.type != "azapi_resource_action" or resource.mode is Mode.DATA or not isinstance(body.value, Map):
        return None
    action, when = (member(body, name, fold=False) for name in ("action", "when"))
    if Tri.TRUE in (is_there(action), is_text(when, "destroy")):
        return None
    why = doubt(action) or doubt(when)
    if why is None:
        return body
    # Nobody knows whether it is an action, or when: then it may write anything.
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


# What azapi takes outside of `body`, or in it.
_OUTSIDE: Final = ("name", "identity", "location", "tags")


def _azapi(resource: Resource, body: Node) -> View | None:
    """azapi says the type as `type@version`, the rest of ARM's body in `body`, and the parent by its id.

    A type that nobody knows is empty, as that of any resource whose type is not known.
    """
    arm_type, version_node = _type_and_version(member(body, "type", fold=False))
    inner = _merged(first(member(body, "body", fold=False)), first(member(body, "sensitive_body", fold=False)))
    outer = body.value
    if isinstance(outer, Map) and isinstance(inner.value, Map):
        own = {k: v for k, v in outer.entries.items() if k in _OUTSIDE and not missing(first(v))}
        entries = {**own, **inner.value.entries}
        head = next((h for k, h in outer.entries.items() if k == "body"), None)
        mark = inner.value.head if head is not None else outer.head
        inner = inner.holding(Map(entries, mark, inner.value.more or outer.more))
    elif isinstance(inner.value, Absent) and isinstance(outer, Map):
        inner = body
    parent_id = member(body, "parent_id", fold=False)
    name = resource.name
    if resource.type in UPDATES:
        given = member(body, "resource_id", fold=False)
        beside = _computed_beside(given, name)
        if not missing(given) and beside is Tri.FALSE:
            name, parent_id = _name_and_parent(arm_type, absent(resource.head, "no name here"), given)
        elif beside is Tri.UNKNOWN:
            parent_id = given.holding(doubt(name) or doubt(given))
    return View(resource, arm_type, "azapi", name, inner, "", parent_id, version_node)


def _merged(under: Node, over: Node) -> Node:
    """A body with azapi's `sensitive_body` laid over it, member by member."""
    if isinstance(over.value, Choice):
        return choice([_merged(under, option) for option in over.value.options], over.value.why, over)
    if isinstance(over.value, Absent) or (over.value is None and isinstance(under.value, Map)):
        return under
    return laid_over(under, over)


def laid_over(under: Node, over: Node) -> Node:
    """An object with another one laid over it, member by member."""
    below, above = under.value, over.value
    if isinstance(above, Map | Unknown) and isinstance(below, Choice):
        return choice([laid_over(option, over) for option in below.options], below.why, under)
    if isinstance(above, Choice) and isinstance(below, Map | Choice | Unknown):
        return choice([laid_over(under, option) for option in above.options], above.why, over)
    if isinstance(above, Map) and isinstance(below, Unknown):
        return under
    if isinstance(above, Unknown) and isinstance(below, Map):  # it may be over any of them, and takes none away
        covered = {name: laid_over(node, over) for name, node in below.entries.items()}
        return under.holding(Map(covered, below.head, above))
    if not isinstance(above, Map) or not isinstance(below, Map):
        return over
    kept = {} if above.more is not None else dict(below.entries)  # what is not to be seen may be over any of them
    for name, node in above.entries.items():
        kept[name] = laid_over(below.entries[name], node) if name in below.entries else node
    return under.holding(Map(kept, below.head, below.more or above.more))


def _computed_beside(given: Node, name: Node) -> Tri:
    """Whether the id of what is updated is only what azapi makes of a name: one of the two can be written, and a plan
    says of the other that it is known after apply."""
    value = given.value
    return is_there(name) if isinstance(value, Unknown) and value.cause is Cause.RUNTIME else Tri.FALSE


def _name_and_parent(arm_type: str, name: Node, given: Node) -> tuple[Node, Node]:
    """The name and the parent's id in the id of what is updated; of no child, the id itself stays."""
    if arm_type.count("/") < 2:
        return name, given
    value = given.value
    if isinstance(value, Choice):
        made = [_name_and_parent(arm_type, name, option) for option in value.options]
        return choice([n for n, _ in made], value.why, given), choice([p for _, p in made], value.why, given)
    form = form_of(given)
    parts = segments(form) if form is not None else []
    if len(parts) < 3:  # the id of a child as a whole: its parent's is not to be seen in it
        why = doubt(given) or Unknown(Cause.RUNTIME, given.origin, "the parent of what is updated")
        return name, given.holding(replace(why, form=None))
    parent = "/".join(parts[:-2])
    return _part_of(given, parts[-1]), _part_of(given, parent)


def _part_of(node: Node, form: str) -> Node:
    """A part of a text, by its form."""
    if "{" not in form:
        return node.holding(form)
    root = form.startswith("{ref:") and form.endswith(".id}") and len(segments(form)) == 1
    if root and form.count("{") == 1:
        return node.holding(Ref(form[len("{ref:") : -len(".id}")], ("id",)))
    why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, form)
    return node.holding(replace(why, form=form))


def _type_and_version(node: Node) -> tuple[str, Node]:
    """The parts of `type@version`, whose version may be in doubt; an empty type if that is."""
    value = node.value
    if isinstance(value, Choice):
        parts = [_type_and_version(option) for option in value.options]
        kinds = {kind.lower() for kind, _ in parts}
        return parts[0][0] if len(kinds) == 1 else "", choice([version for _, version in parts], value.why, node)
    kind, at, version = (form_of(node) or "").partition("@")
    return kind if at and "{" not in kind else "", node.holding(version) if isinstance(value, str) else node


def _may_begin(form: str, kind: str) -> bool:
    """Whether the form of a `type@version` with holes may be one of a type."""
    before, hole, _ = form.partition("{")
    if "@" in before or not hole:
        return before.partition("@")[0] == kind
    # What stands behind the last hole belongs to the type only if the version begins there.
    ends, at, _ = form.rpartition("}")[2].partition("@")
    return kind.startswith(before) and (not at or kind[len(before) :].endswith(ends))


def constant(value: str | bool, view: View, label: str) -> Node:
    """A value that the declaration itself says, such as the kind of an azurerm rule."""
    return Node(value, view.resource.head, (Hop(HopKind.LITERAL, view.resource.head, label),))
