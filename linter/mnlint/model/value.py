"""Node: a value with its place, the way it came, and what is not known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, StrEnum

from mnlint.model.record import Deferrable, dataclass, replace
from mnlint.model.text import Span
from mnlint.model.typing import Final


class HopKind(StrEnum):
    """One kind of step on the way from where a value was written to where it is used."""

    LITERAL = "literal"
    DEFAULT = "default"
    ARGUMENT = "argument"
    BINDING = "binding"
    REFERENCE = "reference"
    BRANCH = "branch"
    ELEMENT = "element"
    COMPUTED = "computed"
    PLATFORM_DEFAULT = "platform-default"
    DECLARATION = "declaration"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a trail: `label` is words for a reader, such as `var.mode` or `default of parameter mode`."""

    kind: HopKind
    span: Span
    label: str


class Cause(Enum):
    """Why something is not known: (what to say, what the reader can do about it)."""

    NO_VALUE = ("has no value", "give it one: a default, or a parameter file with --parameters")
    PLACEHOLDER = ("is to be filled in", "check the file that is deployed, with the value in its place")
    RUNTIME = ("is known only after deployment", "write the value in the template if it has to be checked before")
    FUNCTION = (
        "comes from a function that is not evaluated",
        "write the value, or use a function that depends on the template alone",
    )
    MODULE = (
        "comes from a module that cannot be read here",
        "use a module inside the checked folder, or check the module's own sources",
    )
    FILE = (
        "comes from a file that cannot be read here",
        "use a file inside the checked folder, of a kind and size that Bicep takes",
    )
    DYNAMIC = ("is made for each member of a collection that is not known", "give the collection a value")
    GUARD = (
        "is a condition that is neither true nor false",
        "write a condition that is true or false once its parameters have values",
    )
    SECRET = ("is a secret, and secrets are never evaluated", "do not pass network settings through secure parameters")
    UNDECLARED = ("is not declared in the files that could be read", "declare it, or correct the name")
    UNREADABLE = ("stands in text that could not be read", "mend the syntax error that is reported there")
    UNEXPECTED_TYPE = (
        "has a type that is not expected here",
        "check the shape of this value against the resource's documentation",
    )
    CYCLE = ("refers to itself", "break the circle of references")
    LIMIT = (
        "is too large to evaluate",
        "make the expression or the tree of modules smaller, or raise the limit, if MN912 names an option for it",
    )

    @property
    def says(self) -> str:
        return self.value[0]

    @property
    def remedy(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Absent:
    """Known not to be there."""


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """Not known: `cause`, the `span` to look at, a `label` that names the thing (`parameter mode`), and its `form`.

    `form` is a normal form written as text with `{...}` holes, for example `{param:prefix}sa` or
    `{scope}/providers/Microsoft.Storage/storageAccounts/{param:name}`. Two unknowns of one deployment with the same
    form are equal although nobody knows their value; different forms are neither equal nor unequal. None if two
    evaluations may differ, or nothing is known at all.
    """

    cause: Cause
    span: Span
    label: str
    form: str | None = None
    of: Node | None = None  # what it is the JSON text of, where that is seen


_NEVER_NULL: Final = frozenset(("id", "name", "type", "apiversion"))


@dataclass(frozen=True, slots=True, eq=False)
class Ref:
    """A resource of this deployment (`address`), or a part of one: `rest` is the path from it, such as ("id",)."""

    address: str
    rest: tuple[str, ...] = ()

    @property
    def may_be_null(self) -> bool:
        """A resource is there, and so are its id and its name; what Azure says of any other part may be null."""
        return bool(self.rest) and (len(self.rest) > 1 or self.rest[0].lower() not in _NEVER_NULL)


@dataclass(frozen=True, slots=True)
class Type:
    """A type of Terraform: its word, the types of its parts, an object's names in order and which may be left out."""

    word: str
    parts: tuple[Type, ...] = ()
    names: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Named members. `head` is the little to mark when a member is missing (a key, a block's first words).

    `more` is set if there may be members nobody can see here, of any name or of `only` those. `hidden` holds earlier
    members of a name written twice. `of` is the type of all members, where Terraform has a map and not an object.
    """

    entries: Mapping[str, Node]
    head: Span
    more: Unknown | None = None
    hidden: tuple[tuple[str, Node], ...] = ()
    only: frozenset[str] | None = None
    of: Type | None = None

    def find(self, name: str, *, fold: bool) -> Node | None:
        """The member of that name (`fold`: whatever its case), or None if it is not among those seen."""
        node = self.entries.get(name)
        if node is None and fold:
            wanted = name.casefold()
            node = next((n for key, n in self.entries.items() if key.casefold() == wanted), None)
        return node

    def may_have(self, name: str, *, fold: bool) -> bool:
        """Whether there may be a member of that name that nobody can see here."""
        if self.more is None or self.only is None:
            return self.more is not None
        return name in self.only or (fold and name.casefold() in {key.casefold() for key in self.only})


@dataclass(frozen=True, slots=True, eq=False)
class Seq:
    """Members in order; `more` is set if there may be members nobody can see here.

    `form` is that of the whole list, where a loop over something unknown makes it. `of` is the type of all members,
    where Terraform has a list or a set and not a tuple.
    """

    items: tuple[Node, ...]
    more: Unknown | None = None
    form: str | None = None
    is_set: bool = False  # its members have no numbers: Terraform's sets
    of: Type | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of `options`, and `why` nobody knows which. An option is never a Choice itself."""

    options: tuple[Node, ...]
    why: Unknown


Value = None | bool | int | float | str | Map | Seq | Choice | Ref | Absent | Unknown


@dataclass(frozen=True, slots=True, eq=False)
class Node(Deferrable):
    """A value, where it is used (`span`), and the way it came: `trail[0]` the nearest step, `trail[-1]` the origin.

    `of` is the type of a null or of something unknown, where Terraform knows it; of anything else it is a mark: that
    nobody knows the type, or whether the value is there at all.
    """

    value: Value
    span: Span
    trail: tuple[Hop, ...]
    of: Type | None = None

    @property
    def origin(self) -> Span:
        """The place where the value was written: the place to mend."""
        return self.trail[-1].span if self.trail else self.span

    def through(self, hop: Hop) -> Node:
        """The same value one step further on."""
        return Node(self.value, hop.span, (hop, *self.trail), self.of)

    def holding(self, value: Value) -> Node:
        """Another value at the same place and by the same way."""
        return Node(value, self.span, self.trail)


def literal(value: Value, span: Span, label: str = "written here") -> Node:
    """A value written at `span`."""
    return Node(value, span, (Hop(HopKind.LITERAL, span, label),))


def absent(head: Span, label: str) -> Node:
    """Something known not to be there, at the head of the innermost block that is."""
    return Node(ABSENT, head, (Hop(HopKind.DECLARATION, head, label),))


def unknown(cause: Cause, span: Span, label: str, form: str | None = None) -> Node:
    """Something not known, at `span`."""
    return Node(Unknown(cause, span, label, form), span, (Hop(HopKind.DECLARATION, span, label),))


def member(node: Node, name: str, *, fold: bool, label: str | None = None) -> Node:
    """The member `name` of a node: a Node in any case, absent or unknown where it cannot be had.

    A member of a closed map that is not there is absent, at the map's head; of an open one unknown. Members of a
    Choice are a Choice; of something unknown, unknown; of a scalar or a list, absent: the template is odd there.
    """
    value = node.value
    if isinstance(value, Map):
        found = value.find(name, fold=fold)
        if found is not None:
            return carried(found, node)
        if value.more is not None and value.may_have(name, fold=fold):
            return Node(_part(value.more, name), value.head, node.trail)
        return absent(value.head, label or f"no {name} here")
    if isinstance(value, Choice):
        return choice([member(o, name, fold=fold, label=label) for o in value.options], value.why, node)
    if isinstance(value, Unknown):
        return node.holding(_part(value, name))
    if isinstance(value, Ref):
        return node.holding(Ref(value.address, (*value.rest, name)))
    return absent(node.span, label or f"no {name} here")


_WAYS: Final = frozenset({HopKind.REFERENCE, HopKind.ARGUMENT, HopKind.DEFAULT, HopKind.BINDING, HopKind.BRANCH})


def carried(child: Node, holder: Node) -> Node:
    """A member that came by the way its holder came."""
    hops = [hop for hop in holder.trail if hop.kind in _WAYS]
    return Node(child.value, child.span, (*hops, *child.trail), child.of) if hops else child


def choice(options: list[Node], why: Unknown, at: Node) -> Node:
    """A Choice of the options, flattened, at the place of `at`; the one option itself if there is only one.

    Options that are one value written at one place are one: nothing depends on which of them is taken. Only of two
    options that were given as two the form of `why` says which is taken: the first where it is true.
    """
    if len(options) == 1:
        return options[0]
    flat: list[Node] = []
    for option in options:
        flat.extend(option.value.options if isinstance(option.value, Choice) else [option])
    kept = list({_identity(option): option for option in reversed(flat)}.values())[::-1]
    if not len(kept) == len(flat) == len(options):
        why = replace(why, form=_joint_form(options, why, kept))
    return kept[0] if len(kept) == 1 else at.holding(Choice(tuple(kept), why))


def _joint_form(options: list[Node], why: Unknown, kept: list[Node]) -> str | None:
    """What a flattened Choice hangs on: its own form and those of the Choices in it, and what each of them leads to."""
    numbers = {_identity(option): str(at) for at, option in enumerate(kept)}
    forms = [why.form or ""]
    for option in options:
        value = option.value
        inner = value.options if isinstance(value, Choice) else (option,)
        form = value.why.form if isinstance(value, Choice) else ""
        if form is None:
            return None
        forms.append(f"{form}:{','.join(numbers[_identity(one)] for one in inner)}")
    return None if why.form is None else f"{{?[{';'.join(forms)}]}}"


def _identity(node: Node) -> object:
    value = node.value
    if isinstance(value, Ref):
        return "ref", value.address, value.rest, node.origin
    if value is None or isinstance(value, Absent | bool | int | float | str):
        return type(value), value, node.origin
    return id(value)


def _part(whole: Unknown, name: str) -> Unknown:
    form = None if whole.form is None else f"{{{strip_hole(whole.form)}.{step_form(name)}}}"
    return Unknown(whole.cause, whole.span, whole.label, form)


def step_form(name: str) -> str:
    """A member's name as forms say it: `o['x.y']` is not `o.x.y`."""
    return (
        name
        if name.replace("_", "").replace("-", "").isalnum()
        else "'" + name.translate(_BRACES).replace("'", "''") + "'"
    )


def strip_hole(form: str) -> str:
    """The inside of a form that is one hole, `{param:x}` to `param:x`; any other form as it is."""
    inner = form[1:-1]
    return inner if form[:1] == "{" and form[-1:] == "}" and "{" not in inner and "}" not in inner else form


def doubt(node: Node) -> Unknown | None:
    """Why a value is not known, None if it is."""
    value = node.value
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Choice):
        return value.why
    if isinstance(value, Map | Seq):
        return value.more
    return None


def negated(form: str | None) -> str | None:
    """The form of *not* of a truth's form; not of not is the form itself."""
    if form is None:
        return None
    if not (form.startswith("{") and form.endswith("}")):
        return f"{{!({form})}}"
    return "{" + form[2:] if form.startswith("{!") else "{!" + form[1:]


# A brace that belongs to a text must not look like a hole of a form.
_BRACES: Final = str.maketrans("{}", "⦃⦄")


def form_of(node: Node) -> str | None:
    """The form of a scalar value as text with holes, for comparing; None if it has none."""
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | str):
        return str(value).translate(_BRACES)
    if isinstance(value, Unknown):
        return value.form
    if isinstance(value, Ref):
        return "{" + ".".join((f"ref:{value.address}", *map(step_form, value.rest))) + "}"
    return None


def has_text(form: str | None) -> bool:
    """Whether a form has characters outside of its holes: then it is a text, whatever stands in the holes."""
    depth = 0
    for char in form or "":
        if char == "{":
            depth += 1
        elif depth == 0:
            return True
        elif char == "}":
            depth -= 1
    return False


def walk(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every node below and including this one with its path; options of a Choice as `?0`, list members as `0`."""
    yield path, node
    value = node.value
    if isinstance(value, Map):
        for key, child in value.entries.items():
            yield from walk(child, (*path, key))
    elif isinstance(value, Seq):
        for at, child in enumerate(value.items):
            yield from walk(child, (*path, str(at)))
    elif isinstance(value, Choice):
        for at, child in enumerate(value.options):
            yield from walk(child, (*path, f"?{at}"))
