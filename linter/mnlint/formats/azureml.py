"""Azure ML workspaces as the CLI and SDK v2 take them: which YAML is one, and what in it is still a placeholder."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from mnlint.formats.yaml_tree import Tree, parse_tree
from mnlint.inputs import MAX_BYTES
from mnlint.model.expr import Declared, Expr, Input, Op, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.hints import SHARED_KEYS, WORKSPACE_KEYS, spelled_out
from mnlint.model.pattern import pattern
from mnlint.model.text import Comment, Source, Span
from mnlint.model.typing import Final

KINDS: Final = ("workspace", "default", "hub", "project", "featurestore", "feature_store")

# ── which YAML is a workspace ──

_DOCUMENT = re.compile(rb"^---(?=\s)", re.MULTILINE).finditer
# The first key, perhaps.
_INDENTED = re.compile(rb"(?:[ \t]*+(?:#[^\n]*+)?\r?\n|(?:---|%)[^\n]*+\n)*+( +)(?=[^\s#])").match
_ROOT_KEY = re.compile(rb"^(?:[\"']?)([a-z$][\w-]*)(?:[\"']?)[ \t]*:(?=\s|$)", re.MULTILINE).findall
_SCHEMA = re.compile(rb"^[\"']?\$schema[\"']?[ \t]*:[ \t]*(\S+)", re.MULTILINE).search
_OF_WORKSPACES = re.compile(rb"(?>.*?azureml).*/\w*(?:workspace|hub|project|feature_?store)\.schema\.json").match
_KIND = re.compile(rb"^[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?(\w+)", re.MULTILINE).search
_NETWORK = re.compile(
    rb"^[ \t]+[\"']?(?:isolation_?mode|outbound_?rules|firewall_?sku)[\"']?[ \t]*:"
    rb"|^[\"']?managed_network[\"']?[ \t]*:[ \t]*(?:[&!][^\s{]*[ \t]*)*+\{\s*+[^\s}]",
    re.MULTILINE,
).search
_AZURE_ID = re.compile(rb"^\w+[ \t]*:[ \t]*[\"']?(?>\S*?/resourcegroups/)\S+?/providers/", re.MULTILINE).search

# Keys that a workspace never has at its root: Kubernetes, pipelines, OpenAPI, Compose, ARM, jobs, endpoints.
_FOREIGN: Final = frozenset(
    b"apiversion auth_mode command endpoint_name hosts jobs metadata on openapi parameters pool replication_locations "
    b"resources services spec stages steps swagger tasks traffic trigger type variables".split()
)
_ANY_KEY = rb"^[\"']?(?:\$schema|%s)[\"']?[ \t]*:" % b"|".join(sorted(WORKSPACE_KEYS | SHARED_KEYS))
_ANY = re.compile(_ANY_KEY, re.MULTILINE).search
_WORD = re.compile(rb"\$schema|%s" % b"|".join(sorted(WORKSPACE_KEYS | SHARED_KEYS))).search
_SHORT: Final = 8  # bytes in which no document of ours has room; of such there may be millions
MAX_HOLES: Final = 1_000  # placeholders of a text; one with more is one of its own
MAX_COMMENTS: Final = 20_000  # of a document; what others say to us has no effect
MAX_SIGNS: Final = 200_000  # braces, commas and quoted texts of a document in braces; no reader gets so far
MAX_ASKED: Final = 10_000  # keys that are written as `? key`; a document has no more values than twice as many
MAX_DOCUMENTS: Final = 200  # of a file that are workspaces


# Ends of lines of which some only YAML takes for such.
_BREAKS: Final = ("\r", "\x85", "\u2028", "\u2029")
_BLANK_LINES = re.compile(rb"\n(?:[ \t]*+\n)++").sub
# Keys in other words: with an anchor or a tag, as `? key` and `: value`, in braces, by way of `<<`.
_BEFORE_KEY = re.compile(rb"^(?:(?:\?|[&!][^\s{]*+)[ \t]++)++", re.MULTILINE).sub
_ASKED = re.compile(
    rb"^\?[ \t]++([^\s:]++)[ \t]*+(?:#[^\n]*+)?(?:\n[ \t]*+#[^\n]*+|\n[ \t]*+(?=\n))*+\n:(?=\s)", re.MULTILINE
).sub
_BRACES = re.compile(rb"^(?:---[ \t]+)?(?:[&!][^\s{]*[ \t]*)?\{|^[\"']?<<[\"']?[ \t]*:", re.MULTILINE).search
_SIGN = re.compile(rb"\"(?:[^\"\\]++|\\.)*+\"?+|'[^']*+'?+|[{},]", re.DOTALL)
_MARK = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)").sub  # of an encoding


def is_workspace(data: bytes) -> bool:
    """Whether some document of a YAML file, in lower case, is a workspace; looks at keys at the beginning of lines."""
    data = _MARK(b"", data).replace(b"\r\n", b"\n")
    for sign in _BREAKS:
        data = data.replace(sign.encode(), b"\n")
    return bool(_workspaces(data))


def _in_lines(data: bytes) -> bytes:
    """A document, in lower case, with its keys at the beginning of lines, however they are written; only they are
    right. Empty if no key of a workspace is in it."""
    data = spelled_out(data)
    if _WORD(data) is None:
        return b""
    data = _BLANK_LINES(b"\n", data)  # of which there may be millions, each a beginning of a line
    if data.count(b"\n?") > MAX_ASKED:
        return _too_much(data)
    if b"\n?" in data or data.startswith(b"?"):
        data = _ASKED(rb"\1:", data)
    data = _BEFORE_KEY(b"", data)
    if _BRACES(data) is not None:
        return _without_braces(data)
    indented = _INDENTED(data)
    return (b"\n" + data).replace(b"\n" + indented[1], b"\n") if indented is not None else data


def _too_much(data: bytes) -> bytes:
    """A document that no reader gets to the end of: ours if it may be, so that the reader says that it is too much."""
    return b"kind: hub\nmanaged_network:\n" if b"managed_network" in data else data


def _without_braces(data: bytes) -> bytes:
    """The same with each member of braces in a line: of the outermost ones, and of what is merged, at its beginning."""
    made, at, depth = [], 0, 0
    for number, found in enumerate(_SIGN.finditer(data)):
        sign = found[0]
        if number == MAX_SIGNS:
            return _too_much(data)
        if sign[:1] in (b'"', b"'"):
            continue
        depth = max(depth + (sign == b"{") - (sign == b"}"), 0)
        made += [data[at : found.start()], b"\n" + b" " * min(max(depth - 1, 0), 1)]
        at = found.end()
        while data[at : at + 1] in (b" ", b"\t", b"\n", b"\r"):
            at += 1
    return b"".join([*made, data[at:]])


def _workspaces(data: bytes) -> set[int]:
    """The numbers of the documents that are workspaces."""
    starts = [0, *(found.start() for found in _DOCUMENT(data) if found.start() > 0), len(data)]
    long = ((n, start, end) for n, (start, end) in enumerate(pairwise(starts)) if end - start > _SHORT)
    parts = ((n, _in_lines(data[start:end])) for n, start, end in long)
    return {n for n, part in parts if part and _ANY(part) is not None and _is_ours(part)}


def _is_ours(data: bytes) -> bool:
    schema = _SCHEMA(data)
    if schema is not None and b"schema.json" in schema[1]:
        return _OF_WORKSPACES(schema[1]) is not None
    keys = set(_ROOT_KEY(data))
    own, shared = keys & WORKSPACE_KEYS, keys & SHARED_KEYS
    if keys & _FOREIGN or not (own or shared):
        return False
    kind = _KIND(data)
    if kind is not None:
        return kind[1].decode("ascii", "replace") in KINDS
    if own and (b"kind" in keys or (b"managed_network" in own and _NETWORK(data))):
        return True  # a kind that is to be filled in
    return b"name" in keys and (len(own) + len(shared) > 1 if own else len(shared) > 1 and _AZURE_ID(data) is not None)


# ── reading ──

# What a tool, or a reader of the example, puts something else in the place of. None of them is looked for beyond where
# the next one of its kind begins: a line of beginnings would be read again from each.
_DOUBLED: Final = r"\{\{(?:[^{}\n]|\{(?!\{))*+\}\}"
_DOLLAR: Final = r"\$\{(?:[^$}\n]|\$(?!\{))*+\}"
_HASHED: Final = r"#\{(?:[^#}\n]|#(?!\{))++\}#?"
_PLACEHOLDER = pattern(
    rf"\${_DOUBLED}|{_DOLLAR}|\$\([\w.-]+\)|\$[A-Za-z_]\w*|{_DOUBLED}|\{{[A-Za-z_][\w.-]*\}}|<[^<>\n]+>"
    rf"|{_HASHED}|%[A-Za-z_]\w*%|__[A-Za-z][\w.]*?__"
)
_DOUBLE_BRACES = pattern(rf"\$?{_DOUBLED}")
_TOKEN_AFTER = re.compile(rf"[ \t]*+({_HASHED})").match  # YAML takes it for a comment
# Statements of Jinja, Go templates and pipelines: which lines there will be, only the tool knows.
_STATEMENT = re.compile(
    r"\{%|<%|\{\{-?[ \t]*(?:[#/^!&>]|(?:if|else|end|range|with|define|template|block|include|toYaml)\b)"
    rf"|^[ \t-]*+\$?{_DOUBLED}[ \t]*+(?::[ \t]*+)?$|\$\{{\{{[ \t]*(?:if|else|elseif|each)\b",
    re.MULTILINE,
).search
_HOLE: Final = "\ue000"  # stands where `{{ }}` did, which YAML would take for mappings
_LINE = re.compile(r"^(?!---|#)\S[^\r\n]*", re.MULTILINE).search
_COMMENT = re.compile(r"(?:^|(?<=[ \t\n]))#[^\r\n]*", re.MULTILINE).search


def read(source: Source) -> Template:
    """Reads a file with workspaces, already without byte order mark; other documents in it are not looked at.

    Mistakes are notices; what can be read is there all the same.
    """
    text = source.text
    reader = _Reader(source)
    resources: list[Declared] = []
    comments: list[Comment] = []
    trees: list[Tree] = []
    lines = text.replace("\r\n", " \n")  # so that all places stay
    for sign in _BREAKS:
        lines = lines.replace(sign, "\n")
    ends = re.finditer(r"^---(?=\s)", lines, re.MULTILINE | re.ASCII)
    starts = [0, *(found.start() for found in ends if found.start() > 0), len(text)]
    if text[: starts[1]].strip() and _LINE(text, 0, starts[1]) is None:  # what stands before the first document
        comments.extend(_comments(source, (), 0, starts[1]))
    notices: list[Notice] = []
    for count, number in enumerate(sorted(_workspaces(lines.lower().encode("utf-8", "replace")))):
        start, end = starts[number : number + 2]
        if count == MAX_DOCUMENTS:
            what = f"more than {MAX_DOCUMENTS} workspaces: the others are not read"
            notices.append(Notice("error", "MN912", what, Place(_first_line(source, start, end), "here")))
            break
        part = text[start:end]
        large = len(part) > MAX_BYTES  # of which nothing is read
        statement = None if large else _STATEMENT(part)
        if statement is not None:
            words = _rest_of_line(source, start + statement.start())
            body = reader.name(source.cut(words)[:60], words)
            resources.append(_declared(body, _first_line(source, start, end), resources))
            continue
        tree = parse_tree(part if large else _DOUBLE_BRACES.sub(_hole, part), source.file, start)
        trees.append(tree)
        comments.extend(_comments(source, tree.scalars, start, end))
        body = reader.lower(tree.root)
        resources.append(_declared(body, _head(body) or _first_line(source, start, end), resources))
    return Template(
        source,
        "azureml",
        inputs=tuple(reader.inputs),
        resources=tuple(resources),
        comments=tuple(comments),
        notices=(*(notice for tree in trees for notice in tree.notices), *notices),
    )


def _hole(found: re.Match[str]) -> str:
    return _HOLE * len(found[0])


def _declared(body: Expr, head: Span, others: Sequence[Declared]) -> Declared:
    kind = _entry(body, "kind")
    word = str(kind[1].args[0]).lower() if kind and kind[1].op is Op.LITERAL else "workspace"
    word = word if word in KINDS and word != "default" else "workspace"
    number = sum(other.type == word for other in others) + 1
    return Declared(word if number == 1 else f"{word} {number}", word, body, head)


def _entry(body: Expr, name: str) -> tuple[Expr, Expr] | None:
    found = (
        (e for e in body.args if e[0].op is Op.LITERAL and e[0].args[0] == name) if body.op is Op.OBJECT else iter(())
    )
    return next(found, None)


def _head(body: Expr) -> Span | None:
    """The line that says what the document is: its kind, else its name."""
    for name in ("kind", "name"):
        entry = _entry(body, name)
        if entry is not None:
            return Span(entry[0].span.file, entry[0].span.start, max(entry[0].span.end, entry[1].span.end))
    first = body.args[0][0] if body.op is Op.OBJECT and body.args else None
    return first.span if first is not None else None


def _first_line(source: Source, start: int, end: int) -> Span:
    found = _LINE(source.text, start, end)
    return Span(source.file, found.start(), found.end()) if found else Span(source.file, start, min(start + 3, end))


def _rest_of_line(source: Source, start: int) -> Span:
    end = source.text.find("\n", start)
    return Span(source.file, start, start + len(source.text[start : end if end >= 0 else None].rstrip()))


def _comments(source: Source, scalars: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Comment]:
    """The comments between the scalars of a document, no more than anybody writes."""
    begins = [scalar[0] for scalar in scalars]
    found = _COMMENT(source.text, start, end)
    for _ in range(MAX_COMMENTS):
        if found is None:
            return
        at = bisect_right(begins, found.start()) - 1
        inside = at >= 0 and scalars[at][1] > found.start()
        if not inside:
            yield Comment(Span(source.file, found.start(), found.end()), found[0])
        found = _COMMENT(source.text, scalars[at][1] if inside else found.end(), end)


class _Reader:
    """Finds the placeholders of one file: each is an input that nothing gives a value."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.inputs: list[Input] = []
        self.times: dict[str, int] = {}

    def lower(self, expr: Expr) -> Expr:
        """A tree with its placeholders as names; recursion is bounded by the depth of the YAML text."""
        if expr.op is Op.LITERAL:
            return self.text(expr) if isinstance(expr.args[0], str) else expr
        if expr.op is Op.ARRAY:
            return Expr(expr.op, expr.span, tuple([self.lower(item) for item in expr.args]))
        if expr.op is Op.SPREAD:
            return Expr(expr.op, expr.span, (self.lower(expr.args[0]),))
        if expr.op is Op.OBJECT:
            return Expr(expr.op, expr.span, tuple([self.entry(key, value) for key, value in expr.args]))
        return expr

    def entry(self, key: Expr, value: Expr | None) -> tuple[Expr, Expr | None]:
        if value is None or key.op is Op.SPREAD:
            return self.lower(key), value
        if value.op is Op.LITERAL and value.args[0] is None and value.span == key.span:
            found = _TOKEN_AFTER(self.source.text, key.span.end + 1)
            if found is not None:
                return key, self.name(found[1], Span(value.span.file, found.start(1), found.end(1)))
        return key if key.args[:1] == ("$schema",) else self.lower(key), self.lower(value)

    def text(self, expr: Expr) -> Expr:
        """A string: with placeholders a TEXT, nothing but one just that."""
        value, span = str(expr.args[0]), expr.span
        written = self.source.cut(span)
        at = _within(written, value)
        if at >= 0:  # with what the holes stand for
            value = written[at : at + len(value)]
        elif _HOLE in value:
            return self.name(" ".join(written.split())[:60], span)
        parts: list[Expr] = []
        end = 0
        holes = list(islice(_PLACEHOLDER.finditer(value), MAX_HOLES + 1))
        if len(holes) > MAX_HOLES:
            return self.name(" ".join(written[:60].split()), span)
        for found in holes:
            if found.start() > end:
                parts.append(self.part(span, at, value, end, found.start()))
            place = Span(span.file, span.start + at + found.start(), span.start + at + found.end()) if at >= 0 else span
            parts.append(self.name(found[0], place))
            end = found.end()
        if not parts:
            return expr
        if end < len(value):
            parts.append(self.part(span, at, value, end, len(value)))
        return parts[0] if len(parts) == 1 else Expr(Op.TEXT, span, tuple(parts))

    def part(self, span: Span, at: int, value: str, start: int, end: int) -> Expr:
        place = Span(span.file, span.start + at + start, span.start + at + end) if at >= 0 else span
        return Expr(Op.LITERAL, place, (value[start:end],))

    def name(self, written: str, span: Span) -> Expr:
        """A placeholder. One of the shell's is the same wherever it stands; two others are filled in one by one."""
        words = " ".join(written.split())
        number = self.times[words] = self.times.get(words, 0) + 1
        shell = words.startswith("$") and not words.startswith("${{")
        symbol = words if shell or number == 1 else f"{words} ({number})"
        if not shell or number == 1:
            self.inputs.append(Input(symbol, symbol, span))
        return Expr(Op.NAME, span, (symbol,))


def _within(written: str, value: str) -> int:
    """Where a value stands in what is written, its holes being whatever is there; -1 if escapes or lines differ."""
    return (written if _HOLE not in value else _DOUBLE_BRACES.sub(_hole, written)).find(value)
