"""Configurations of azurerm and azapi as ones of `terraform_data` alone, and the names of the pieces.

`azurerm_ai_foundry.hub` with its `name` becomes `terraform_data.azurerm_ai_foundry__hub` and
`terraform_data.azurerm_ai_foundry__hub__name`. A block is taken apart; the blocks that a `dynamic` makes are one piece,
which terraform prints alike. The value of a piece is of any type, and so is the body of azapi 2.x.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from provider_words import data_value

from mnlint.formats.terraform import read
from mnlint.formats.tfblocks import cut
from mnlint.model.expr import Declared, Expr, Mode, Op
from mnlint.model.root import Root
from mnlint.model.text import Source
from mnlint.model.value import Map
from mnlint.resolve import resolve

TYPE = r"(?:azurerm|azapi|random)_[a-z0-9_]+?"
KEY = r'(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\])?'
DATA_USE = re.compile(rf"\bdata\.({TYPE})\.(\w+){KEY}\.(\w+)")
USE = re.compile(rf"(?<![\w.])({TYPE})\.(\w+)({KEY})\.(\w+)")
WHOLE = re.compile(rf"(?<![\w.\"])({TYPE})\.(\w+)(?![\w.(])")
MADE = re.compile(
    rf"terraform_data\.({TYPE})__([a-zA-Z0-9]+(?:_[a-zA-Z0-9]+)*)(?:__(\w+))?({KEY})((?:\.\w+|\[[^\]]*\])*)"
)
VERSION = re.compile(r'(\w+)\s*=\s*\{[^}]*?\bversion\s*=\s*"([^"]*)"')
COMPUTED, DYNAMIC = "computed__", "dynamic__"  # what the names of such pieces begin with


def disguised(folder: Path, target: Path) -> dict[str, Any]:
    """Writes a configuration of `terraform_data` alone; what it left out: data sources and providers by module."""
    left: dict[str, Any] = {"data": {}, "providers": {}, "versions": {}}
    target.mkdir(parents=True, exist_ok=True)
    pieces: list[str] = []
    written: dict[tuple[str, str], tuple[Declared, Source]] = {}
    files = [(path, Source(path.name, path.read_text("utf-8"))) for path in sorted(folder.glob("*.tf"))]
    for _, source in files:
        for declared in read(source).resources:
            written[declared.type, declared.symbol.removeprefix("data.").split(".", 1)[1]] = declared, source
    wanted: dict[str, str] = {}
    computed: set[tuple[str, str, str]] = set()
    known = data_values(files)

    def text(raw: str) -> str:
        def data(found: re.Match[str]) -> str:
            address = f"data.{found[1]}.{found[2]}"
            wanted[f"data__{found[1]}__{found[2]}__{found[3]}"] = data_value(address, found[3], known)
            return f"var.data__{found[1]}__{found[2]}__{found[3]}"

        def use(found: re.Match[str]) -> str:
            if found[4] == "id":
                return f"terraform_data.{found[1]}__{found[2]}{found[3]}.id"
            declared = written[found[1], found[2]][0]
            if any(key.args[0] == found[4] for key, _ in declared.body.args):
                return f"terraform_data.{found[1]}__{found[2]}__{found[4]}{found[3]}.input"
            computed.add((found[1], found[2], found[4]))
            return f"terraform_data.{found[1]}__{found[2]}__{COMPUTED}{found[4]}{found[3]}.input"

        return WHOLE.sub(r"terraform_data.\1__\2", USE.sub(use, DATA_USE.sub(data, raw)))

    for _, source in files:
        for block in cut(source).blocks:
            raw = source.cut(block.span)
            if block.word == "data":
                left["data"].setdefault(".".join(block.labels), {})
            elif block.word == "provider":
                left["providers"][block.labels[0]] = raw
            elif block.word == "terraform":
                left["versions"].update(VERSION.findall(raw))
            elif block.word == "moved":
                pieces.append(moved(raw, written))
            elif block.word == "module":
                pieces.append(text(re.sub(r"\n\s*providers\s*=\s*\{[^}]*\}", "", raw)))
            elif block.word != "resource":
                pieces.append(text(raw))
        for declared in read(source).resources:
            if declared.mode is Mode.DECLARED:
                pieces += resource(declared, source, text)
    for kind, name, attribute in sorted(computed):
        declared, source = written[kind, name]
        loop, key = loop_of(declared, source, text)
        unknown = f"terraform_data.{kind}__{name}{key}.id"
        if kind.startswith("azapi_") and attribute == "output":
            unknown = f"jsondecode({unknown})"  # it may be an object, too
        inner = f'"{kind}__{name}__{COMPUTED}{attribute}" {{\n{loop}  input = {unknown}\n}}'
        pieces.append(f'resource "terraform_data" {inner}')
    pieces += [f'variable "{name}" {{\n  default = {json.dumps(value)}\n}}' for name, value in sorted(wanted.items())]
    (target / "main.tf").write_text("\n".join(pieces) + "\n", "utf-8")
    left["values"] = wanted
    left["known"] = known
    return left


def resource(declared: Declared, source: Source, text: Any) -> list[str]:
    """A resource as one terraform_data for itself and one for each argument, those of its blocks, too."""
    name = declared.symbol.replace(".", "__")
    loop, _ = loop_of(declared, source, text)
    leaves = list(arguments(declared.body, source, ()))
    replacing = text(dict(leaves).get(("name",), "null"))
    waits = ", ".join(text(source.cut(other.span)) for other in declared.waits_for)
    last = f"  depends_on = [{waits}]\n" if waits else ""
    made = [f'resource "terraform_data" "{name}" {{\n{loop}  triggers_replace = [{replacing}]\n{last}}}']
    for path, raw in leaves:
        inner = "__".join((name, *path))
        made.append(f'resource "terraform_data" "{inner}" {{\n{loop}  input = {text(raw)}\n}}')
    return made


def loop_of(declared: Declared, source: Source, text: Any) -> tuple[str, str]:
    """The line that makes several of a resource, and the key of the one that a line in it is about."""
    if declared.loop is None:
        return "", ""
    word, key = ("count", "[count.index]") if declared.loop.counted else ("for_each", "[each.key]")
    return f"  {word} = {text(source.cut(declared.loop.collection.span))}\n", key


def arguments(body: Expr, source: Source, path: tuple[str, ...]) -> Any:
    """The way to each argument and its text; blocks by number."""
    for key, value in body.args:
        name = str(key.args[0])
        if name in ("lifecycle", "timeouts"):
            continue
        assigned = source.text[key.span.end :].lstrip()[:1] == "="
        if assigned or value.op is not Op.ARRAY:
            yield (*path, name), source.cut(value.span)
            continue
        if any(item.op is Op.SPREAD for item in value.args):
            if path:
                raise ValueError(f"{source.file}: a dynamic block in a block cannot be taken apart")
            yield (f"{DYNAMIC}{name}",), blocks(value.args, source)
            continue
        for at, item in enumerate(value.args):
            yield from arguments(item, source, (*path, name, str(at)))


def blocks(made: tuple[Expr, ...], source: Source) -> str:
    """A list of the blocks of a type, those that a `dynamic` makes among them, as the text of a value."""
    return f"concat({', '.join(block(one, source) for one in made)})" if len(made) > 1 else block(made[0], source)


def block(made: Expr, source: Source) -> str:
    """The list of what a block makes."""
    if made.op is Op.OBJECT:
        return f"[{content(made, source)}]"
    (every,) = made.args
    variables, over, _, body, _, _ = every.args
    iterator = variables[0].removesuffix(".key")
    raw = re.sub(rf"(?<![\w.]){iterator}\.(key|value)\b", rf"{iterator}_\1", content(body, source))
    return f"[for {iterator}_key, {iterator}_value in {source.cut(over.span)} : {raw}]"


def content(body: Expr, source: Source) -> str:
    entries = []
    for key, value in body.args:
        assigned = source.text[key.span.end :].lstrip()[:1] == "="
        raw = source.cut(value.span) if assigned or value.op is not Op.ARRAY else blocks(value.args, source)
        entries.append(f"{key.args[0]} = {raw}")
    return f"{{ {', '.join(entries)} }}"


def moved(raw: str, written: dict[tuple[str, str], tuple[Declared, Source]]) -> str:
    """A `moved` block for each piece."""
    found = re.findall(rf"=\s*({TYPE})\.(\w+)({KEY})", raw)
    (kind, old, old_key), (_, new, new_key) = found
    declared, source = written[kind, new]
    names = ["", *(f"__{'__'.join(path)}" for path, _ in arguments(declared.body, source, ()))]
    made = "terraform_data"
    pairs = ((f"{made}.{kind}__{old}{n}{old_key}", f"{made}.{kind}__{new}{n}{new_key}") for n in names)
    return "\n".join(f"moved {{\n  from = {old}\n  to = {new}\n}}" for old, new in pairs)


def data_values(files: list[tuple[Path, Source]]) -> dict[str, dict[str, Any]]:
    """What the data sources of a folder are asked for, by address."""
    templates = {source.file: read(source) for _, source in files}
    found = resolve(templates, Root("", "terraform", tuple(templates))).resources
    return {
        r.address: {k: n.value for k, n in r.body.value.entries.items() if isinstance(n.value, str)}
        for r in found
        if r.mode is Mode.DATA and isinstance(r.body.value, Map)
    }


# ── the names of the pieces ──


def real(address: str) -> tuple[str, tuple[str, ...]]:
    """The real address of a piece, and the way to it in its resource."""
    path: tuple[str, ...] = ()

    def one(found: re.Match[str]) -> str:
        nonlocal path
        path = tuple(plain(found[3]).split("__")) if found[3] else ()
        return f"{found[1]}.{found[2]}{found[4]}"

    return MADE.sub(one, address), path


def kind_of(address: str) -> tuple[str, str]:
    found = re.search(rf"({TYPE})\.(\w+){KEY}$", address)
    assert found, address
    return found[1], found[2]


def plain(piece: str) -> str:
    return piece.removeprefix(COMPUTED).removeprefix(DYNAMIC)


def real_names(name: str) -> list[str]:
    if name.startswith("var.data__"):
        kind, own, attribute = name.removeprefix("var.data__").split("__")
        return [f"data.{kind}.{own}.{attribute}", f"data.{kind}.{own}"]
    found = MADE.fullmatch(name)
    if found is None:
        return [name]
    base = f"{found[1]}.{found[2]}{found[4]}"
    if found[3] is None:
        return [base + found[5]]
    attribute = plain(found[3]).replace("__", ".")
    return [f"{base}.{attribute}{found[5].removeprefix('.input')}"] if found[5] else [base]
