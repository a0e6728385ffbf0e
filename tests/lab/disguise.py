"""Configurations of azurerm and azapi as ones of `terraform_data` alone, and the names of the pieces.

`azurerm_ai_foundry.hub` with its `name` becomes `terraform_data.azurerm_ai_foundry__hub` and
`terraform_data.azurerm_ai_foundry__hub__name`.
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
MADE = re.compile(rf"terraform_data\.({TYPE})__([a-zA-Z0-9]+(?:_[a-zA-Z0-9]+)*)(?:__(\w+))?({KEY})((?:\.\w+)*)")


def disguised(folder: Path, target: Path) -> dict[str, Any]:
    """Writes a configuration of `terraform_data` alone; what it left out: data sources and providers by module."""
    left: dict[str, Any] = {"data": {}, "providers": {}}
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
            return f"terraform_data.{found[1]}__{found[2]}__computed__{found[4]}{found[3]}.input"

        return WHOLE.sub(r"terraform_data.\1__\2", USE.sub(use, DATA_USE.sub(data, raw)))

    for _, source in files:
        for block in cut(source).blocks:
            raw = source.cut(block.span)
            if block.word == "data":
                left["data"].setdefault(".".join(block.labels), {})
            elif block.word == "provider":
                left["providers"][block.labels[0]] = raw
            elif block.word == "moved":
                pieces.append(moved(raw, written))
            elif block.word == "module":
                pieces.append(text(re.sub(r"\n\s*providers\s*=\s*\{[^}]*\}", "", raw)))
            elif block.word not in ("terraform", "resource"):
                pieces.append(text(raw))
        for declared in read(source).resources:
            if declared.mode is Mode.DECLARED:
                pieces += resource(declared, source, text)
    for kind, name, attribute in sorted(computed):
        declared, source = written[kind, name]
        loop, key = loop_of(declared, source, text)
        inner = f"input = terraform_data.{kind}__{name}{key}.id"
        pieces.append(f'resource "terraform_data" "{kind}__{name}__computed__{attribute}" {{\n{loop}  {inner}\n}}')
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
    made = [f'resource "terraform_data" "{name}" {{\n{loop}  triggers_replace = [{replacing}]\n}}']
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
        items = value.args if value.op is Op.ARRAY else ()
        if not assigned and (value.op is Op.FOR or any(item.op is not Op.OBJECT for item in items)):
            raise ValueError(f"{source.file}: a dynamic block cannot be taken apart")
        if assigned or value.op is not Op.ARRAY:
            yield (*path, name), source.cut(value.span)
            continue
        for at, item in enumerate(value.args):
            yield from arguments(item, source, (*path, name, str(at)))


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
        path = tuple(found[3].removeprefix("computed__").split("__")) if found[3] else ()
        return f"{found[1]}.{found[2]}{found[4]}"

    return MADE.sub(one, address), path


def kind_of(address: str) -> tuple[str, str]:
    found = re.search(rf"({TYPE})\.(\w+){KEY}$", address)
    assert found, address
    return found[1], found[2]


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
    attribute = found[3].removeprefix("computed__").replace("__", ".")
    return [f"{base}.{attribute}"] if found[5] else [base]
