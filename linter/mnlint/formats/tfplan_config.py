"""The configuration in a plan: which references an argument is made of, and which of this plan's resources they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from mnlint.formats.tfplan_json import Members, get, items, members, text
from mnlint.model.expr import Declared, Expr, Op
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field
from mnlint.model.text import Span
from mnlint.model.typing import Final

MAX_STEPS: Final = 20_000  # references followed in one plan
MAX_WAITS: Final = 200  # resources that one waits for
MAX_DEPTH: Final = 40  # modules and references inside each other

_PART = pattern(r'(?:^|\.)([\w-]+)|\[("(?:[^"\\]|\\.)*"|\d+|\*)\]')
_MODULE = pattern(r'module\.[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.')
_INDEX = pattern(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
_KNOWN: Final = ("each.key", "count.", "path.", "terraform.")  # never unknown while planning


class _UnclearError(Exception):
    """A reference that may lead anywhere."""


@dataclass(frozen=True, slots=True)
class _Module:
    """One module of the configuration, and the call that leads there from the module around it."""

    body: Members
    resources: Mapping[str, Members]
    calls: Mapping[str, Members]
    outputs: Members


@dataclass(slots=True)
class Configuration:
    """What the `configuration` of a plan says; without one, nothing."""

    root: Expr
    steps: int = MAX_STEPS
    waits: int = MAX_STEPS * 5
    _top: Members = field(default_factory=dict)
    _modules: dict[tuple[str, ...], _Module | None] = field(default_factory=dict)
    _changes: dict[str, Members] = field(default_factory=dict)  # by address
    _by_config: dict[str, list[str]] = field(default_factory=dict)  # addresses by the address without keys
    _by_module: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # by that of a module, and its instance

    def __post_init__(self) -> None:
        self._top = members(get(members(self.root), "configuration"))

    def know(self, changes: Iterable[Members]) -> None:
        """Takes in which resources there are."""
        for change in changes:
            address = text(get(change, "address"))
            if address is not None:
                self._changes[address] = change
                self._by_config.setdefault(_bare(address), []).append(address)
                prefix, around = _split(address)[0], ""
                for step in _MODULE.findall(prefix):
                    inside = self._by_module.setdefault(around + _INDEX.sub("", step)[:-1], {})
                    around += step
                    inside.setdefault(around, []).append(address)

    # ── what is written ──

    def written(self, address: str) -> Expr | None:
        """The expressions of a resource's arguments."""
        found = self._resource(address)
        return get(found, "expressions") if found is not None else None

    def below(self, written: Expr | None, name: str) -> Expr | None:
        """What is written for a member: its own expression, or the one of the whole value."""
        found = members(written)
        if "references" in found or "constant_value" in found:
            return written
        return get(found, name)

    def item(self, written: Expr | None, at: int, count: int) -> Expr | None:
        """What is written for one of a list's members; blocks are told apart by number if there are as many."""
        if written is not None and written.op is Op.ARRAY:
            return written.args[at] if len(written.args) == count else None
        return written

    def waits_for(self, address: str, span: Span) -> tuple[Expr, ...]:
        """The resources that a resource waits for: its own `depends_on` and those of the modules around it say so, or
        an argument refers to them. Something not known where a plan does not say what a reference leads to."""
        prefix, _ = _split(address)
        found = self._resource(address)
        if found is None:
            return ()
        made: dict[str, Expr] = {}
        for name, where in (*((name, prefix) for name in _named(found)), *self._said_around(prefix)):
            try:
                for other in self._waited(name, where, 0):
                    made[other] = Expr(Op.NAME, span, (plain(other),))
            except _UnclearError:
                made[""] = _anything(span, f"what {name} refers to")
            if len(made) > MAX_WAITS:
                made[""] = _anything(span, "the rest of what it waits for")
                break
        return tuple(made.values())

    def _said_around(self, prefix: str) -> Iterator[tuple[str, str]]:
        """What the modules around a resource wait for as a whole, and where that is written."""
        while prefix:
            prefix, call = self._call(prefix)
            for item in items(get(call, "depends_on")) if call is not None else ():
                name = text(item)
                if name is not None:
                    yield name, prefix

    def _waited(self, name: str, prefix: str, depth: int) -> Iterator[str]:
        """The resources that a reference, written in a module, leads to. Raises _UnclearError where nobody can say."""
        self.waits -= 1
        parts = [found[1] or f"[{found[2]}]" for found in _PART.finditer(name)]
        if self.waits < 0 or depth > MAX_DEPTH or not parts:
            raise _UnclearError
        if parts[0] == "local":
            raise _UnclearError
        if parts[0] in ("each", "count", "self", "path", "terraform"):
            return
        if parts[0] == "var":
            outer, call = self._call(prefix) if prefix else ("", None)
            given = members(get(call, "expressions")) if call is not None else {}
            listed = _references(get(given, parts[1])) if len(parts) > 1 else []
            for other in listed:
                yield from self._waited(other, outer, depth + 1)
        elif parts[0] == "module":
            yield from self._waited_of_module(parts, prefix, depth)
        else:
            bare = _bare(prefix) + ".".join(parts[: 3 if parts[0] == "data" else 2])
            known = [other for other in self._by_config.get(bare, ()) if _split(other)[0] == prefix]
            yield from known
            if not known:  # such as a data source that was read while planning
                module = self._module(prefix)
                entry = module.resources.get(bare[len(_bare(prefix)) :]) if module is not None else None
                for other in _named(entry) if entry is not None else ():
                    yield from self._waited(other, prefix, depth + 1)

    def _waited_of_module(self, parts: list[str], prefix: str, depth: int) -> Iterator[str]:
        """What an output of a module leads to; of a module as a whole, all that is in it."""
        rest = [part for part in parts[2:] if not part.startswith("[")]
        inside = self._by_module.get(f"{prefix}module.{parts[1]}" if len(parts) > 1 else prefix, {})
        if not rest:
            yield from (other for listed in inside.values() for other in listed)
            return
        for where in inside:
            module = self._module(where)
            output = members(get(module.outputs, rest[0])) if module is not None else {}
            for other in _references(get(output, "expression")):
                yield from self._waited(other, where, depth + 1)

    # ── references ──

    def only_id(self, written: Expr | None, address: str) -> str | None:
        """The address of the one resource whose id an unknown argument is made of, and of nothing else unknown."""
        listed = get(members(written), "references")
        if listed is None:
            return None
        try:
            found = set(self._ids(listed, _split(address)[0], 0))
        except _UnclearError:
            return None
        return plain(found.pop()) if len(found) == 1 else None

    def _ids(self, listed: Expr, prefix: str, depth: int) -> Iterator[str]:
        """The resources whose ids a list of references leads to. Raises _UnclearError where that is not all."""
        named = [text(item) for item in items(listed)]
        names = [name for name in named if name is not None]
        if len(names) != len(named) or listed.op is not Op.ARRAY or depth > MAX_DEPTH:
            raise _UnclearError
        before = ""
        for name in names:
            self.steps -= 1
            if self.steps < 0:
                raise _UnclearError
            if not before.startswith((f"{name}.", f"{name}[")):  # `a.b` follows `a.b.id`, which it is a part of
                yield from self._meant(name, prefix, depth)
            before = name

    def _meant(self, name: str, prefix: str, depth: int) -> Iterator[str]:
        if name.startswith(_KNOWN):
            return
        parts = [found[1] or f"[{found[2]}]" for found in _PART.finditer(name)]
        if not parts:
            raise _UnclearError
        if parts[0] == "var" and len(parts) > 1:
            yield from self._argument(parts[1], prefix, depth)
        elif parts[0] == "module" and len(parts) > 2:
            keyed = parts[2].startswith("[")
            if len(parts) != (4 if keyed else 3):
                raise _UnclearError
            inner = f"{prefix}module.{parts[1]}{parts[2] if keyed else ''}."
            module = self._module(inner)
            output = members(get(module.outputs, parts[-1])) if module is not None else {}
            listed = get(members(get(output, "expression")), "references")
            if listed is None:
                raise _UnclearError
            yield from self._ids(listed, inner, depth + 1)
        elif parts[0] in ("local", "each", "self", "module", "var") or len(parts) < 2:
            raise _UnclearError
        else:
            yield from self._attribute(parts, prefix)

    def _attribute(self, parts: list[str], prefix: str) -> Iterator[str]:
        """The resource of `type.name[key].id`; nothing for an attribute that is known."""
        size = 3 if parts[0] == "data" else 2
        size += len(parts) > size and parts[size].startswith("[")
        address = prefix + ".".join(parts[:size]).replace(".[", "[")
        rest = parts[size:]
        change = self._changes.get(address)
        if change is None or not rest:
            raise _UnclearError
        if rest == ["id"]:
            yield address
            return
        after = members(get(members(get(change, "change")), "after"))
        known = get(after, rest[0])
        if known is None or known.op is not Op.LITERAL or known.args == (None,):
            raise _UnclearError

    def _argument(self, name: str, prefix: str, depth: int) -> Iterator[str]:
        """What a module's variable leads to: the argument of the call. The root's variables are known."""
        if not prefix:
            return
        outer, call = self._call(prefix)
        expressions = members(get(call, "expressions")) if call is not None else {}
        if name not in expressions:
            return  # its default
        found = members(expressions[name][1])
        if "references" in found:
            yield from self._ids(found["references"][1], outer, depth + 1)
        elif "constant_value" not in found:
            raise _UnclearError

    # ── modules ──

    def _resource(self, address: str) -> Members | None:
        prefix, rest = _split(address)
        module = self._module(prefix)
        return module.resources.get(_INDEX.sub("", rest)) if module is not None else None

    def _call(self, prefix: str) -> tuple[str, Members | None]:
        """The prefix around a module's, and the call that leads from there."""
        steps = _MODULE.findall(prefix)
        outer = "".join(steps[:-1])
        module = self._module(outer)
        name = _INDEX.sub("", steps[-1])[len("module.") : -1] if steps else ""
        return outer, module.calls.get(name) if module is not None else None

    def _module(self, prefix: str) -> _Module | None:
        steps = tuple(_INDEX.sub("", step)[len("module.") : -1] for step in _MODULE.findall(prefix))
        if len(steps) > MAX_DEPTH:
            return None
        for count in range(len(steps) + 1):
            way = steps[:count]
            if way not in self._modules:
                around = self._modules[way[:-1]] if way else None
                if not way:
                    body = members(get(self._top, "root_module"))
                else:
                    body = members(get(around.calls.get(way[-1], {}), "module")) if around is not None else {}
                self._modules[way] = _module_of(body) if body else None
        return self._modules[steps]

    # ── providers ──

    def provider_of(self, address: str, span: Span) -> Expr | None:
        """The key of a resource's provider configuration."""
        found = self._resource(address)
        key = text(get(found, "provider_config_key")) if found is not None else None
        return Expr(Op.NAME, span, (key,)) if key is not None else None

    def providers(self) -> tuple[Declared, ...]:
        """Every provider's configuration: what is written in it, or given to a variable it is taken from."""
        made = []
        for key, (name, value) in members(get(self._top, "provider_config")).items():
            found = members(value)
            entries = []
            for argument, (mark, expression) in members(get(found, "expressions")).items():
                inner = "module_address" in found
                entries.append((mark, self._constant(expression, mark.span, f"{key}/{argument}", inner=inner)))
            kind = text(get(found, "name")) or key
            made.append(Declared(key, kind, Expr(Op.OBJECT, name.span, tuple(entries)), name.span))
        return tuple(made)

    def requires(self) -> dict[str, Expr]:
        """The version constraints of providers, by name."""
        made: dict[str, Expr] = {}
        for _, value in members(get(self._top, "provider_config")).values():
            found = members(value)
            name, version = text(get(found, "name")), get(found, "version_constraint")
            if name is not None and version is not None and text(version) is not None:
                made[name] = version
        return made

    def _constant(self, expression: Expr, span: Span, what: str, *, inner: bool) -> Expr:
        found = members(expression)
        if "constant_value" in found:
            return found["constant_value"][1]
        listed = items(get(found, "references"))
        name = text(listed[0]) if len(listed) == 1 else None
        if name is not None and name.startswith("var.") and not inner:
            given = get(members(get(members(get(members(self.root), "variables")), name[4:])), "value")
            declared = members(get(members(get(members(get(self._top, "root_module")), "variables")), name[4:]))
            if "sensitive" in declared:
                return Expr(Op.CALL, span, ("sensitive", (Expr(Op.LITERAL, span, (what,)),)))
            # The expression may do more than name the variable: only an id that is given whole is taken as it is.
            if given is not None and _GUID(text(given) or ""):
                return given
        return Expr(Op.CALL, span, ("known after apply", (Expr(Op.LITERAL, span, (what,)),)))


