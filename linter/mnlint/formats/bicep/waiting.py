"""Bicep files of whose statements only the beginnings are known, until somebody asks for the rest of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from mnlint.formats.bicep.declarations import File, Path, symbols, with_type
from mnlint.formats.bicep.expressions import read_expression, read_loop_head
from mnlint.formats.bicep.outline import Outline, Part, Statement, outline_of
from mnlint.formats.bicep.parser import Parser
from mnlint.formats.bicep.types import follow, named
from mnlint.model.expr import Binding, Call, Declared, Expr, Import, Input, Loop, Mode, Op, Shape, Template
from mnlint.model.record import deferred
from mnlint.model.text import Source, Span
from mnlint.model.typing import Any, Final

_EXISTING: Final = "existing"


def read_by_need(source: Source) -> Template | None:
    """A file; None if anything may be wrong in it, so that it has to be read at once."""
    outline = outline_of(source)
    return _Waiting(source).template(outline) if outline is not None else None


class _Parts:
    """One file of which parts are parsed as somebody asks for them."""

    __slots__ = ("_imported", "_resolved", "imports", "source", "types")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.imports: list[Part] = []
        self.types: dict[str, Shape] = {}  # of the file's own, as they are written
        self._imported: tuple[Import, ...] | None = None
        self._resolved: dict[str, Shape] = {}

    def namespaces(self) -> frozenset[str]:
        return frozenset(one.symbol for one in self.imported() if one.name is None)

    def parsed(self, part: Part) -> File:
        return self._parsed(part, self.namespaces())

    def _parsed(self, part: Part, namespaces: frozenset[str]) -> File:
        file = File(self.source, {}, part, namespaces)
        file.read()
        return file

    def imported(self) -> tuple[Import, ...]:
        """What the file imports: that says which names stand for all that is in another file."""
        if self._imported is None:
            self._imported = tuple(one for part in self.imports for one in self._parsed(part, frozenset()).imported)
        return self._imported

    def template(self) -> Template:
        """The file with what nobody asks for where only its resources matter."""
        return Template(self.source, "bicep", types=self.types, imports=self.imported())

    def input(self, start: int, end: int) -> Input:
        file = self.parsed((start, end))
        kind = file.kinds[0]
        if len(kind.alias) == 1:
            follow(kind.alias[0], self.types, self._resolved)
        return with_type(file.inputs[0], named(kind, self._resolved))

    def type(self, name: str, start: int, end: int) -> Shape:
        return self.parsed((start, end)).types[name]

    def loop(self, part: Part) -> Loop:
        """The loop of a resource or a module, from its `[` on."""
        return Loop(*read_loop_head(self._parser(part)))

    def condition(self, part: Part) -> Expr:
        """The condition of one, from its `if` on."""
        parser = self._parser(part)
        parser.at += 1
        return read_expression(parser)

    def _parser(self, part: Part) -> Parser:
        return Parser(self.source, frozenset(), part, self.namespaces())

    def one(self, field: str, start: int, end: int) -> Any:
        """The only one of what a part declares."""
        return getattr(self.parsed((start, end)), field)[0]


class _Waiting:
    """What a file declares, as far as it is known from the beginnings of its statements."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parts = _Parts(source)
        self.inputs: list[Input] = []
        self.names: list[Binding] = []
        self.resources: list[Declared] = []
        self.calls: list[Call] = []
        self.outputs: list[Binding] = []
        self.scope: str | None = None
        self.paths: list[Path] = []

    def template(self, outline: Outline) -> Template | None:
        """The file; None if anything is wrong in it, or if the name of a resource says too little."""
        self.parts.imports = [(one.start, one.end) for one in outline.statements if one.keyword == "import"]
        for one in outline.statements:
            if not (one.plain and _READERS[one.keyword](self, one)) and not self.now(one):
                return None
        if self._shares_names():
            return None
        return deferred(
            Template,
            self.parts.template,
            source=self.source,
            language="bicep",
            inputs=tuple(self.inputs),
            names=tuple(self.names),
            resources=tuple(self.resources),
            calls=tuple(self.calls),
            outputs=tuple(self.outputs),
            providers=(),
            requires={},
            scope=self.scope,
            comments=outline.comments,
            notices=(),
            before=None,
            replaced=frozenset(),
            namespaces=None,
        )

    def _shares_names(self) -> bool:
        """Whether a nested resource is called as anything else here."""
        nested = {path[-1] for path in self.paths if len(path) > 1}
        if not nested:
            return False
        count = symbols(self.inputs, self.names, self.calls, self.paths)
        return any(count[name] > 1 for name in nested)

    def now(self, one: Statement) -> bool:
        """Parses a statement; False if anything is wrong in it, or if it is several: one may be indented."""
        file = self.parts.parsed((one.start, one.end))
        several = len(file.inputs) > 1 or (file.imported and one.keyword != "import")
        if file.parser.notices or several:
            return False
        self.inputs += [self._input(given.symbol, given.span, one) for given in file.inputs]
        self.names += file.names
        self.resources += file.resources
        self.calls += file.calls
        self.outputs += file.outputs
        self.paths += file.paths
        self.scope = file.scope if file.scope is not None else self.scope
        self.parts.types.update(file.types)
        return True

    def nothing(self, _: Statement) -> bool:
        """`metadata` deploys nothing; imports are read before anything else is."""
        return True

    def parameter(self, one: Statement) -> bool:
        self.inputs.append(self._input(self._word(one, 1), self._span(one.head[0][0], one.until), one))
        return True

    def _input(self, name: str, span: Span, one: Statement) -> Input:
        return deferred(Input, partial(self.parts.input, one.start, one.end), symbol=name, name=name, span=span)

    def variable(self, one: Statement) -> bool:
        self.names.append(self._binding(one, "names"))
        return True

    def output(self, one: Statement) -> bool:
        self.outputs.append(self._binding(one, "outputs"))
        return True

    def _binding(self, one: Statement, field: str) -> Binding:
        symbol, span = self._word(one, 1), self._span(*one.head[1])
        return deferred(Binding, self._later(field, one), symbol=symbol, span=span, loop=None)

    def type_alias(self, one: Statement) -> bool:
        name = self._word(one, 1)
        self.parts.types[name] = deferred(Shape, partial(self.parts.type, name, one.start, one.end))
        return True

    def target_scope(self, one: Statement) -> bool:
        written = self._text(one)
        self.scope = written if written is not None else self.scope
        return written is not None

    def resource(self, one: Statement) -> bool:
        written, more = self._text(one), self._word(one, 3)
        if written is None or more not in ("=", _EXISTING):
            return False
        symbol, head = self._word(one, 1), self._span(one.head[0][0], one.head[2][1])
        mode = Mode.EXISTING if more == _EXISTING else Mode.DECLARED
        known = {"symbol": symbol, "type": written.partition("@")[0], "head": head, "mode": mode}
        self.paths.append((symbol,))
        self.resources.append(deferred(Declared, self._later("resources", one), **known, **self._about(one)))
        return True

    def module(self, one: Statement) -> bool:
        written = self._text(one)
        if written is None:
            return False
        source = Expr(Op.LITERAL, self._span(*one.head[2]), (written,))
        head = self._span(one.head[0][0], one.head[2][1])
        make = self._later("calls", one)
        known = {"symbol": self._word(one, 1), "source": source, "head": head, "shares": False, "providers": {}}
        self.calls.append(deferred(Call, make, **known, **self._about(one)))
        return True

    def _about(self, one: Statement) -> dict[str, object]:
        """When a resource or a module is there, and what it is sure not to have: nobody has to parse it for that."""
        loop, condition = one.loop, one.condition
        found: dict[str, object] = {
            "loop": deferred(Loop, partial(self.parts.loop, loop)) if loop else None,
            "condition": deferred(Expr, partial(self.parts.condition, condition)) if condition else None,
        }
        if one.keyword == "resource" and self.source.text.find("parent", one.until, one.end) < 0:
            found["parent"] = None
        return found

    def _later(self, field: str, one: Statement) -> partial[Any]:
        return partial(self.parts.one, field, one.start, one.end)

    def _word(self, one: Statement, number: int) -> str:
        start, end = one.head[number]
        return self.source.text[start:end]

    def _text(self, one: Statement) -> str | None:
        """The text of the second word behind the keyword, between its quotes; None where it is not that simple."""
        written = self._word(one, 2)
        return written[1:-1] if "\\" not in written and not written.startswith("'''") else None

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source.file, start, end)


_READERS: Final[Mapping[str, Callable[[_Waiting, Statement], bool]]] = {
    "import": _Waiting.nothing,
    "metadata": _Waiting.nothing,
    "module": _Waiting.module,
    "output": _Waiting.output,
    "param": _Waiting.parameter,
    "resource": _Waiting.resource,
    "targetScope": _Waiting.target_scope,
    "type": _Waiting.type_alias,
    "var": _Waiting.variable,
}
