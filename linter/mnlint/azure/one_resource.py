"""Whether two declarations are one resource: by their ids, or by their names and where they are deployed."""

from __future__ import annotations

from mnlint.azure.kleene import missing
from mnlint.azure.views import View
from mnlint.model.ids import Id, parse, same_names, same_place, same_text, segments
from mnlint.model.tri import Tri, both
from mnlint.model.value import form_of, member

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
RESOURCE_GROUPS = "microsoft.resources/resourcegroups"  # whose ids have no /providers/


def own_id(view: View) -> Id | None:
    """The id of a resource itself: as a plan says it of what is there already, and as azapi puts it together.

    `root` is the address of the resource that a child of azapi's is below.
    """
    if view.resource.language != "terraform":
        return None
    known = member(view.resource.body, "id", fold=False).value
    if isinstance(known, str):
        return parse(known)
    if view.dialect != "azapi" or view.parent_id is None or not view.type or view.type.lower() == RESOURCE_GROUPS:
        return None
    given = member(view.resource.body, "resource_id", fold=False)
    if not view.known and not missing(given):
        return parse(form_of(given) or "")
    if missing(view.name) or missing(view.parent_id):
        return None
    # A parent that nobody can name is the parent of this one alone.
    form = form_of(view.parent_id)
    parent = form if form is not None and "{?}" not in form else f"{{parent of {view.address}}}"
    step = f"providers/{view.type}" if view.type.count("/") == 1 else view.type.rpartition("/")[2]
    return parse(f"{parent}/{step}/{form_of(view.name) or '{?}'}")


def same_id(one: Id, two: Id) -> Tri:
    """Whether two ids of one type are one. What begins with a resource of this deployment may go on as a text does."""
    if one.root != two.root:
        named = same_text(one.names[-1], two.names[-1]) if one.names and two.names else Tri.UNKNOWN
        return both(named, Tri.UNKNOWN)
    named = same_names(one.names, two.names)
    return named if one.type.lower() in GLOBAL_NAMES else both(named, same_text(one.scope, two.scope))


def names_of(view: View) -> tuple[str, ...]:
    """The names of a resource as its id has them, or else as it says them."""
    own = own_id(view)
    return own.names if own is not None and own.root is None else view.names


def same_resource(left: View, right: View) -> Tri:
    """Whether two views of one type are one resource, by their names and where they are deployed."""
    one, two = own_id(left), own_id(right)
    if one is not None and two is not None:
        return same_id(one, two)
    return both(same_names(left.names, right.names), together(left, right))


def together(left: View, right: View) -> Tri:
    """Whether a name means the same for both; for some types it does wherever they are deployed."""
    if right.type.lower() in GLOBAL_NAMES:
        return Tri.TRUE
    one, two = group_of(left), group_of(right)
    apart = one is not None and two is not None and one.lower() != two.lower()
    return Tri.FALSE if apart else same_place(left.place, right.place)


def group_of(view: View) -> str | None:
    """The resource group that a resource of Terraform's says, if its name is written out."""
    if view.terraform:
        name = view.at("resource_group_name").value
        return name if isinstance(name, str) else None
    own = own_id(view)
    parts = segments(own.scope) if own is not None else []
    named = len(parts) == 5 and parts[3].lower() == "resourcegroups" and "{" not in parts[4]
    return parts[4] if named else None
