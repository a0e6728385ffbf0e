"""What each function and operator of Terraform takes and gives, and its arguments as it takes them.

Source: `terraform metadata functions -json`, versions 1.11 and 1.15, where they are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from mnlint.model.value import Choice, Node, Type
from mnlint.resolve.functions.outcome import nothing
from mnlint.resolve.typed.fails import has_failed
from mnlint.resolve.typed.types import ANY, BOOL, NUMBER, STRING, list_of, map_of, set_of
from mnlint.resolve.typed.values import converted, failing

# The types of the parameters, `*` before that of any number of them, `?` behind one that may be null; and the result.
_WRITTEN: Final = {
    "number -> number": "abs ceil floor signum",
    "string -> string": "abspath base64decode base64encode base64gzip base64sha256 base64sha512 basename chomp "
    "cidrnetmask dirname file filebase64 filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256 filesha512 "
    "lower md5 pathexpand sha1 sha256 sha512 strrev title trimspace upper urlencode",
    "list(bool) -> bool": "alltrue anytrue",
    "list(any) number -> list(list(any))": "chunklist",
    "string number -> string": "cidrhost",
    "string number number -> string": "cidrsubnet substr",
    "string *number -> list(string)": "cidrsubnets",
    "*any? -> any": "coalesce coalescelist merge",
    "list(string) -> list(string)": "compact sort",
    "*any -> any": "concat setproduct",
    "any any? -> bool": "contains",  # null: of some versions only
    "any any -> number": "index",
    "string -> any": "csvdecode jsondecode yamldecode",
    "list(any) -> list(any)": "distinct",
    "any number -> any": "element",
    "any number -> number": "parseint",
    "string string -> bool": "endswith startswith strcontains",
    "string -> bool": "fileexists",
    "any -> any": "flatten keys one reverse values",
    "any -> number": "length sum",
    "string *any? -> any": "format formatlist",
    "string string -> string": "formatdate rsadecrypt textdecodebase64 textencodebase64 timeadd trim trimprefix "
    "trimsuffix uuidv5",
    "number string -> string": "indent",
    "string *list(string) -> string": "join",
    "any? -> string": "jsonencode yamlencode tostring",
    "any? -> number": "tonumber",
    "any? -> bool": "tobool",
    "any? -> list(any)": "tolist",
    "any? -> set(any)": "toset",
    "any? -> map(any)": "tomap",
    "number number -> number": "log pow + * / %",
    "number *number -> number": "-",
    "number number -> bool": "< <= > >=",
    "any? any? -> bool": "==",
    "any string *any? -> any": "lookup",
    "list(any) list(any) list(any) -> list(any)": "matchkeys",
    "*number -> number": "max min",
    "*number -> list(number)": "range",
    "string string -> any": "regex",
    "string string -> list(any)": "regexall",
    "string string string -> string": "replace",
    "set(any) *set(any) -> set(any)": "setintersection setunion",
    "set(any) set(any) -> set(any)": "setsubtract",
    "any number number -> any": "slice",
    "string string -> list(string)": "split",
    "string any -> any": "templatefile",
    "string any -> string": "templatestring",
    "string string -> number": "timecmp",
    "map(list(string)) -> map(list(string))": "transpose",
    "list(string) any -> any": "zipmap",
}
_TYPES: Final[dict[str, Type]] = {
    "any": ANY,
    "bool": BOOL,
    "number": NUMBER,
    "string": STRING,
    "list(any)": list_of(ANY),
    "list(bool)": list_of(BOOL),
    "list(number)": list_of(NUMBER),
    "list(string)": list_of(STRING),
    "list(list(any))": list_of(list_of(ANY)),
    "map(any)": map_of(ANY),
    "map(list(string))": map_of(list_of(STRING)),
    "set(any)": set_of(ANY),
}


class Parameter(NamedTuple):
    kind: Type
    nullable: bool


class Signature(NamedTuple):
    parameters: tuple[Parameter, ...]
    others: Parameter | None  # of any number of further ones
    gives: Type


def _parameter(text: str) -> Parameter:
    return Parameter(_TYPES[text.strip("*?")], text.endswith("?"))


def _signature(text: str) -> Signature:
    taken, gives = text.split(" -> ")
    words = taken.split()
    others = _parameter(words.pop()) if words and words[-1].startswith("*") else None
    return Signature(tuple(map(_parameter, words)), others, _TYPES[gives])


SIGNATURES: Final = {name: _signature(text) for text, names in _WRITTEN.items() for name in names.split()}


def taken(name: str, nodes: Sequence[Node]) -> list[Node] | Node:
    """The arguments as a function takes them, or what Terraform stops at: one that is null or of another type."""
    signature = SIGNATURES.get(name)
    if signature is None:
        return list(nodes)
    few, many = len(signature.parameters), signature.others is not None
    if len(nodes) < few or (len(nodes) > few and not many):
        return failing(nodes[0]) if nodes else list(nodes)
    made = []
    for at, node in enumerate(nodes):
        parameter = signature.parameters[at] if at < few else signature.others
        if parameter is None or isinstance(node.value, Choice):
            made.append(node)
            continue
        if nothing(node) and not parameter.nullable:
            return failing(node)
        one = converted(node, parameter.kind)
        if has_failed(one):
            return one
        made.append(one)
    return made
