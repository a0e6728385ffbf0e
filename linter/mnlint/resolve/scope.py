"""What a name means here: parameters, variables, loop members, resources and modules; circles end in Unknown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence

from mnlint.model.expr import Binding, Call, Declared, Expr, Import, Input, Loop, Op, Shape, Template
from mnlint.model.finding import Notice
from mnlint.model.ids import HERE
from mnlint.model.limits import EVALUATIONS, Limits
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field, replace
from mnlint.model.text import Source, Span
from mnlint.model.value import (
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
    Value,
    choice,
    form_of,
    literal,
    step_form,
    unknown,
)
from mnlint.resolve.forms import call_form, may_be_null

MAX_DEPTH = 150  # nested evaluations; deeper is Unknown, not a RecursionError
MAX_OPTIONS = 16  # a Choice of more is Unknown
MAX_INSTANCES = 200  # of one loop; above, one symbolic instance stands for all
_MEMBER = pattern(r"\{(?!#).*\.[^.(){}]+\}", re.DOTALL)  # the form of a member of something
_INPUTS = {"terraform": "variable", "azureml": "placeholder"}  # what a language calls what it is given


@dataclass(slots=True)
class World:
    """What all scopes of one deployment share."""

    templates: Mapping[str, Template]
    evaluate: Callable[..., Node]
    instances_of: Callable[[Declared | Call, Scope], list[Instance]]
    scope_of: Callable[[Instance], Scope]
    modules_of: Callable[[str, str], Template | str] = lambda caller, source: ""  # of registries; or why there is none
    outside: dict[str, Template] = field(default_factory=dict)  # those that were asked for, by the name of their text
    home_of: Callable[[Import, Scope], Scope | None] = lambda found, scope: None  # of what is imported from a file
    homes: dict[str, Scope] = field(default_factory=dict)
    secret_shapes: dict[int, bool] = field(default_factory=dict)  # see shapes.py, which alone uses it
    places: dict[str, str] = field(default_factory=dict)  # ids of what functions such as resourceGroup() mean, by form
    content: Callable[[str], bytes | None] = lambda file: None  # of a file below the boundary; see run.py
    below: Callable[[str], Sequence[str] | None] = lambda folder: None  # the files below a folder, by paths from it
    mentions: dict[int, object] = field(default_factory=dict)  # see waits.py, which alone uses these two
    led_to: dict[tuple[Scope, str], tuple[Node, ...]] = field(default_factory=dict)
    loaded: dict[tuple[object, ...], Node] = field(default_factory=dict)  # what files gave, by the call
    # The text of a Terraform template, with the names that it may use, as an expression at a place.
    template_of: Callable[[str, frozenset[str], Span], Expr | None] = lambda text, names, span: None
    parsed: dict[tuple[object, ...], Expr | None] = field(default_factory=dict)  # by the same
    limits: Limits = field(default_factory=Limits)
    fuel: int = EVALUATIONS  # what is left of the limit
    depth: int = 0
    scopes: int = 0
    holes: int = 0  # in texts, of which each is like no other
    notices: list[Notice] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)  # the limits of which it is said
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
    level: int = 0  # how many loops, lambdas and functions of the user's own there are around
    made_by: Instance | None = None  # for a module: the call
    left_out: bool = False  # for a module: a limit was passed, so that nobody looks into it
    around: Scope | None = None  # for a module that shares its caller's names: the caller, who knows what is not here
    providers: Mapping[str, str] = field(default_factory=dict)
    deploys_to: Callable[[], str | None] = lambda: HERE  # None if nobody can tell
    deployments: dict[str, str] | None = None  # addresses of ARM's deployments by name, once somebody asks
    _memo: dict[str, Node] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    _inputs: dict[str, Input] = field(default_factory=dict)
    _names: dict[str, tuple[Binding, Template]] = field(default_factory=dict)
    _declared: dict[str, tuple[Declared | Call, Template]] = field(default_factory=dict)
    _expanded: dict[str, list[Instance]] = field(default_factory=dict)
    _inner: dict[tuple[str, str], str] = field(default_factory=dict)  # a resource and what it calls one in it
    _imports: dict[str, Import] = field(default_factory=dict)
    _where: str | None = None
    top: Scope = field(init=False, repr=False)
    fold: bool = field(init=False)  # True where the case of a member's name does not matter

    def __post_init__(self) -> None:
        self.fold = self.language != "terraform"
        self.top = self if self.parent is None else self.parent.top
        if self.parent is not None:
            return
        for template in self.templates:
            self._inputs.update((i.symbol, i) for i in template.inputs)
            self._names.update((b.symbol, (b, template)) for b in template.names)
            self._declared.update((d.symbol, (d, template)) for d in template.resources)
            self._declared.update((c.symbol, (c, template)) for c in template.calls)
            for one in template.resources:
                if one.parent is not None and one.parent.op is Op.NAME:
                    self._inner[one.parent.args[0], one.symbol.rpartition("::")[2]] = one.symbol
            self._imports.update((i.symbol, i) for i in template.imports)

    @property
    def owner(self) -> Scope:
        """The scope whose names are meant here: that of the file, or of whom it shares the names with."""
        scope = self.top
        while scope.around is not None:
            scope = scope.around.top
        return scope

    @property
    def where(self) -> str:
        """The id of what this template is deployed to, with holes."""
        top = self.top
        if top._where is None:
            own = top._where = f"{{place:{top.prefix}}}"  # equal to no other; should it lean on itself, this it is
            top._where = top.deploys_to() or own
        return top._where

    def source(self, file: str) -> Source | None:
        template = self.world.templates.get(file) or self.world.outside.get(file)
        return template.source if template else None

    def words(self, span: Span, longest: int = 60) -> str:
        """The source text of a span in one line, cut if long."""
        source = self.source(span.file)
        text = source.text[span.start : span.end] if source else ""
        if not text.isalnum():
            text = " ".join(text.split(None, longest))  # so many words are more than is shown
        return text if len(text) <= longest else text[: longest - 1] + "…"

    def shown(self, span: Span) -> Span:
        """A place to show: of one inside a module of a registry, the nearest call of ours that leads there."""
        return next((s for s in (span, *self.top.callers) if not s.outside), span)

    def within(self, names: Mapping[str, Node], caller: int = 0) -> Scope:
        """This scope with some more names: the members of a loop, the parameters of a lambda, or of a function that is
        called at a level."""
        return Scope(
            self.world,
            self.templates,
            self.language,
            self.prefix,
            guards=self.guards,
            depth=self.depth,
            local=dict(names),
            parent=self,
            level=self.level + caller + 1,
        )

    def local_name(self, name: str) -> Node | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.local:
                return scope.local[name]
            scope = scope.parent
        return None

    def function(self, name: str) -> tuple[Expr, Scope] | None:
        """The function of the user's own of that name, and where the names in its body are looked up."""
        if name in self._names:
            return self._own_function(name)
        found = self._import(name)
        if found is not None:
            home, there = self.world.home_of(found, self), _original(found, name)
            return home._own_function(f"__bicep.{there.lower()}" if home.language == "arm" else there) if home else None
        return self.around.top.function(name) if self.around is not None else None

    def _own_function(self, name: str) -> tuple[Expr, Scope] | None:
        binding, _ = self._names.get(name, (None, None))
        return (binding.expr, self) if binding is not None and binding.expr.op is Op.LAMBDA else None

    def imports(self, name: str) -> bool:
        """True if a name stems from another file, whether that can be read or not."""
        return self._import(name) is not None

    def _import(self, name: str) -> Import | None:
        """The import that a name stems from: of the name itself, or of all that begins with its first word."""
        if not self._imports:
            return None
        found = self._imports.get(name) or self._imports.get(name.partition(".")[0])
        return found if found is not None and (found.symbol == name or found.name is None) else None

    def _imported(self, found: Import, name: str, span: Span) -> Node:
        """The value of a variable of another file, as that file's own scope knows it."""
        home, there = self.world.home_of(found, self), _original(found, name)
        symbol = f"variables.{there.lower()}" if home is not None and home.language == "arm" else there
        if home is not None and symbol in home._names:
            return home._global(symbol, span)
        path = posixpath.normpath(posixpath.join(folder_of(found.span.file), str(found.source.args[0])))
        return unknown(Cause.MODULE, span, f"{there} of {found.source.args[0]}", f"{{import:{there}@{path}}}")

    def type_named(self, name: str, part: str) -> tuple[Shape, Scope, int] | None:
        """A type, where its own names are looked up, and whether `part` belonged to its name: 1 or 0."""
        own = self._own_type(name)
        if own is not None:
            return own, self, 0
        found = self._imports.get(name)
        home = self.world.home_of(found, self) if found is not None else None
        meant = home._own_type(found.name or part) if found is not None and home is not None else None
        if found is None or home is None or meant is None:
            return None
        return meant, home, int(found.name is None)

    def _own_type(self, name: str) -> Shape | None:
        return next((t.types[name] for t in self.templates if name in t.types), None)

    def nested(self, parent: str, name: str) -> str | None:
        """The symbol of the resource that `parent::name` means in Bicep."""
        return self._inner.get((parent, name))

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
        found = self._import(name)
        if found is not None:
            return self._imported(found, name, span)
        if self.around is not None:
            return self.around.local_name(name) or self.around.top._global(name, span)
        if self.language == "terraform":
            from mnlint.resolve.surroundings import surrounding

            known = surrounding(name, span, self)
            if known is not None:
                return known
        return unknown(Cause.UNDECLARED, span, self.words(span) or name, f"{{name:{name}@{self.prefix}}}")

    def _input(self, wanted: Input) -> Node:
        if wanted.shape is None:
            return self._value_of(wanted)
        from mnlint.resolve.shapes import masked, typed

        return masked(self._value_of(typed(wanted, self)), wanted.shape, self)

    def _value_of(self, wanted: Input) -> Node:
        kind = _INPUTS.get(self.language, "parameter")
        label = f"{kind} {wanted.name}"
        name = step_form(wanted.name.lower() if self.fold else wanted.name)
        form = f"{{param:{name}@{self.prefix}}}" if self.prefix else f"{{param:{name}}}"
        if wanted.secret:
            return self._completed(unknown(Cause.SECRET, wanted.span, label, form), wanted)
        given = self.given(wanted.name)
        if given is not None and not isinstance(given.value, Absent):
            return self._completed(self._given(given, wanted), wanted)
        if wanted.default is not None:
            node = self._completed(self.world.evaluate(wanted.default, self, wanted.span), wanted)
            return node.through(Hop(HopKind.DEFAULT, wanted.default.span, f"the default of {label}"))
        if wanted.nullable:
            return literal(None, wanted.span, f"{label} is null unless given")
        why = Cause.PLACEHOLDER if self.language == "azureml" else Cause.NO_VALUE
        node = self._completed(unknown(why, wanted.span, label, form), wanted)
        if wanted.allowed is not None:
            options = self.world.evaluate(wanted.allowed, self).value
            if isinstance(options, Seq) and options.items and options.more is None and isinstance(node.value, Unknown):
                return choice(list(options.items), node.value, node)
        return node

    def _given(self, given: Node, wanted: Input) -> Node:
        """What an input is when it is given: in ARM and Bicep null means that it is not, in Terraform seldom."""
        if wanted.default is None or (self.language == "terraform" and not wanted.never_null):
            return given
        value = given.value
        if isinstance(value, Choice):
            return choice([self._given(option, wanted) for option in value.options], value.why, given)
        if value is not None and not isinstance(value, Absent) and not _may_be_left_out(value):
            return given
        default = self.world.evaluate(wanted.default, self, wanted.span)
        default = default.through(Hop(HopKind.DEFAULT, wanted.default.span, f"the default of parameter {wanted.name}"))
        if not isinstance(value, Unknown):
            return default
        if default.value is None or isinstance(default.value, Absent):
            return given
        return given.holding(Unknown(value.cause, value.span, value.label, call_form("??", [given, default])))

    def _completed(self, node: Node, wanted: Input) -> Node:
        if wanted.constraint is None:
            return node
        from mnlint.resolve.optional import completed

        return completed(node, wanted.constraint, lambda expr: self.world.evaluate(expr, self))

    # ── resources and modules ──

    def _handle(self, symbol: str) -> Node:
        """What a resource's or a module's name is worth: a Ref, or several by number or key."""
        declared, _ = self._declared[symbol]
        instances = self.expand(symbol)
        if declared.loop is None:
            return literal(Ref(self.prefix + symbol), declared.head, symbol)
        open_by = Unknown(Cause.DYNAMIC, declared.loop.collection.span, self.words(declared.loop.collection.span))
        seen = [i for i in instances if not i.symbolic]
        sure = [i for i in seen if len(i.guards) == len(self.guards)]
        more = open_by if len(seen) < len(instances) else None
        whole = _listed(seen, more, declared, declared.loop)
        if len(sure) == len(seen) and declared.condition is None:
            return whole
        # All of them, or no more than those that are there under no condition of their own.
        forms = {tuple(form_of(g) for g in i.guards[len(self.guards) :]) for i in seen if i not in sure}
        alone = forms.pop() if len(forms) == 1 and more is None and declared.condition is None else ()
        told = len(alone) == 1 and alone[0] is not None
        fewer = _listed(sure, None if told else open_by, declared, declared.loop)
        return choice([whole, fewer], replace(open_by, form=alone[0] if told else None), whole)

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

    def declaration(self, symbol: str) -> Declared | Call | None:
        """The resource or module of that symbol."""
        return self._declared[symbol][0] if symbol in self._declared else None

    def meaning(self, name: str) -> Input | Binding | Declared | Call | None:
        """What this file declares under a name."""
        binding, _ = self._names.get(name, (None, None))
        return self._inputs.get(name) or binding or self.declaration(name)

    def declarations(self) -> list[Declared | Call]:
        return [declared for declared, _ in self._declared.values()]


def _listed(instances: Sequence[Instance], more: Unknown | None, declared: Declared | Call, loop: Loop) -> Node:
    """The instances of a looped declaration by key or in order."""
    refs = [(i.key, literal(Ref(i.address), declared.head, declared.symbol)) for i in instances]
    if loop.keyed:
        return literal(Map({str(k): n for k, n in refs}, declared.head, more), declared.head, declared.symbol)
    return literal(Seq(tuple(n for _, n in refs), more), declared.head, declared.symbol)


def _may_be_left_out(value: Value) -> bool:
    """Whether a value that is not known may be null: a member of something may, a parameter without a default not."""
    form = value.form if isinstance(value, Unknown) else None
    return form is not None and may_be_null(value) and (form.startswith("{[](") or _MEMBER.fullmatch(form) is not None)


def _original(found: Import, name: str) -> str:
    """What is called `name` here is called in its own file."""
    return found.name if found.name is not None else name.partition(".")[2]


def folder_of(file: str) -> str:
    """The folder of a file, `` for the boundary itself."""
    return posixpath.dirname(file)
