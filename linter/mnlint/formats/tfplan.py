"""Plans of Terraform as JSON (`terraform show -json`): what will be there, what is known only after apply, what was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mnlint.formats import armjson
from mnlint.formats.tfplan_config import Configuration, plain
from mnlint.formats.tfplan_json import Members, get, items, members, text
from mnlint.model.expr import Binding, Declared, Expr, Mode, Op, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field, replace
from mnlint.model.text import Source, Span
from mnlint.model.typing import Final

MAX_RESOURCES: Final = 10_000
MAX_NOTICES: Final = 20
WRITE_ONLY: Final = "sensitive_body"
AFTER_APPLY: Final = "known after apply"  # the function that stands for what Terraform says so of

_MARK = pattern(rb'"(?P<text>(?:[^"\\]++|\\.)*+)"?+(?P<key>\s*+:)?+|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)
_PLAN: Final = (b"planned_values", b"resource_changes")
_MAJORS: Final = ("0", "1")  # of the format; 0.x is that of Terraform before 1.1, of the same shape


def is_plan(content: bytes) -> bool:
    """True if the outermost object has the format's version and a plan's parts. `content` is in lower case."""
    depth, found = 0, set()
    for mark in _MARK.finditer(content):
        if mark["open"]:
            depth += 1
        elif mark["close"]:
            depth -= 1
        elif depth == 1 and mark["key"]:
            found.add(mark["text"])
            if b"format_version" in found and found.intersection(_PLAN):
                return True
    return False


def read(source: Source) -> Template:
    """A plan as one flat Template: each resource is declared under its whole address, modules and keys included.

    What is not deployed (deleted, forgotten) is not there. `before` declares what is there now, under the same
    addresses, be it what another resource takes the place of (`replaced`). Values that are sensitive are neither in the
    tree nor in the Template's source.
    """
    document = armjson.parse(source)
    reader = _Reader(source, document.root)
    reader.run()
    notices = (*document.notices, *reader.notices)
    shown = Source(source.file, _masked(source.text, document.root, reader.secrets))
    return Template(
        shown,
        "terraform",
        names=tuple(reader.variables()),
        resources=tuple(reader.declared.values()),
        providers=reader.config.providers(),
        requires=reader.config.requires(),
        notices=notices,
        before=Template(shown, "terraform", resources=tuple(reader.before.values())) if reader.tells else None,
        replaced=frozenset(reader.replaced),
    )


@dataclass(frozen=True, slots=True)
class _Where:
    """A value's way from its resource, and what the configuration says of it."""

    address: str
    path: tuple[str, ...]
    key: Span  # the key that holds it, or the nearest one: what to mark where there is no value
    written: Expr | None  # its part of the configuration

    def said(self) -> Expr:
        return Expr(Op.LITERAL, self.key, ("/".join((self.address, *self.path)),))


