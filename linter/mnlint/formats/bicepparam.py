"""Bicep parameter files as Templates: what is assigned to which parameter of the template they are `using`."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint.formats.bicep.expressions import Decorators, read_object
from mnlint.formats.bicep.parser import Parser
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
    skip_with,
)
from mnlint.model.expr import Binding, Expr, Import, Input, Op, Template
from mnlint.model.text import Source
from mnlint.model.typing import Final


def read(source: Source) -> Template:
    """Reads a .bicepparam file.

    `names` are its assignments, by parameter. Its own variables are `inputs` with their value as default: they
    are there for the assignments, and assign nothing. `requires` holds the paths of `using`
    (a LITERAL None for `using none`) and `extends`. Mistakes are in the notices.
    """
    file = _File(source)
    read_statements(file, file.parser, _STATEMENTS, (file.inputs, file.names))
    return Template(
        source=source,
        language="bicepparam",
        inputs=tuple(file.inputs),
        names=tuple(file.names),
        requires=file.paths,
        imports=tuple(file.imported),
        comments=file.parser.comments,
        notices=tuple(file.parser.notices),
    )


class _File:
    """What the statements of one file add up to."""

    def __init__(self, source: Source) -> None:
        self.parser = Parser(source, frozenset(_STATEMENTS))
        self.inputs: list[Input] = []
        self.names: list[Binding] = []
        self.imported: list[Import] = []
        self.paths: dict[str, Expr] = {}

    def using(self, _: int, __: Decorators) -> None:
        parser = self.parser
        if parser.is_word("none"):
            parser.at += 1
            self.paths["using"] = parser.node(Op.LITERAL, parser.at - 1, None)
        else:
            self.paths["using"] = read_path(parser, "the path of a Bicep file")
        skip_with(parser)

    def extends(self, _: int, __: Decorators) -> None:
        self.paths["extends"] = read_path(self.parser, "the path of a parameter file")

    def assignment(self, first: int, _: Decorators) -> None:
        name = read_name(self.parser, "the parameter")
        self.names.append(Binding(name.symbol, read_value(self.parser, first), name.span))

    def variable(self, first: int, _: Decorators) -> None:
        self._own(read_variable(self.parser, first))

    def imports(self, _: int, __: Decorators) -> None:
        self.imported.extend(read_import(self.parser))

    def type_alias(self, _: int, decorators: Decorators) -> None:
        read_type_declaration(self.parser, decorators)

    def extension(self, _: int, __: Decorators) -> None:
        read_extension(self.parser)

    def extension_config(self, _: int, __: Decorators) -> None:
        self.parser.name("the extension")
        self.parser.take_word("with")
        read_object(self.parser)

    def _own(self, name: Binding) -> None:
        self.inputs.append(Input(name.symbol, name.symbol, name.span, name.expr))


_STATEMENTS: Final[Mapping[str, Statement[_File]]] = {
    "using": _File.using,
    "param": _File.assignment,
    "var": _File.variable,
    "extends": _File.extends,
    "import": _File.imports,
    "type": _File.type_alias,
    "extension": _File.extension,
    "extensionConfig": _File.extension_config,
}
