"""Template: one file as declarations over one expression tree, whatever the language it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum

from mnlint.model.finding import Notice
from mnlint.model.record import Deferrable, dataclass, field
from mnlint.model.text import Comment, Source, Span
from mnlint.model.typing import Any


class Op(StrEnum):
    """What an expression is; in brackets the form of its `args`.

    A reader lowers its language to these. Names are whole dotted words of one namespace: `mode` in Bicep,
    `parameters.mode` and `variables.mode` (in lower case) in ARM JSON, `var.mode`, `local.m`, `module.hub`,
    `data.azurerm_x.y`, `azurerm_x.y`, `each.key`, `count.index`, `path.module` in Terraform.
    Operators are calls by their sign: `!`, `-`, `==`, `&&`, `??` ...; a method call is a call by `.name` with its
    target as first argument.
    """

    LITERAL = "literal"  # (scalar,)   None, bool, int, float or str
    TEXT = "text"  # (Expr, ...)   interpolated text: the parts in order
    NAME = "name"  # (str,)
    MEMBER = "member"  # (target, str, safe: bool)   safe: null of null, as `.?` does
    INDEX = "index"  # (target, Expr, safe: bool)
    CALL = "call"  # (str, (Expr, ...))
    COND = "cond"  # (test, yes, no)
    ARRAY = "array"  # (Expr, ...)   members; a SPREAD among them is spliced in
    OBJECT = "object"  # ((key: Expr, value: Expr), ...)   a SPREAD as key, with value None, is merged in
    SPREAD = "spread"  # (Expr,)
    FOR = "for"  # (names: (str, ...), collection, key: Expr | None, value: Expr, condition: Expr | None, grouped: bool)
    LAMBDA = "lambda"  # (names: (str, ...), body)
    OPAQUE = "opaque"  # (str,)   something that could not be read, in words


@dataclass(frozen=True, slots=True)
class Expr(Deferrable):
    """An expression with its place. `args` has the form its `op` documents.

    Every part of an object's entry keeps its own span: a key is a LITERAL at the place of the key's text (with its
    quotes), so that a missing member can be marked at the key that holds it. A string LITERAL spans its quotes.
    """

    op: Op
    span: Span
    args: tuple[Any, ...]


class Mode(Enum):
    """What a declaration does with its resource."""

    DECLARED = "declared"
    EXISTING = "existing"
    DATA = "data"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Shape(Deferrable):
    """What a type says of its values, as far as it matters: what they may be, and which parts of them are secret.

    `alias` is the way to the type that says the rest: the name of one, as this file calls it, and parts of that. The
    parts of an object are its properties and `*` for any other one, those of a list `[*]`, of a tuple `0`, `1` ...
    """

    literals: tuple[Expr, ...] | None = None  # a value is one of these; None if it may be something else
    nullable: bool = False
    secret: bool = False
    array: bool = False
    alias: tuple[str, ...] = ()
    members: Mapping[str, Shape] = field(default_factory=dict)
    options: tuple[Shape, ...] = ()  # the members of a union that are not all literals


@dataclass(frozen=True, slots=True)
class Import:
    """A name from another file: `symbol` is `name` there. Without a name, `symbol` is what all of them begin with:
    `types.mode` is `mode` there."""

    symbol: str
    name: str | None
    source: Expr  # a LITERAL path as written
    span: Span  # the name here


@dataclass(frozen=True, slots=True)
class Input(Deferrable):
    """A parameter: `symbol` as expressions name it (`var.mode`), `name` as callers and bindings do (`mode`)."""

    symbol: str
    name: str
    span: Span  # what to mark when it has no value: `param mode string`, `variable "mode"`, the key in ARM JSON
    default: Expr | None = None
    allowed: Expr | None = None
    secret: bool = False
    nullable: bool = False
    constraint: Expr | None = None  # Terraform's type, which values are converted to
    never_null: bool = False  # null means the default: Terraform's `nullable = false`
    shape: Shape | None = None  # Bicep's type, where other types say what it is, or parts of it are secret


@dataclass(frozen=True, slots=True)
class Binding(Deferrable):
    """A name for an expression: a variable, a local, an output, an assignment in a parameter file."""

    symbol: str
    expr: Expr
    span: Span  # the name where it is declared
    loop: Expr | None = None  # a FOR or ARM copy over it, if not in `expr`


@dataclass(frozen=True, slots=True)
class Loop(Deferrable):
    """A declaration made once for each member of a collection, or so many times.

    `names` are what the body calls the member and, if there is one, its index or key: (item,) or (item, index) in
    Bicep; ("each.value", "each.key") for for_each; ("count.index",) for count (`counted`: the collection is a number);
    ARM's copyIndex() is ("copyIndex:<name>",) with `counted`.
    """

    names: tuple[str, ...]
    collection: Expr
    counted: bool = False
    keyed: bool = False  # instances are addressed by key (for_each), not by number


@dataclass(frozen=True, slots=True)
class Declared(Deferrable):
    """A resource as written. `type` is Azure's (`Microsoft.X/y`, whole, for children too) or Terraform's.

    `body` is an OBJECT: in Bicep and ARM JSON the resource's own object (name, kind, properties ...), in Terraform its
    arguments and blocks (a block is an OBJECT under its type; blocks of one type more than once, or with `dynamic`, an
    ARRAY or FOR of OBJECTs, and a block once is an ARRAY of one).
    """

    symbol: str  # what expressions call it; for children without a name a made-up one that no expression can say
    type: str
    body: Expr
    head: Span  # the first words: `resource hub 'Microsoft...@...'`, `resource "t" "n"`, the value of "type" in ARM
    mode: Mode = Mode.DECLARED
    api_version: Expr | None = None
    condition: Expr | None = None
    loop: Loop | None = None
    batch: Expr | None = None
    waits_for: tuple[Expr, ...] = ()
    provider: Expr | None = None
    parent: Expr | None = None


@dataclass(frozen=True, slots=True)
class Call(Deferrable):
    """A module, or a nested deployment.

    `source` is an expression for its place (a LITERAL path as written) or the nested Template itself.
    """

    symbol: str  # `hub` in Bicep, `module.hub` in Terraform, a made-up one in ARM JSON
    source: Expr | Template
    arguments: Mapping[str, Expr]
    head: Span
    condition: Expr | None = None
    loop: Loop | None = None
    waits_for: tuple[Expr, ...] = ()
    providers: Mapping[str, Expr] = field(default_factory=dict)
    arguments_object: Expr | None = None  # arguments given as one expression that is not an object literal
    name: Expr | None = None  # of the deployment, where others may refer to it by that: ARM JSON
    scope: Expr | None = None  # what it deploys to, where that is not what the caller deploys to
    batch: Expr | None = None  # of how many instances one waits for the one before
    shares: bool = False  # names mean in its template what they mean here: a deployment of outer scope in ARM JSON
    version: Expr | None = None  # what versions Terraform may take of a registry's module, where the call says so


@dataclass(frozen=True, slots=True)
class Template(Deferrable):
    """One file, read. What could not be read is in `notices`, and what could is here all the same."""

    source: Source
    language: str  # a row of LANGUAGES: bicep, arm, terraform ...
    inputs: tuple[Input, ...] = ()
    names: tuple[Binding, ...] = ()
    resources: tuple[Declared, ...] = ()
    calls: tuple[Call, ...] = ()
    outputs: tuple[Binding, ...] = ()  # `symbol` is the bare name of the output
    providers: tuple[Declared, ...] = ()
    requires: Mapping[str, Expr] = field(default_factory=dict)  # provider name to version constraint
    scope: str | None = None
    imports: tuple[Import, ...] = ()
    types: Mapping[str, Shape] = field(default_factory=dict)  # of the file's own
    comments: tuple[Comment, ...] = ()
    notices: tuple[Notice, ...] = ()
    before: Template | None = None  # what is there now, where the file says so: a plan
    replaced: frozenset[str] = frozenset()  # addresses that a plan gives to a new resource in place of the old one
    # Of all that it declares, where that is known of what is not read yet: `microsoft.x`, `` for what nobody knows.
    namespaces: frozenset[str] | None = None

    @property
    def file(self) -> str:
        return self.source.file
