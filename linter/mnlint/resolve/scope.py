"""What a name means here: parameters, variables, loop members, resources and modules; circles end in Unknown."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mnlint.model.expr import Binding, Call, Declared, Expr, Input, Op, Template
from mnlint.model.finding import Notice
from mnlint.model.text import Source, Span
from mnlint.model.value import (
    Absent,
    Cause,
    Hop,
    HopKind,
    Map,
    Node,
    Ref,
    Seq,
    Unknown,
    choice,
    literal,
    unknown,
)
from mnlint.resolve.optional import completed

MAX_DEPTH = 150  # nested evaluations; deeper is Unknown, not a RecursionError
MAX_FUEL = 2_000_000  # evaluations for one deployment
MAX_SCOPES = 1_000  # module instances for one deployment
MAX_MODULE_DEPTH = 32
MAX_INSTANCES = 200  # of one loop; above, one symbolic instance stands for all


@dataclass(slots=True)
class World:
    """What all scopes of one deployment share."""

    templates: Mapping[str, Template]
    evaluate: Callable[..., Node]
    instances_of: Callable[[Declared | Call, Scope], list[Instance]]
    scope_of: Callable[[Instance], Scope]
    fuel: int = MAX_FUEL
    depth: int = 0
    scopes: int = 0
    notices: list[Notice] = field(default_factory=list)
    instances: dict[str, Instance] = field(default_factory=dict)
    modules: dict[str, Scope] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Instance:
    """One instance of a declaration: where its names are looked up, and under which conditions it exists."""

    address: str
    declared: Declared | Call
    scope: Scope
    guards: tuple[Node, ...]
    key: str | int | None = None
    symbolic: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one file (or folder, for Terraform) with one set of arguments."""

    world: World
    templates: Sequence[Template]
    language: str
    prefix: str = ""
    given: Callable[[str], Node | None] = lambda name: None  # what a caller or a parameter file says an input is
    guards: tuple[Node, ...] = ()
    callers: tuple[Span, ...] = ()  # heads of the calls that led here, the nearest first
    depth: int = 0
    local: Mapping[str, Node] = field(default_factory=dict)
    parent: Scope | None = None  # for members of a loop: the scope around it
    providers: Mapping[str, str] = field(default_factory=dict)
    _memo: dict[str, Node] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    _inputs: dict[str, Input] = field(default_factory=dict)
    _names: dict[str, tuple[Binding, Template]] = field(default_factory=dict)
    _declared: dict[str, tuple[Declared | Call, Template]] = field(default_factory=dict)
    _expanded: dict[str, list[Instance]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.parent is not None:
            return
        for template in self.templates:
            self._inputs.update((i.symbol, i) for i in template.inputs)
            self._names.update((b.symbol, (b, template)) for b in template.names)
            self._declared.update((d.symbol, (d, template)) for d in template.resources)
            self._declared.update((c.symbol, (c, template)) for c in template.calls)

    @property
    def fold(self) -> bool:
        """True where the case of a member's name does not matter."""
        return self.language != "terraform"

    @property
    def top(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def source(self, file: str) -> Source | None:
        template = self.world.templates.get(file)
        return template.source if template else None

    def words(self, span: Span, longest: int = 60) -> str:
        """The source text of a span in one line, cut if long."""
        source = self.source(span.file)
        text = " ".join(source.cut(span).split()) if source else ""
        return text if len(text) <= longest else text[: longest - 1] + "…"

    def within(self, names: Mapping[str, Node]) -> Scope:
        """This scope with some more names: the members of a loop, the parameters of a lambda."""
        return Scope(
            self.world,
            self.templates,
            self.language,
            self.prefix,
            guards=self.guards,
            depth=self.depth,
            local=dict(names),
            parent=self,
        )

    def local_name(self, name: str) -> Node | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.local:
                return scope.local[name]
            scope = scope.parent
        return None

    def function(self, name: str) -> Expr | None:
        """The function of the user's own of that name."""
        binding, _ = self._names.get(name, (None, None))
        return binding.expr if binding is not None and binding.expr.op is Op.LAMBDA else None

    def nested(self, parent: str, name: str) -> str | None:
        """The symbol of the resource that `parent::name` means in Bicep."""
        for symbol in (f"{parent}::{name}", name):
            declared, _ = self._declared.get(symbol, (None, None))
            above = declared.parent if isinstance(declared, Declared) else None
            if above is not None and above.op is Op.NAME and above.args[0] == parent:
                return symbol
        return None

    def lookup(self, name: str, span: Span) -> Node:
        """What `name` is worth, used at `span`."""
        found = self.local_name(name)
        if found is None:
            found = self.top._global(name, span)
        return found.through(Hop(HopKind.REFERENCE, span, self.words(span) or name))

    def _global(self, name: str, span: Span) -> Node:
        if name in self._memo:
            return self._memo[name]
        if name in self._busy:
            return unknown(Cause.CYCLE, span, name)
        self._busy.add(name)
        try:
            node = self._find(name, span)
        finally:
            self._busy.discard(name)
        self._memo[name] = node
        return node

    def _find(self, name: str, span: Span) -> Node:
        if name in self._inputs:
            return self._input(self._inputs[name])
        if name in self._names:
            binding, _ = self._names[name]
            return self.world.evaluate(binding.expr, self, binding.span)
        if name in self._declared:
            return self._handle(name)
        return unknown(Cause.UNDECLARED, span, self.words(span) or name, f"{{name:{name}@{self.prefix}}}")

    def _input(self, wanted: Input) -> Node:
        kind = "variable" if self.language == "terraform" else "parameter"
        label = f"{kind} {wanted.name}"
        form = f"{{param:{wanted.name.lower()}@{self.prefix}}}" if self.prefix else f"{{param:{wanted.name.lower()}}}"
        if wanted.secret:
            return unknown(Cause.SECRET, wanted.span, label, form)
        given = self.given(wanted.name)
        if given is not None and not isinstance(given.value, Absent):
            return self._completed(given, wanted)
        if wanted.default is not None:
            node = self._completed(self.world.evaluate(wanted.default, self, wanted.span), wanted)
            return node.through(Hop(HopKind.DEFAULT, wanted.default.span, f"the default of {label}"))
        if wanted.nullable:
            return literal(None, wanted.span, f"{label} is null unless given")
        node = unknown(Cause.NO_VALUE, wanted.span, label, form)
        if wanted.allowed is not None:
            options = self.world.evaluate(wanted.allowed, self).value
            if isinstance(options, Seq) and options.items and options.more is None and isinstance(node.value, Unknown):
                return choice(list(options.items), node.value, node)
        return node

    def _completed(self, node: Node, wanted: Input) -> Node:
        if wanted.constraint is None:
            return node
        return completed(node, wanted.constraint, lambda expr: self.world.evaluate(expr, self))

    # ── resources and modules ──

    def _handle(self, symbol: str) -> Node:
        """What a resource's or a module's name is worth: a Ref, or several by number or key."""
        declared, _ = self._declared[symbol]
        instances = self.expand(symbol)
        if declared.loop is None:
            return literal(Ref(self.prefix + symbol), declared.head, symbol)
        open_by = Unknown(Cause.DYNAMIC, declared.loop.collection.span, self.words(declared.loop.collection.span))
        more = open_by if any(i.symbolic for i in instances) else None
        refs = [(i.key, literal(Ref(i.address), declared.head, symbol)) for i in instances if not i.symbolic]
        if declared.loop.keyed:
            return literal(Map({str(k): n for k, n in refs}, declared.head, more), declared.head, symbol)
        return literal(Seq(tuple(n for _, n in refs), more), declared.head, symbol)

    def instance(self, symbol: str, key: object) -> Instance | None:
        """The instance of a looped declaration with that key or number."""
        top = self.top
        if symbol not in top._declared or top._declared[symbol][0].loop is None or symbol in top._busy:
            return None
        found = top.expand(symbol)
        exact = next((i for i in found if i.key == key and not i.symbolic), None)
        # With a count nobody knows, number 0 is there if any is: the symbolic instance stands for it.
        return exact or next((i for i in found if i.symbolic and i.key == key), None)

    def expand(self, symbol: str) -> list[Instance]:
        """The instances of a declaration, made once."""
        if symbol not in self._expanded:
            made = self.world.instances_of(self._declared[symbol][0], self)
            self._expanded[symbol] = made
            self.world.instances.update((i.address, i) for i in made)
        return self._expanded[symbol]

    def declarations(self) -> list[Declared | Call]:
        return [declared for declared, _ in self._declared.values()]


def folder_of(file: str) -> str:
    """The folder of a file, `` for the boundary itself."""
    return posixpath.dirname(file)
