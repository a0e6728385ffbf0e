"""Bicep's declarations: what each of them says of parameters, resources and modules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from mnlint.formats.bicep.expressions import (
    Decorators,
    arguments_of,
    is_loop,
    is_secret,
    read_condition,
    read_decorators,
    read_expression,
    read_loop,
    read_object,
)
from mnlint.formats.bicep.parser import Fault, Parser
from mnlint.formats.bicep.statements import (
    Statement,
    read_extension,
    read_import,
    read_name,
    read_path,
    read_statements,
    read_type_declaration,
    read_value,
    read_variable,
)
from mnlint.formats.bicep.tokens import LINE, MULTI, WORD
from mnlint.formats.bicep.types import allowed, named, read_type, resolve
from mnlint.model.expr import Binding, Call, Declared, Expr, Import, Input, Loop, Mode, Op, Shape, Template
from mnlint.model.record import replace
from mnlint.model.text import Source, Span
from mnlint.model.typing import Final

_NOTHING: Final = Shape()
Path = tuple[str, ...]  # the names of the resources around a nested one, and its own
Shared = Mapping[Path, Mapping[str, str]]  # of nested resources whose name is not unique: around them, name, symbol


class File:
    """What the statements of one file, or of a part of one, add up to."""

    def __init__(
        self,
        source: Source,
        shared: Shared,
        part: tuple[int, int] | None = None,
        namespaces: frozenset[str] | None = None,
    ) -> None:
        self.shared = shared
        self.paths: list[Path] = []  # of all resources
        self.parser = Parser(source, _KEYWORDS, part, namespaces)
        self.scope: str | None = None
        self.inputs: list[Input] = []
        self.kinds: list[Shape] = []  # of the inputs
        self.names: list[Binding] = []
        self.resources: list[Declared] = []
        self.calls: list[Call] = []
        self.outputs: list[Binding] = []
        self.types: dict[str, Shape] = {}
        self.imported: list[Import] = []

    def read(self) -> None:
        kept = (self.inputs, self.names, self.resources, self.calls, self.outputs)
        read_statements(self, self.parser, _STATEMENTS, kept)

    def template(self, source: Source) -> Template:
        types = resolve(self.types)
        return Template(
            source=source,
            language="bicep",
            inputs=tuple(with_type(i, named(k, types)) for i, k in zip(self.inputs, self.kinds, strict=True)),
            names=tuple(self.names),
            resources=tuple(self.resources),
            calls=tuple(self.calls),
            outputs=tuple(self.outputs),
            scope=self.scope,
            imports=tuple(self.imported),
            types=self.types,
            comments=self.parser.comments,
            notices=tuple(self.parser.notices),
        )

    def parameter(self, first: int, decorators: Decorators) -> None:
        parser = self.parser
        name = parser.name("the parameter")
        kind, default, span = _NOTHING, None, parser.span(first)
        try:
            kind = read_type(parser)
            span = parser.span(first)
            if parser.kinds[parser.at] == "=":
                parser.at += 1
                default = read_expression(parser)
        except Fault as fault:
            default = parser.lose_statement(fault, first)
        limits = arguments_of(decorators, "allowed")
        listed = limits[0] if limits and limits[0].op is Op.ARRAY else None
        self.inputs.append(Input(name, name, span, default, listed, is_secret(decorators)))
        self.kinds.append(kind)

    def variable(self, first: int, _: Decorators) -> None:
        self.names.append(read_variable(self.parser, first))

    def output(self, first: int, _: Decorators) -> None:
        name = read_name(self.parser, "the output")
        try:
            read_type(self.parser)
        except Fault as fault:
            lost = self.parser.lose_statement(fault, first)
            self.outputs.append(Binding(name.symbol, lost, name.span))
            return
        self.outputs.append(Binding(name.symbol, read_value(self.parser, first), name.span))

    def function(self, first: int, _: Decorators) -> None:
        parser = self.parser
        name = read_name(parser, "the function")
        begin = parser.at
        parameters: list[str] = []
        try:
            parser.take("(")
            parser.lines()
            while parser.kinds[parser.at] != ")":
                parameters.append(parser.name("a parameter"))
                read_type(parser)
                parser.lines()
                if parser.kinds[parser.at] != ")":
                    parser.take(",", "a comma or )")
                    parser.lines()
            parser.at += 1
            read_type(parser)
            parser.take("=>")
            parser.lines()
            body = read_expression(parser)
        except Fault as fault:
            body = parser.lose_statement(fault, first)
        begin = min(begin, parser.at - 1)  # where the file ends behind the name
        self.names.append(Binding(name.symbol, parser.node(Op.LAMBDA, begin, tuple(parameters), body), name.span))

    def type_alias(self, _: int, decorators: Decorators) -> None:
        name, found = read_type_declaration(self.parser, decorators)
        self.types[name] = found

    def imports(self, _: int, __: Decorators) -> None:
        self.imported.extend(read_import(self.parser))

    def extension(self, _: int, __: Decorators) -> None:
        read_extension(self.parser)

    def target_scope(self, first: int, _: Decorators) -> None:
        value = read_value(self.parser, first)
        if value.op is Op.LITERAL and isinstance(value.args[0], str):
            self.scope = value.args[0]

    def unneeded(self, first: int, _: Decorators) -> None:
        """`metadata` and `assert` deploy nothing."""
        self.parser.name("what is declared")
        read_value(self.parser, first)

    def test(self, first: int, _: Decorators) -> None:
        self.parser.name("the test")
        read_path(self.parser, "the path of a test file")
        read_value(self.parser, first)

    def shared_names(self) -> Shared:
        """Symbols of their own for the nested resources that share their name with anything else in the file."""
        count = symbols(self.inputs, self.names, self.calls, self.paths)
        shared: dict[Path, dict[str, str]] = {}
        for *around, name in self.paths:
            if around and count[name] > 1:
                shared.setdefault(tuple(around), {})[name] = "::".join((*around, name))
        return shared

    # ── resources and modules ──

    def resource(self, first: int, decorators: Decorators) -> None:
        """A resource, with those in its body."""
        parser = self.parser
        name = read_name(parser, "the resource")
        declared = self._declare(first, name.symbol, None)
        try:
            self._finish(declared, (name.symbol,), name.span, decorators, None)
        except Fault as fault:
            self.resources[declared] = replace(self.resources[declared], body=parser.lose_statement(fault, first))

    def _nested(self, outer: int, around: Path, name_of_outer: Span) -> None:
        """A resource in the body of another one; a mistake in it costs that body a member."""
        parser = self.parser
        parser.enter("resource")
        begin = parser.at
        decorators = read_decorators(parser)
        first = parser.at
        if not parser.is_word("resource"):
            start, end = parser.starts[begin], parser.ends[begin]
            raise Fault("expected a resource after this decorator", start, end, begin)
        parser.at += 1
        name = read_name(parser, "the resource")
        path = (*around, name.symbol)
        symbol = self.shared.get(around, {}).get(name.symbol, name.symbol)
        declared = self._declare(first, symbol, self.resources[outer])
        parent = Expr(Op.NAME, name_of_outer, (self.resources[outer].symbol,))
        self._finish(declared, path, name.span, decorators, parent)
        parser.leave()

    def _declare(self, first: int, symbol: str, outer: Declared | None) -> int:
        """Adds a resource as far as its first line says, its body still unread; its number."""
        parser = self.parser
        head, kind, version = self._type(first)
        if outer is not None:
            if "/" in kind:
                # A nested resource has one segment for a type. With more, the body before it was not closed.
                raise Fault("expected } before this resource", head.start, head.end, first)
            kind, version = f"{outer.type}/{kind}", version or outer.api_version
        mode = Mode.DECLARED
        if parser.is_word("existing"):
            parser.at += 1
            mode = Mode.EXISTING
        self.resources.append(Declared(symbol, kind, Expr(Op.OPAQUE, head, ("not read",)), head, mode, version))
        return len(self.resources) - 1

    def _finish(self, declared: int, path: Path, name: Span, decorators: Decorators, parent: Expr | None) -> None:
        """Reads the rest of a resource."""
        parser, around = self.parser, self.parser.renamed
        self.paths.append(path)
        inside = self.shared.get(path)
        try:
            parser.renamed = {**around, **inside} if inside else around
            body, condition, loop = self._body(lambda: self._nested(declared, path, name))
        finally:
            parser.renamed = around
        batch = arguments_of(decorators, "batchSize")
        self.resources[declared] = replace(
            self.resources[declared],
            body=body,
            condition=condition,
            loop=loop,
            batch=batch[0] if batch else None,
            waits_for=_waits_for(body),
            parent=parent or entry(body, "parent"),
        )

    def _body(self, nested: Callable[[], None] | None) -> tuple[Expr, Expr | None, Loop | None]:
        """`= {...}`, `= if (...) {...}` or `= [for ...]`: the object, its condition and its loop."""
        parser = self.parser
        parser.take("=")
        if parser.kinds[parser.at] == LINE and parser.kinds[parser.at + 1] == WORD:
            parser.at += parser.word(parser.at + 1) == "if"
        if is_loop(parser):
            names, collection, (body, condition) = read_loop(parser, lambda: self._conditional(nested))
            return body, condition, Loop(names, collection)
        body, condition = self._conditional(nested)
        return body, condition, None

    def _conditional(self, nested: Callable[[], None] | None) -> tuple[Expr, Expr | None]:
        condition = read_condition(self.parser)
        if self.parser.kinds[self.parser.at] != "{":
            raise self.parser.expected("{" if condition else "{, if (...) or [for ...")
        return read_object(self.parser, nested), condition

    def module(self, first: int, decorators: Decorators) -> None:
        parser = self.parser
        symbol = parser.name("the module")
        path = read_path(parser, "the path of the module")
        head = parser.span(first)
        try:
            body, condition, loop = self._body(None)
        except Fault as fault:
            body, condition, loop = parser.lose_statement(fault, first), None, None
        arguments, whole = _arguments(body)
        batch = arguments_of(decorators, "batchSize")
        self.calls.append(
            Call(
                symbol,
                path,
                arguments,
                head,
                condition,
                loop,
                _waits_for(body),
                arguments_object=whole,
                name=entry(body, "name"),
                scope=entry(body, "scope"),
                batch=batch[0] if batch else None,
            )
        )

    def _type(self, first: int) -> tuple[Span, str, Expr | None]:
        """`'type@version'`: the head of the declaration that ends with it, the type, and the version at its place."""
        parser = self.parser
        written = read_path(parser, "the type of the resource")
        head = parser.span(first)
        kind, at, version = str(written.args[0]).partition("@")
        if not at:
            return head, kind, None
        end = head.end - (3 if parser.kinds[parser.at - 1] == MULTI else 1)
        return head, kind, Expr(Op.LITERAL, Span(head.file, end - len(version), end), (version,))


_STATEMENTS: Final[Mapping[str, Statement[File]]] = {
    "param": File.parameter,
    "var": File.variable,
    "resource": File.resource,
    "module": File.module,
    "output": File.output,
    "type": File.type_alias,
    "func": File.function,
    "import": File.imports,
    "targetScope": File.target_scope,
    "metadata": File.unneeded,
    "extension": File.extension,
    "provider": File.extension,
    "assert": File.unneeded,
    "test": File.test,
}
_KEYWORDS: Final = frozenset(_STATEMENTS)


def symbols(
    inputs: Sequence[Input], names: Sequence[Binding], calls: Sequence[Call], paths: Sequence[Path]
) -> Counter[str]:
    """How often anything in a file has each name; `paths` are those of its resources."""
    count = Counter(given.symbol for given in inputs)
    count.update(name.symbol for name in names)
    count.update(call.symbol for call in calls)
    count.update(path[-1] for path in paths)
    return count


def entry(body: Expr, name: str) -> Expr | None:
    """The value of a property of an OBJECT; None if it is not there."""
    found = None
    for key, value in body.args if body.op is Op.OBJECT else ():
        if key.op is Op.LITERAL and key.args[0] == name:
            found = value
    return found


def _waits_for(body: Expr) -> tuple[Expr, ...]:
    listed = entry(body, "dependsOn")
    if listed is None:
        return ()
    return listed.args if listed.op is Op.ARRAY else (listed,)


def _arguments(body: Expr) -> tuple[dict[str, Expr], Expr | None]:
    """A module's arguments by name, or else the one expression that holds them."""
    if body.op is not Op.OBJECT:
        return {}, body
    params = entry(body, "params")
    if params is None:
        hidden = next((key for key, value in body.args if value is None), None)
        return {}, hidden and Expr(Op.OPAQUE, hidden.span, ("may hold params",))
    if params.op is Op.OBJECT and all(key.op is Op.LITERAL for key, _ in params.args):
        return {key.args[0]: value for key, value in params.args}, None
    return {}, params


def with_type(given: Input, kind: Shape) -> Input:
    """A parameter with what its type says. `@allowed` on an array lists what may be in it, not what it may be."""
    shape = kind if kind.alias or kind.members or kind.options else None
    limits = None if kind.array else given.allowed or allowed(kind)
    return replace(given, allowed=limits, secret=given.secret or kind.secret, nullable=kind.nullable, shape=shape)