@dataclass(slots=True)
class _Reader:
    source: Source
    root: Expr
    notices: list[Notice] = field(default_factory=list)
    secrets: list[Expr] = field(default_factory=list)
    declared: dict[str, Declared] = field(default_factory=dict)
    before: dict[str, Declared] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    tells: bool = False  # whether it says what is there now: that there is nothing, too
    config: Configuration = field(init=False)

    def __post_init__(self) -> None:
        self.config = Configuration(self.root)

    def run(self) -> None:
        top = members(self.root)
        if self.root.op is not Op.OBJECT:
            if self.root.op is not Op.OPAQUE:
                self.note(self.root.span, "a plan is an object")
            return
        self.version(top)
        changes = [*self.changes(top, "resource_changes"), *self.deferred(top)]
        self.config.know(changes)
        self.tells = bool(changes)
        for entry in changes:
            self.change(entry)
        for member, mode in (("planned_values", None), ("prior_state", "data")):
            self.values(get(top, member), mode)

    def version(self, top: Members) -> None:
        written = get(top, "format_version")
        version = text(written) or ""
        if version.partition(".")[0] not in _MAJORS:
            span = written.span if written else self.root.span
            self.note(_first(span), f"a plan of format {version or 'unknown'}: 1.x was expected, it may be misread")
        errored = get(top, "errored")
        if errored is not None and errored.args == (True,):
            self.note(_first(top["errored"][0].span), "this plan ended in an error: it is not whole", "warning")

    def variables(self) -> Iterator[Binding]:
        """What each variable of the root was given."""
        top = members(self.root)
        declared = members(get(members(get(members(get(top, "configuration")), "root_module")), "variables"))
        for name, (key, value) in members(get(top, "variables")).items():
            about = members(get(declared, name))
            given, secret = get(members(value), "value"), get(about, "sensitive")
            # Terraform lists defaults, too: those are written in the sources.
            if given is not None and not _equal(given, get(about, "default")):
                where = _Where(f"var.{name}", (), key.span, None)
                yield Binding(name, self.value(given, None, secret, where), key.span)

    def changes(self, holder: Members, name: str) -> Iterator[Members]:
        """The members of each entry of a list of changes."""
        listed = get(holder, name)
        if listed is None or listed.args == (None,):
            return
        if listed.op is not Op.ARRAY:
            if listed.op is not Op.OPAQUE:
                self.note(_first(listed.span), f"`{name}` is a list")
            return
        for entry in items(listed):
            if entry.op is Op.OBJECT:
                yield members(entry)
            elif entry.op is not Op.OPAQUE:
                self.note(_first(entry.span), f"an entry of `{name}` is an object")

    def deferred(self, top: Members) -> Iterator[Members]:
        """What Terraform puts off to a later round is going to be there, too."""
        for entry in self.changes(top, "deferred_changes"):
            inner = get(entry, "resource_change")
            if inner is not None and inner.op is Op.OBJECT:
                yield members(inner)

    def change(self, entry: Members) -> None:
        """One resource's change: declared as it will be, and as it is."""
        address, kind = text(get(entry, "address")), text(get(entry, "type"))
        change = get(entry, "change")
        if address is None or kind is None or change is None or change.op is not Op.OBJECT:
            if change is not None and change.op is Op.OPAQUE:
                return
            span = next((key.span for key, _ in entry.values()), self.root.span)
            self.note(_first(span), "a change has an `address`, a `type` and a `change`")
            return
        if "deposed" in entry:
            return
        parts = members(change)
        mode = Mode.DATA if text(get(entry, "mode")) == "data" else Mode.DECLARED
        head = entry["address"][1].span
        for name, into in (("after", self.declared), ("before", self.before)):
            written = get(parts, name)
            unknown = get(parts, "after_unknown") if name == "after" else None
            if written is None or (written.args == (None,) and not _is_true(unknown)):
                continue
            if name == "before" and mode is Mode.DATA:
                continue
            if name == "before" and _is_replaced(parts):
                self.replaced.add(plain(address))
            if len(into) >= MAX_RESOURCES:
                self.note(head, f"more than {MAX_RESOURCES} resources: the others are not read", code="MN912")
                return
            into[address] = self.resource(
                _Where(address, (), head, self.config.written(address)),
                (kind, mode, head),
                (written, unknown, get(parts, f"{name}_sensitive")),
            )

    def resource(
        self, where: _Where, about: tuple[str, Mode, Span], values: tuple[Expr, Expr | None, Expr | None]
    ) -> Declared:
        kind, mode, head = about
        body = self.value(*values, where)
        if body.op is Op.LITERAL:
            self.note(_first(body.span), f"the values of {where.address} are an object")
            body = Expr(Op.OBJECT, body.span, ((Expr(Op.SPREAD, body.span, (_unread(body.span),)), None),))
        return Declared(
            plain(where.address),
            kind,
            self.body(body, kind, where),
            head,
            mode,
            waits_for=self.config.waits_for(where.address, head),
            provider=self.config.provider_of(where.address, head),
        )

    def values(self, holder: Expr | None, only: str | None) -> None:
        """Resources of a state, or of the values planned, that no change is about.

        Of the values planned, those that are not known are left out: there may be more of each.
        """
        found = members(holder) if holder is not None else {}
        root = get(members(get(found, "values")), "root_module") if only else get(found, "root_module")
        todo = [root] if root is not None else []
        while todo:
            module = members(todo.pop())
            todo += reversed(items(get(module, "child_modules")))
            for entry in items(get(module, "resources")):
                self.planned(members(entry), only)

    def planned(self, entry: Members, only: str | None) -> None:
        address, kind, mode = (text(get(entry, name)) for name in ("address", "type", "mode"))
        values = get(entry, "values")
        if address is None or kind is None or values is None or values.op is not Op.OBJECT:
            return
        if address in self.declared or (only is not None and mode != only) or len(self.declared) >= MAX_RESOURCES:
            return
        if only is None and address in self.before:
            return
        if only is None:
            rest = Expr(Op.CALL, values.span, (AFTER_APPLY, (entry["address"][1],)))
            values = Expr(Op.OBJECT, values.span, ((Expr(Op.SPREAD, _first(values.span), (rest,)), None), *values.args))
        head = entry["address"][1].span
        where = _Where(address, (), head, None)
        about = (kind, Mode.DATA if mode == "data" else Mode.DECLARED, head)
        self.declared[address] = self.resource(where, about, (values, None, get(entry, "sensitive_values")))

    # ── values ──

    def value(self, value: Expr | None, unknown: Expr | None, secret: Expr | None, where: _Where) -> Expr:
        """A value with what is unknown and what is sensitive taken out. Recursion is bounded by the text's depth."""
        if _is_true(secret):
            if value is not None:
                self.secrets.append(value)
            return Expr(Op.CALL, where.key, ("sensitive", (where.said(),)))
        if _is_true(unknown):
            return self.unknown(where)
        if value is not None and value.op is Op.OBJECT:
            return self.object(value, unknown, secret, where)
        nothing = value is None or value.args == (None,)
        if nothing and unknown is not None and unknown.op is Op.OBJECT and unknown.args:
            return self.object(Expr(Op.OBJECT, unknown.span, ()), unknown, secret, where)
        if value is not None and value.op is Op.ARRAY:
            return self.array(value, unknown, secret, where)
        return self.unknown(where) if value is None else value

    def object(self, value: Expr, unknown: Expr | None, secret: Expr | None, where: _Where) -> Expr:
        """Members of both: what is not known stands under the same key in `after_unknown` alone."""
        known, hidden, secrets = members(value), members(unknown), members(secret)
        entries: list[tuple[Expr, Expr | None]] = [e for e in value.args if e[0].op is not Op.LITERAL]
        for name in dict.fromkeys((*known, *hidden)):
            mark = hidden.get(name)
            if name not in known and mark is not None and not _holds_true(mark[1]):
                continue  # a mark without a value says nothing
            if not where.path and name == "id" and mark is not None and _is_true(mark[1]):
                continue  # as in a source: a resource's own id is what refers to it
            key = known[name][0] if name in known else hidden[name][0]
            written = self.config.below(where.written, name)
            inner = _Where(where.address, (*where.path, name), key.span, written)
            made = self.value(get(known, name), get(hidden, name), get(secrets, name), inner)
            entries.append((key, made))
        return Expr(Op.OBJECT, value.span, tuple(entries))

    def array(self, value: Expr, unknown: Expr | None, secret: Expr | None, where: _Where) -> Expr:
        hidden = unknown.args if unknown is not None and unknown.op is Op.ARRAY else ()
        secrets = secret.args if secret is not None and secret.op is Op.ARRAY else ()
        made = []
        for at, item in enumerate(value.args):
            if item.op is Op.SPREAD:
                made.append(item)
                continue
            written = self.config.item(where.written, at, len(value.args))
            inner = _Where(where.address, (*where.path, str(at)), where.key, written)
            made.append(self.value(item, _at(hidden, at), _at(secrets, at), inner))
        return Expr(Op.ARRAY, value.span, tuple(made))

    def unknown(self, where: _Where) -> Expr:
        """What is known only after apply; the id of a resource of this plan where it can be nothing else."""
        is_id = bool(where.path) and _is_id(where.path[-1])
        found = self.config.only_id(where.written, where.address) if is_id else None
        if found is not None:
            return Expr(Op.MEMBER, where.key, (Expr(Op.NAME, where.key, (found,)), "id", False))
        return Expr(Op.CALL, where.key, (AFTER_APPLY, (where.said(),)))

    def body(self, body: Expr, kind: str, where: _Where) -> Expr:
        """A resource of azapi's: before 2.0 its body is JSON text, which is read, and all of it stands where the text
        does. What is sensitive of it is written to Azure alone, so that a plan has null even where it is given."""
        if not kind.startswith("azapi_") or body.op is not Op.OBJECT:
            return body
        secret = self.config.below(where.written, WRITE_ONLY)
        entries = []
        for key, value in body.args:
            name = key.args[0] if key.op is Op.LITERAL else None
            if name != WRITE_ONLY or secret is None:
                entries.append((key, self.decoded(value) if name == "body" and value is not None else value))
        if secret is not None:
            hidden = _Where(where.address, (WRITE_ONLY,), where.key, secret)
            entries.append((Expr(Op.LITERAL, where.key, (WRITE_ONLY,)), self.unknown(hidden)))
        return replace(body, args=tuple(entries))

    def decoded(self, value: Expr) -> Expr:
        written = text(value)
        document = armjson.parse(Source(self.source.file, written)) if written is not None else None
        return _moved(document.root, value.span) if document is not None and not document.notices else value

    def note(self, span: Span, message: str, level: str = "error", code: str = "MN911") -> None:
        told = any(notice.message == message for notice in self.notices)
        if not told and len(self.notices) < MAX_NOTICES:
            self.notices.append(Notice(level, code, message, Place(span, "here")))


