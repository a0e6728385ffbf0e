"""Which resource an id means: views by address, type and name, and who is a child of whom."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from mnlint.azure.one_resource import (
    GLOBAL_NAMES,
    group_of,
    names_of,
    own_id,
    same_id,
    same_resource,
    together,
)
from mnlint.azure.views import View
from mnlint.model.ids import HERE, Id, id_of, same_names, same_place, same_text, top_type
from mnlint.model.record import dataclass, field
from mnlint.model.text import Span
from mnlint.model.tri import Tri, both
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import (
    Cause,
    Choice,
    Node,
    Ref,
    Unknown,
    doubt,
    form_of,
)

if TYPE_CHECKING:
    from mnlint.azure.bodies import Bodies


@dataclass(slots=True, eq=False)
class Below:
    """The children of one type by each parent of another that they may have, and why some may be anybody's."""

    of: dict[View, list[View]] = field(default_factory=dict)
    lost: Unknown | None = None


@dataclass(slots=True, eq=False)
class Names:
    """The views of a type by their names, and those of whose names a part is not known, or only by a parent's id."""

    whole: dict[tuple[str, ...], list[View]] = field(default_factory=dict)
    parts: list[View] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Views by address, type and name, and the question which of them an id means.

    Types and names are in lower case. Where a question is asked of every view, only those are looked at that may be
    meant: so many resources with names of their own cost as much as they are, not as much as their pairs.
    """

    views: Sequence[View]
    by_address: Mapping[str, View]
    by_type: Mapping[str, Sequence[View]]
    by_resource: Mapping[str, Sequence[View]]  # by the type as written, which in Terraform is Terraform's
    _at: Mapping[str, Sequence[View]]  # all of an address
    strangers: Mapping[str, Sequence[View]]  # what is declared elsewhere, by type
    _order: Mapping[View, int]
    _names: dict[str, Names] = field(default_factory=dict)
    _asked: dict[tuple[View, tuple[str, ...]], list[tuple[View, Tri]]] = field(default_factory=dict)
    _above: dict[tuple[object, ...], list[tuple[View, Tri]]] = field(default_factory=dict)
    _calling: dict[tuple[str, str], dict[str | None, list[View]]] = field(default_factory=dict)
    _bodies: list[Bodies] = field(default_factory=list)  # one, once it is asked for
    _pointing: dict[tuple[str, str], dict[View, list[tuple[View, Tri]]]] = field(default_factory=dict)
    _below: dict[tuple[str, str], Below] = field(default_factory=dict)

    @classmethod
    def of(cls, views: Sequence[View]) -> Index:
        at: dict[str, list[View]] = {}
        by_type: dict[str, list[View]] = {}
        by_resource: dict[str, list[View]] = {}
        for view in views:
            at.setdefault(view.address, []).append(view)
            by_type.setdefault(view.type.lower(), []).append(view)
            by_resource.setdefault(view.resource.type, []).append(view)
        strangers = {kind: [view for view in typed if not view.known] for kind, typed in by_type.items()}
        by_address = {view.address: view for view in views}
        order = {view: number for number, view in enumerate(views)}
        return cls(views, by_address, by_type, by_resource, at, strangers, order)

    def called_of(self, kind: str) -> Names:
        """The names of the views of a type, in lower case; looked at once somebody asks for that type."""
        if kind not in self._names:
            made = self._names[kind] = Names()
            for view in self.by_type.get(kind, ()):
                own = own_id(view)
                whole = own.names if own is not None else ()
                for names in {_lower(view.names), _lower(whole)} - {()}:
                    made.whole.setdefault(names, []).append(view)
                if any("{" in name for name in (*view.names, *whole)) or (own is not None and own.root is not None):
                    made.parts.append(view)
        return self._names[kind]

    def number(self, view: View) -> int:
        """The place of a view among all of them."""
        return self._order[view]

    def of_type(self, *kinds: str) -> list[View]:
        """The views of some types, which are in lower case, in their order."""
        return self._sorted(view for kind in set(kinds) for view in self.by_type.get(kind, ()))

    def _sorted(self, views: Iterable[View]) -> list[View]:
        return sorted(set(views), key=self._order.__getitem__)

    def meant(self, node: Node, *, lift: bool = False) -> list[View]:
        """The views that a value is sure to be the id of."""
        return [view for view in self._sure(node, lift) if self.refers(node, view, lift=lift) is Tri.TRUE]

    def _sure(self, node: Node, lift: bool) -> Sequence[View]:
        """Views among which are all that a value is sure to be the id of: names must be the same to the letter."""
        if isinstance(node.value, Choice):
            return self._sure(node.value.options[0], lift)
        found = id_of(node)[1]
        if found is None:
            return ()
        if found.root is None:
            kind, names = (top_type(found.type), found.names[:1]) if lift else (found.type, found.names)
            return self.called_of(kind.lower()).whole.get(_lower(names), ())
        other = self.by_address.get(found.root)
        if other is None:
            return ()
        if found.type and not lift:
            return self._children_of_root(found)
        if not other.type:
            near = self.views if not other.known else [v for typed in self.strangers.values() for v in typed]
            return self._sorted([*self._at[found.root], *near])
        if other.known:  # it may be what is declared elsewhere, and no name has to be looked at for that
            return self._near(node, lift)
        names = _lower(names_of(other))
        same = (view for kind in (other.type.lower(), "") for view in self.called_of(kind).whole.get(names, ()))
        return self._sorted([*self._at[found.root], *same])

    def possible(
        self, node: Node, *, lift: bool = False, perhaps: Container[View] | None = None
    ) -> list[tuple[View, Tri]]:
        """The views that a value may be the id of, and whether it is. If some are named by `perhaps`, the others are
        asked about only where they are sure to be meant."""
        if not isinstance(node.value, Choice) and id_of(node) == (Tri.UNKNOWN, None):
            return [(view, Tri.UNKNOWN) for view in self.views if perhaps is None or view in perhaps]
        near: Iterable[View] = self._near(node, lift)
        if perhaps is not None:
            sure = frozenset(self._sure(node, lift))
            near = (view for view in near if view in perhaps or view in sure)
        answers = ((view, self.refers(node, view, lift=lift)) for view in near)
        return [(view, tri) for view, tri in answers if tri is not Tri.FALSE]

    def few_possible(self, node: Node, most: int) -> list[View] | None:
        """The views that a value or a child of them may be the id of; None if there are more than so many."""
        _, meant = id_of(node)
        near: Iterable[View] = self._near(node, lift=True) if meant is None or meant.root is not None else ()
        if meant is not None and meant.root is None:
            near = self._like(top_type(meant.type).lower(), meant.names[:1], "")
        found: set[View] = set()
        for view in near:
            if view not in found and self.refers(node, view, lift=True) is not Tri.FALSE:
                found.add(view)
                if len(found) > most:
                    return None
        return self._sorted(found)

    def _near(self, node: Node, lift: bool) -> Sequence[View]:
        """Views among which are all that a value may be the id of."""
        if isinstance(node.value, Choice):
            return self._sorted(view for option in node.value.options for view in self._near(option, lift))
        is_id, found = id_of(node)
        if found is None:
            return () if is_id is Tri.FALSE else self.views
        if found.root is None:
            kind, names = (top_type(found.type), found.names[:1]) if lift else (found.type, found.names)
            return self.like(kind, names, "")
        if found.type and not lift:
            return self._children_of_root(found)
        other = self.by_address.get(found.root)
        if other is None or not other.type:
            return self.views
        if other.known:
            kinds = (other.type.lower(), "")
            near = (view for kind in kinds for view in self.strangers.get(kind, ()))
            return self._sorted([*self._at[found.root], *near])
        return self._sorted([*self._at[found.root], *self.like(other.type, names_of(other), "")])

    def like(self, kind: str, names: tuple[str, ...], *others: str) -> list[View]:
        """The views of a type that may have those names, and all of some other types."""
        return self._sorted(self._like(kind.lower(), names, *others))

    def _like(self, kind: str, names: tuple[str, ...], *others: str) -> Iterator[View]:
        if any("{" in name for name in names):
            yield from self.by_type.get(kind, ())
        else:
            known = self.called_of(kind)
            yield from known.whole.get(_lower(names), ())
            yield from known.parts
        for other in others:
            yield from self.by_type.get(other, ())

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
            return same_resource(other, view)
        if found.root is not None:
            return self._is_child_of_root(found, view)
        kind, names = found.type, found.names
        if lift:
            kind, names = top_type(kind), names[:1]
        if view.type and kind.lower() != view.type.lower():
            return Tri.FALSE
        if not view.type:
            return Tri.UNKNOWN
        own = own_id(view)
        if own is not None:
            return same_id(Id(found.scope, kind, names), own)
        named = same_names(names, view.names)
        if kind.lower() in GLOBAL_NAMES or named is Tri.FALSE:
            return named
        return both(named, same_place(found.scope, view.place if view.place is not None else HERE))

    def _children_of_root(self, found: Id) -> Sequence[View]:
        """The views of the type that an id below a resource of this deployment says."""
        return [view for view in self.by_type.get(self.type_of(found).lower(), ()) if not view.updates]

    def _is_child_of_root(self, found: Id, view: View) -> Tri:
        """Whether an id that goes on below a resource of this deployment is that of a view."""
        root = self.by_address.get(found.root or "")
        if root is None or not root.type or not view.type or view.updates:
            return Tri.FALSE
        if self.type_of(found).lower() != view.type.lower():
            return Tri.FALSE
        node = view.resource.parent or view.parent_id
        if node is None:
            own = same_names(view.names, (*root.names, *found.names))
            return both(own, together(view, root)) if own is not Tri.FALSE else own
        named = same_text(form_of(view.own_name) or "{?}", found.names[-1])
        if named is Tri.FALSE:
            return named
        above = Id(found.scope, found.type.rpartition("/")[0], found.names[:-1], found.root)
        return both(named, self._is_id_of(node, above, root), Tri.UNKNOWN if view.resource.symbolic else Tri.TRUE)

    def _is_id_of(self, node: Node, above: Id, root: View) -> Tri:
        """Whether a value is an id that is, or goes on below, a resource of this deployment."""
        if isinstance(node.value, Ref) and not node.value.rest:
            node = node.holding(Ref(node.value.address, ("id",)))
        if not above.type:
            return self.refers(node, root)
        is_id, found = id_of(node)
        if found is None or found.root is None:
            return Tri.FALSE if is_id is Tri.FALSE else Tri.UNKNOWN
        if found.root == above.root:
            if found.type.lower() != above.type.lower():
                return Tri.FALSE
            return both(same_names(found.names, above.names), Tri.UNKNOWN if root.resource.symbolic else Tri.TRUE)
        other = self.by_address.get(found.root)
        return self._is_child_of_root(above, other) if other is not None and not found.type else Tri.UNKNOWN

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
        """The views of `kinds` that a child may be one of, and whether it is."""
        key = view, tuple(kinds)
        if key not in self._asked:
            answers = self._parents_of(view, kinds)
            self._asked[key] = [(v, tri) for v, tri in answers if v is not view and not v.updates]
        return self._asked[key]

    def possible_parents(self, view: View, kinds: Sequence[str]) -> list[View]:
        """The views of `kinds` that a child may be one of."""
        return [parent for parent, _ in self._parents(view, kinds)]

    def _parents_of(self, view: View, kinds: Sequence[str]) -> list[tuple[View, Tri]]:
        node = view.resource.parent or view.parent_id
        if node is not None:
            if isinstance(node.value, Ref) and not node.value.rest:
                node = node.holding(Ref(node.value.address, ("id",)))
            return [(v, tri) for v, tri in self.possible(node) if v.type.lower() in kinds]
        own = view.names
        holed = any("{" in name for name in own)
        # Children that say the same of their parent are asked about once.
        key = tuple(kinds), own[:-1], holed, group_of(view), view.place
        if key not in self._above:
            near = self._sorted(v for kind in kinds for v in self.like(kind, own if holed else own[:-1]))
            answers = ((v, both(_is_below(own, v.names), together(view, v))) for v in near)
            self._above[key] = [(v, tri) for v, tri in answers if tri is not Tri.FALSE]
        return self._above[key]

    def is_child(self, view: View, parent: View) -> tuple[Tri, Unknown | None]:
        """Whether a view is a child of another one, and why nobody knows."""
        kinds = [parent.type.lower()]
        found, why = self.parent_of(view, kinds)
        if found is not None:
            return Tri.of(found is parent), None
        tri = next((tri for v, tri in self._parents(view, kinds) if v is parent), Tri.FALSE)
        return tri, why if tri is Tri.UNKNOWN else None

    def below(self, parents: str, kind: str) -> Below:
        """The children of a type in ARM's languages; which may be whose is asked once for all of them."""
        if (parents, kind) not in self._below:
            made = self._below[parents, kind] = Below()
            for child in self.of_type(kind):
                if not child.terraform:
                    found, why = self.parent_of(child, [parents])
                    made.lost = made.lost or (why if found is None else None)
                    for parent in self.possible_parents(child, [parents]):
                        made.of.setdefault(parent, []).append(child)
        return self._below[parents, kind]

    def pointing_at(self, view: View, resource: str, argument: str) -> Sequence[tuple[View, Tri]]:
        """Terraform's resources of a type of which an argument is, or may be, the id of a view; asked once for all."""
        if (resource, argument) not in self._pointing:
            made = self._pointing[resource, argument] = {}
            for other in self.by_resource.get(resource, ()):
                for meant, tri in self.possible(other.at(argument)):
                    made.setdefault(meant, []).append((other, tri))
        return self._pointing[resource, argument].get(view, ())

    def called(self, view: View, resource: str, argument: str) -> list[tuple[View, Tri]]:
        """Terraform's resources of a type of which an argument is, or may be, the name of a view."""
        if (resource, argument) not in self._calling:
            made = self._calling[resource, argument] = {}
            for other in self.by_resource.get(resource, ()):
                made.setdefault(_known(other.at(argument)), []).append(other)
        by_name, own = self._calling[resource, argument], _known(view.name)
        near = by_name.values() if own is None else [by_name.get(name, []) for name in (own, None)]
        asked = self._sorted(other for some in near for other in some)
        answers = ((other, same_text(form_of(other.at(argument)), form_of(view.name))) for other in asked)
        return [(other, tri) for other, tri in answers if tri is not Tri.FALSE]

    def written_in(self, place: Span, but: View) -> View | None:
        """The first resource, but for one, in whose body a place is."""
        if not self._bodies:
            from mnlint.azure.bodies import Bodies

            self._bodies.append(Bodies(self.views))
        return self._bodies[0].around(place, but)

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
        above = self.by_address.get(value.address) if isinstance(value, Ref) else None
        untyped = above.untyped if above is not None else None
        why = value if isinstance(value, Unknown) else None if untyped is None else doubt(untyped)
        if any(tri is Tri.UNKNOWN for _, tri in answers) or node is not None or view.names[:-1]:
            why = why or Unknown(Cause.RUNTIME, place.origin, f"the parent of {view.resource.symbol}")
            return None, why
        return None, Unknown(Cause.UNREADABLE, view.resource.head, f"the parent of {view.resource.symbol}")


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _is_below(names: tuple[str, ...], parents: tuple[str, ...]) -> Tri:
    """Whether a name is one level below another one; a part that nobody knows may be several levels."""
    if len(names) - 1 != len(parents) and any("{" in name for name in (*names, *parents)):
        return Tri.UNKNOWN
    return same_names(names[:-1], parents)


def _known(name: Node) -> str | None:
    """A name for comparing with others; None if a part of it is not known."""
    form = form_of(name)
    return None if form is None or "{" in form else form.lower()