_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch


def _anything(span: Span, what: str) -> Expr:
    return Expr(Op.CALL, span, ("known after apply", (Expr(Op.LITERAL, span, (what,)),)))


def _named(entry: Members) -> Iterator[str]:
    """The names that a resource's configuration lists or refers to."""
    for item in items(get(entry, "depends_on")):
        name = text(item)
        if name is not None:
            yield name
    for argument in ("for_each_expression", "count_expression", "expressions"):
        yield from _references(get(entry, argument))


def _references(written: Expr | None) -> list[str]:
    """All references in a value of the configuration, without those that a longer one stands before."""
    found: list[str] = []
    todo = [written] if written is not None else []
    while todo:
        value = todo.pop()
        if value.op is Op.ARRAY:
            todo += value.args
            continue
        for name, (_, below) in members(value).items():
            if name != "references":
                todo += [below] if name != "constant_value" else []
                continue
            listed = [named for item in items(below) if (named := text(item)) is not None]
            found += [n for at, n in enumerate(listed) if not at or not listed[at - 1].startswith((f"{n}.", f"{n}["))]
    return found


def _module_of(body: Members) -> _Module:
    listed = [members(entry) for entry in items(get(body, "resources"))]
    resources = {name: entry for entry in listed if (name := text(get(entry, "address"))) is not None}
    calls = {name: members(value) for name, (_, value) in members(get(body, "module_calls")).items()}
    return _Module(body, resources, calls, members(get(body, "outputs")))


def _split(address: str) -> tuple[str, str]:
    """`module.m["k"].` and `azurerm_x.y[0]` of an address."""
    at = 0
    while (found := _MODULE.match(address, at)) is not None:
        at = found.end()
    return address[:at], address[at:]


def plain(address: str) -> str:
    """An address as the sources' instances have it: keys as they are, nothing escaped."""
    return re.sub(r"\\(.)", r"\1", address)


def _bare(address: str) -> str:
    return _INDEX.sub("", address)