def _equal(one: Expr, other: Expr | None) -> bool:
    """Whether two values are the same JSON; objects in the same order, as terraform writes them."""
    if other is None or one.op is not other.op or len(one.args) != len(other.args):
        return False
    if one.op is Op.OBJECT:
        pairs = zip(one.args, other.args, strict=True)
        return all(k.args == n.args and v is not None and _equal(v, w) for (k, v), (n, w) in pairs)
    if one.op is Op.ARRAY:
        return all(_equal(v, w) for v, w in zip(one.args, other.args, strict=True))
    return one.op is Op.LITERAL and one.args == other.args


def _is_replaced(change: Members) -> bool:
    actions = get(change, "actions")
    listed = {text(item) for item in items(actions)} if actions is not None and actions.op is Op.ARRAY else set()
    return {"delete", "create"} <= listed


def _is_true(value: Expr | None) -> bool:
    return value is not None and value.op is Op.LITERAL and value.args[0] is True


def _holds_true(value: Expr) -> bool:
    """Whether something in a tree of marks is marked."""
    todo = [value]
    while todo:
        one = todo.pop()
        if _is_true(one):
            return True
        todo += [v for _, v in one.args if v is not None] if one.op is Op.OBJECT else items(one)
    return False


def _is_id(name: str) -> bool:
    """Whether an attribute holds the id of a resource, by its name: `workspace_id`, `serviceResourceId`."""
    return name.endswith(("_id", "Id"))


def _at(listed: tuple[Expr, ...], at: int) -> Expr | None:
    return listed[at] if at < len(listed) else None


def _first(span: Span) -> Span:
    """The beginning of something long."""
    return span if span.end - span.start < 100 else Span(span.file, span.start, span.start + 1)


def _unread(span: Span) -> Expr:
    return Expr(Op.OPAQUE, span, ("something that is no value of a plan",))


def _moved(value: Expr, span: Span) -> Expr:
    """A tree, all of it at one place."""
    if value.op is Op.OBJECT:
        entries = tuple((_moved(key, span), _moved(one, span)) for key, one in value.args if one is not None)
        return Expr(value.op, span, entries)
    args = tuple(_moved(a, span) for a in value.args) if value.op is Op.ARRAY else value.args
    return Expr(value.op, span, args)


def _masked(written: str, root: Expr, secrets: list[Expr]) -> str:
    """The text with every sensitive value, wherever it stands, made unreadable; places stay where they are."""
    if not secrets:
        return written
    spans = [secret.span for secret in secrets]
    texts: set[object] = set()
    todo = list(secrets)
    while todo:
        one = todo.pop()
        if one.op is Op.LITERAL and isinstance(one.args[0], str) and len(one.args[0]) > 1:
            texts.add(one.args[0])
        todo += _inside(one)
    todo = [root]
    while todo:
        one = todo.pop()
        if one.op is Op.LITERAL and isinstance(one.args[0], str) and one.args[0] in texts:
            spans.append(one.span)
        todo += _inside(one)
    pieces, at = [], 0
    for span in sorted(set(spans), key=lambda s: (s.start, -s.end)):
        if span.start < at:
            continue
        quotes = written.startswith('"', span.start)
        inner = Span(span.file, span.start + quotes, span.end - quotes)
        pieces += [written[at : inner.start], re.sub(r"[^\r\n]", "*", written[inner.start : inner.end])]
        pieces.append(written[inner.end : span.end])
        at = span.end
    return "".join((*pieces, written[at:]))


def _inside(value: Expr) -> list[Expr]:
    if value.op is Op.OBJECT:
        return [v for _, v in value.args if v is not None]
    return list(value.args) if value.op is Op.ARRAY else []
