"""Configurations of Terraform drawn at random from a seed: every function and form, types mixed on purpose."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

TEXTS = (
    *("", "a", "b", "B", "abc", "Hello World", "hello-big_world", " x ", "a,b", "a b\tc", "a\nb\n", "a\r\n", "\n"),
    *("true", "false", "TRUE", "null", "1", "01", "1.0", "1.50", "-3", "1e3", " 1", "0x1F", "9007199254740993", "Inf"),
    *(
        "<a>&b",
        'say "x"',
        "a\\b",
        "${x}",
        "%{x}",
        "$",
        "%",
        "$$",
        "100%",
        "%d",
        "%s-%s",
        "ä",
        "e\u0301",
        "日本",
        "ß",
        "İ",
    ),
    *("👩‍👩‍👧", "🇩🇪", "ǅ", "ﬀ", "\u200b", "\u2028", "a.b", "a/b/c.txt", "/", "/a/", "..", "10.0.0.0/16", "10.1.2.3/8"),
    *(
        "fd00::/8",
        "10.0.0.0",
        "2024-02-29T12:34:56Z",
        "2018-01-02T23:12:01-08:00",
        "2024-01-01",
        "1h30m",
        "-90s",
        "24h",
    ),
    *(
        '{"a":1,"b":[true,null,"x"]}',
        "[1,2.50]",
        "{",
        "a: 1\nb: [x, y]\n",
        "- yes\n- 012\n- ~",
        "[off, .5, 1_0, 2024-02-03, '1', 1e2]",
        "a,b\n1,2\n3,4\n",
        "a,a\n1,2",
        "x: ~\n? y\n: no\n1: 0x1F\n",
    ),
    *(
        "SGVsbG8=",
        "/w==",
        "YQ",
        "[a-c]+",
        "(a)(b)?",
        "(?P<n>[a-z]+)",
        "a|b",
        ".",
        "^a",
        "DD MMM YYYY hh:mm ZZZ",
        "EEEE",
    ),
    *("dns", "url", "UTF-8", "UTF-16LE", "ISO-8859-1", "x", "k", "id", "name", "Disabled", "AllowInternetOutbound"),
)
NUMBERS = (
    *("0", "1", "-1", "2", "3", "4", "8", "10", "16", "255", "100", "0.5", "-0.5", "1.5", "2.5", "0.1", "0.2", "1e3"),
    *("1.0", "1e21", "1e-7", "123456789", "9007199254740993", "1e100", "-7", "1000000", "0.30000000000000004", "-2"),
)
KEYS = ("a", "b", "c", "k", "x", "name", "id", "n-1", "1", "a.b", "ä", "Key")

# The functions, and the kinds of what they are meant to be given; `*` before the last kind: so often as you like.
FUNCTIONS: dict[str, str] = {
    "abs": "num",
    "alltrue": "bools",
    "anytrue": "bools",
    "base64decode": "text",
    "base64encode": "text",
    "base64sha256": "text",
    "base64sha512": "text",
    "basename": "text",
    "can": "any",
    "ceil": "num",
    "chomp": "text",
    "chunklist": "list num",
    "cidrhost": "cidr num",
    "cidrnetmask": "cidr",
    "cidrsubnet": "cidr num num",
    "cidrsubnets": "cidr *num",
    "coalesce": "*scalar",
    "coalescelist": "*list",
    "compact": "texts",
    "concat": "*list",
    "contains": "list scalar",
    "csvdecode": "text",
    "dirname": "text",
    "distinct": "list",
    "element": "list num",
    "endswith": "text text",
    "ephemeralasnull": "any",
    "flatten": "lists",
    "floor": "num",
    "format": "verbs *any",
    "formatdate": "text date",
    "formatlist": "verbs *anylist",
    "indent": "num text",
    "index": "list scalar",
    "issensitive": "any",
    "join": "text texts",
    "jsondecode": "text",
    "jsonencode": "any",
    "keys": "map",
    "length": "holder",
    "log": "num num",
    "lookup": "map key scalar",
    "lower": "text",
    "matchkeys": "list list list",
    "max": "*num",
    "md5": "text",
    "merge": "*map",
    "min": "*num",
    "nonsensitive": "any",
    "one": "list",
    "parseint": "text num",
    "pathexpand": "text",
    "pow": "num num",
    "range": "*num",
    "regex": "pattern text",
    "regexall": "pattern text",
    "replace": "text text text",
    "reverse": "list",
    "setintersection": "*list",
    "setproduct": "*list",
    "setsubtract": "list list",
    "setunion": "*list",
    "sha1": "text",
    "sha256": "text",
    "sha512": "text",
    "signum": "num",
    "slice": "list num num",
    "sort": "texts",
    "split": "text text",
    "startswith": "text text",
    "strcontains": "text text",
    "strrev": "text",
    "substr": "text num num",
    "sum": "nums",
    "textdecodebase64": "text text",
    "textencodebase64": "text text",
    "timeadd": "date text",
    "timecmp": "date date",
    "timestamp": "",
    "title": "text",
    "tobool": "scalar",
    "tolist": "anylist",
    "tomap": "map",
    "tonumber": "scalar",
    "toset": "anylist",
    "tostring": "scalar",
    "transpose": "textmap",
    "trim": "text text",
    "trimprefix": "text text",
    "trimspace": "text",
    "trimsuffix": "text text",
    "try": "*any",
    "upper": "text",
    "urlencode": "text",
    "uuid": "",
    "uuidv5": "text text",
    "values": "map",
    "yamldecode": "text",
    "yamlencode": "any",
    "zipmap": "texts list",
}
# What functions, by kind, are good for when something of that kind is wanted.
MAKERS: dict[str, tuple[str, ...]] = {
    "text": (
        *("lower", "upper", "title", "join", "format", "replace", "substr", "trimspace", "jsonencode", "tostring"),
        *("trim", "regex", "base64encode", "chomp", "indent", "strrev", "yamlencode", "coalesce", "lookup", "element"),
    ),
    "num": ("length", "max", "min", "abs", "floor", "ceil", "sum", "index", "parseint", "tonumber", "pow", "signum"),
    "bool": ("contains", "alltrue", "anytrue", "can", "startswith", "tobool", "strcontains", "endswith"),
    "list": (
        *("concat", "distinct", "flatten", "keys", "values", "split", "sort", "tolist", "toset", "reverse", "compact"),
        *("setunion", "setintersection", "setsubtract", "setproduct", "chunklist", "slice", "range", "matchkeys"),
    ),
    "map": ("merge", "zipmap", "tomap", "transpose", "jsondecode", "yamldecode"),
}
VERBS = (
    "%s",
    "%s-%d",
    "%05d",
    "%v",
    "%#v",
    "%q",
    "%.2f",
    "%x",
    "%t",
    "%%",
    "%[2]s%[1]s",
    "%-5s|",
    "%5s|",
    "%e",
    "%g",
    "%b",
)
TYPES = (
    *("string", "number", "bool", "any", "list(string)", "list(number)", "set(string)", "set(number)", "map(string)"),
    *(
        "map(number)",
        "map(any)",
        "list(any)",
        "set(any)",
        "list(list(string))",
        "map(list(string))",
        "tuple([string, number])",
    ),
    "object({ a = string, b = optional(number) })",
    'object({ a = optional(string, "z"), b = optional(bool, true), c = optional(list(string), []) })',
    "map(object({ a = optional(string), b = optional(object({ x = optional(number, 7) }), {}) }))",
    "list(object({ a = optional(string), k = optional(map(string)) }))",
    'object({ k = optional(object({ x = optional(string, "y"), b = bool }), { b = false }), name = optional(any) })',
    "object({ a = any })",
    "set(object({ a = string }))",
)


@dataclass
class Drawn:
    """A configuration: its files, and the outputs' names."""

    files: dict[str, str]
    hidden: frozenset[str] = frozenset()  # files that terraform alone is given


@dataclass
class Draw:
    """Draws expressions; `names` are what they may name, with their kinds."""

    random: random.Random
    names: list[tuple[str, str]] = field(default_factory=list)
    odd: float = 0.12  # how often something of another kind stands where one is wanted
    kinds: dict[str, str] = field(default_factory=dict)  # of the variables, as they are written

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    def one(self, of: tuple[str, ...] | list[str]) -> str:
        return self.random.choice(of)

    # ── values by kind ──

    def expr(self, kind: str, depth: int) -> str:
        """An expression that is of a kind, more often than not."""
        if self.chance(self.odd):
            kind = self.one(("text", "num", "bool", "null", "list", "map", "set", "any"))
        if depth <= 0 or self.chance(0.3):
            return self.leaf(kind, depth)
        way = self.random.random()
        family = FAMILY.get(kind, kind)
        if way < 0.45 and family in MAKERS:
            return self.call(self.one(MAKERS[family]), depth - 1)
        if way < 0.55:
            return self.conditional(kind, depth - 1)
        if way < 0.62:
            return f"({self.expr(kind, depth - 1)})"
        if way < 0.67:
            return f"try({self.expr(kind, depth - 1)}, {self.expr(kind, depth - 1)})"
        if way < 0.75:
            return self.part(depth - 1)
        return self.made(family, depth - 1)

    def leaf(self, kind: str, depth: int) -> str:
        fitting = [name for name, of in self.names if of in (kind, FAMILY.get(kind, kind), "any")]
        if fitting and self.chance(0.35):
            return self.one(fitting)
        if self.names and self.chance(0.05):
            return self.one([name for name, _ in self.names])
        return self.literal(kind, depth)

    def literal(self, kind: str, depth: int = 0) -> str:
        if depth < -2:
            return {"map": "{}", "text": '"a"', "num": "1", "list": "[]"}.get(FAMILY.get(kind, kind), "null")
        make = LITERALS.get("texts" if kind == "set" and not self.odd else kind)
        if make is not None:
            return make(self, depth)
        if kind == "any":
            return self.literal(self.one(("text", "num", "bool", "null", "list", "map", "set", "objects")), depth)
        if kind == "scalar":
            return self.literal(self.one(("text", "text", "num", "bool", "null")), depth)
        if kind in ("anylist", "list"):
            return self.literal(self.one(("texts", "nums", "mixed", "set", "nulls", "objects", "none")), depth)
        if kind == "holder":
            return self.literal(self.one(("text", "list", "map")), depth)
        raise ValueError(kind)

    def many(self, kind: str, depth: int, most: int = 3) -> list[str]:
        return [self.expr(kind, depth - 1) for _ in range(self.random.randint(0, most))]

    def sure(self, kind: str, depth: int) -> str:
        """An expression that terraform seldom stops at."""
        return f"try({self.expr(kind, depth)}, {Draw(self.random, odd=0).literal(kind)})"

    def constant(self, kind: str) -> str:
        """A literal value that a type is likely to take."""
        word = kind.partition("(")[0]
        if word in ("string", "number", "bool", "any"):
            fitting = {"string": ("text", "text", "num", "bool", "null"), "number": ("num",), "bool": ("bool",)}
            return self.literal(self.one(fitting.get(word, ("text", "num", "texts", "nums", "null"))), 0)
        if word == "tuple":
            return f"[{self.literal('scalar')}, {self.literal('num')}]"
        inner = kind.partition("(")[2].removesuffix(")")
        if inner == "any":
            inner = self.one(("string", "number", "list(string)", "map(bool)"))
        if word in ("list", "set"):
            return f"[{', '.join(self.constant(inner) for _ in range(self.random.randint(0, 3)))}]"
        if word == "map":
            keys = self.random.sample(KEYS, self.random.randint(0, 3))
            return f"{{ {', '.join(f'{quoted(key)} = {self.constant(inner)}' for key in keys)} }}" if keys else "{}"
        if word == "object":
            parts = [
                ("a", "any"),
                ("b", "bool"),
                ("k", "map(string)"),
                ("c", "list(string)"),
                ("name", "string"),
                ("x", "any"),
            ]
            given = [
                (name, of)
                for name, of in parts
                if self.chance(0.5) or f"{name} = any" in kind or f"{name} = string" in kind
            ]
            return f"{{ {', '.join(f'{name} = {self.constant(of)}' for name, of in given)} }}" if given else "{}"
        return self.literal(self.one(("null", "text", "num")), 0)

    # ── forms ──

    def call(self, name: str, depth: int) -> str:
        *kinds, last = FUNCTIONS[name].split() or [""]
        kinds = kinds + [last.lstrip("*")] * (self.random.randint(1, 3) if last.startswith("*") else bool(last))
        if self.chance(0.02):
            kinds = kinds[:-1] if self.chance(0.5) else [*kinds, "any"]
        args = [self.expr(kind, depth) for kind in kinds]
        if args and last.startswith("*") and self.chance(0.08):
            return f"{name}({', '.join([*args[:-1], f'[{args[-1]}]'])}...)"
        return f"{name}({', '.join(args)})"

    def conditional(self, kind: str, depth: int) -> str:
        other = kind if self.chance(0.7) else self.one(("text", "num", "bool", "null", "list", "map", "none", "empty"))
        both = [self.expr(kind, depth), self.expr(other, depth)]
        self.random.shuffle(both)
        return f"({self.expr('bool', depth)} ? {both[0]} : {both[1]})"

    def part(self, depth: int) -> str:
        """A member of something, by name, by number, or of each."""
        way = self.one(("index", "index", "attr", "splat", "attrsplat", "key"))
        if way == "index":
            return f"{self.holder('list', depth)}[{self.expr('num', depth - 1)}]"
        if way == "key":
            return f"{self.holder('map', depth)}[{self.expr('key', depth - 1)}]"
        if way == "attr":
            return f"{self.holder('map', depth)}.{self.one(('a', 'b', 'x', 'name'))}"
        if way == "splat":
            rest = self.one(("", ".a", "[0]", ".a.b", '["a"]'))
            return f"{self.holder('objects', depth)}[*]{rest}"
        return f"{self.holder('objects', depth)}.*.{self.one(('a', 'b', 'x'))}"

    def holder(self, kind: str, depth: int) -> str:
        fitting = [name for name, of in self.names if FAMILY.get(of, of) == FAMILY.get(kind, kind)]
        if fitting and self.chance(0.5):
            return self.one(fitting)
        return f"({self.expr(kind, depth)})"

    def made(self, family: str, depth: int) -> str:
        if family == "num":
            return f"{self.expr('num', depth)} {self.one(('+', '-', '*', '/', '%'))} {self.expr('num', depth)}"
        if family == "bool":
            return self.truth(depth)
        if family == "text":
            return self.template(depth)
        if family == "list":
            return self.loop(depth)
        if family == "map":
            return self.mapped(depth)
        return self.call(self.one(list(FUNCTIONS)), depth)

    def truth(self, depth: int) -> str:
        way = self.random.random()
        if way < 0.45:
            kind = self.one(("scalar", "scalar", "any", "list", "map"))
            return f"{self.expr(kind, depth)} {self.one(('==', '!='))} {self.expr(kind, depth)}"
        if way < 0.65:
            return f"{self.expr('num', depth)} {self.one(('<', '<=', '>', '>='))} {self.expr('num', depth)}"
        if way < 0.85:
            return f"{self.expr('bool', depth)} {self.one(('&&', '||'))} {self.expr('bool', depth)}"
        return f"!{self.expr('bool', depth)}"

    def template(self, depth: int) -> str:
        parts = []
        for _ in range(self.random.randint(1, 3)):
            way = self.random.random()
            if way < 0.4:
                parts.append(quoted(self.one(TEXTS))[1:-1])
            elif way < 0.75:
                parts.append(f"${{{self.tilde()}{self.expr('scalar', depth)}{self.tilde()}}}")
            elif way < 0.88:
                other = f"%{{{self.tilde()} else {self.tilde()}}} n " if self.chance(0.5) else ""
                test = f"%{{{self.tilde()} if {self.expr('bool', depth)} {self.tilde()}}}"
                parts.append(f"{test} y {other}%{{ endif {self.tilde()}}}")
            else:
                head = f"%{{ for {self.one(('v', 'k, v'))} in {self.expr('anylist', depth)} {self.tilde()}}}"
                parts.append(f"{head} <${{v}}> %{{ endfor {self.tilde()}}}")
        return f'"{"".join(parts)}"'

    def tilde(self) -> str:
        return "~" if self.chance(0.15) else ""

    def loop(self, depth: int) -> str:
        over = self.expr(self.one(("list", "map", "anylist", "objects")), depth)
        names = self.one(("v", "k, v"))
        inner = self.inner(names)
        condition = f" if {inner.expr('bool', depth)}" if self.chance(0.3) else ""
        return f"[for {names} in {over} : {inner.expr(self.one(('any', 'scalar', 'text')), depth)}{condition}]"

    def mapped(self, depth: int) -> str:
        over = self.expr(self.one(("list", "map", "texts")), depth)
        names = self.one(("v", "k, v"))
        inner = self.inner(names)
        key = self.one(("v", '"${v}"', names[0], '"k${length(v)}"', inner.expr("scalar", depth - 1)))
        condition = f" if {inner.expr('bool', depth)}" if self.chance(0.3) else ""
        return (
            f"{{for {names} in {over} : {key} => {inner.expr('scalar', depth)}{self.one(('', '', '...'))}{condition}}}"
        )

    def inner(self, names: str) -> Draw:
        own = [(name, self.one(("text", "any", "num"))) for name in names.split(", ")]
        return Draw(self.random, [*self.names, *own, *own], self.odd)


def quoted(text: str) -> str:
    """A text as HCL writes it."""
    made = json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    return made.replace("\u2028", "\\u2028")


def _object(draw: Draw, depth: int, kind: str = "scalar") -> str:
    keys = draw.random.sample(KEYS, draw.random.randint(0, 3))
    entries = [f"{quoted(key)} = {draw.expr(kind, depth - 1)}" for key in keys]
    return f"{{ {', '.join(entries)} }}" if entries else "{}"


def _listed(kind: str, least: int = 0) -> Callable[[Draw, int], str]:
    def make(draw: Draw, depth: int) -> str:
        return f"[{', '.join([*(draw.expr(kind, depth - 1) for _ in range(least)), *draw.many(kind, depth)])}]"

    return make


LITERALS: dict[str, Callable[[Draw, int], str]] = {
    "text": lambda draw, depth: quoted(draw.one(TEXTS)),
    "num": lambda draw, depth: draw.one(NUMBERS),
    "bool": lambda draw, depth: draw.one(("true", "false")),
    "null": lambda draw, depth: "null",
    "none": lambda draw, depth: "[]",
    "empty": lambda draw, depth: "{}",
    "key": lambda draw, depth: quoted(draw.one(KEYS)),
    "cidr": lambda draw, depth: quoted(
        draw.one(("10.0.0.0/16", "10.1.2.3/8", "fd00::/8", "192.168.0.0/24", "10.0.0.0/33"))
    ),
    "date": lambda draw, depth: quoted(draw.one([t for t in TEXTS if t.startswith("20")])),
    "verbs": lambda draw, depth: quoted("".join(draw.one(VERBS) for _ in range(draw.random.randint(1, 2)))),
    "pattern": lambda draw, depth: quoted(
        draw.one(("[a-z]+", "(a)(b)?", "(?P<n>[a-z]+)", "a|b", ".", "^a", "\\d+", "[^ ]*"))
    ),
    "texts": _listed("text"),
    "nums": _listed("num"),
    "bools": _listed("bool"),
    "mixed": _listed("any"),
    "nulls": lambda draw, depth: f"[{', '.join(['null', *draw.many('text', depth)])}]",
    "lists": _listed("list"),
    "objects": lambda draw, depth: f"[{', '.join(_object(draw, depth) for _ in range(draw.random.randint(0, 3)))}]",
    "set": lambda draw, depth: f"toset({draw.literal(draw.one(('texts', 'nums', 'objects', 'mixed')), depth - 1)})",
    "map": _object,
    "textmap": lambda draw, depth: _object(draw, depth, "texts"),
}
# What is as good as what.
FAMILY = {
    **dict.fromkeys(("key", "cidr", "date", "verbs", "pattern"), "text"),
    **dict.fromkeys(("texts", "nums", "bools", "mixed", "nulls", "lists", "objects", "set", "anylist", "none"), "list"),
    **dict.fromkeys(("textmap", "empty"), "map"),
}


def drawn(seed: int, outputs: int = 120, depth: int = 2) -> Drawn:
    """The configuration of a seed: variables, locals, resources, modules, and outputs that say what they are worth."""
    draw = Draw(random.Random(seed))
    given: dict[str, list[str]] = {"seen.auto.tfvars": [], "hidden.auto.tfvars": []}
    blocks = [_variable(draw, f"v{at}", given) for at in range(8)]
    for at in range(6):
        kind = draw.one(KINDS)
        blocks.append(f"locals {{\n  l{at} = {draw.sure(kind, depth)}\n}}\n")
        draw.names.append((f"local.l{at}", kind))
    blocks += _resources(draw)
    module = Draw(draw.random)
    files = {"m/main.tf": _module(module)}
    blocks += _calls(draw, module.kinds)
    for at in range(outputs):
        name = draw.one(list(FUNCTIONS)) if draw.chance(0.3) else ""
        value = draw.call(name, depth - 1) if name else draw.expr(draw.one(KINDS), depth)
        blocks.append(_output(f"o{at}", value))
    files["main.tf"] = "\n".join(blocks)
    files |= {name: "".join(lines) for name, lines in given.items()}
    return Drawn(files, frozenset({"hidden.auto.tfvars"}))


KINDS = ("text", "text", "num", "bool", "list", "list", "map", "map", "any", "set")


def _output(name: str, value: str) -> str:
    return f'output "{name}" {{\n  sensitive = true\n  value     = {value}\n}}\n'


def _variable(draw: Draw, name: str, given: dict[str, list[str]] | None = None) -> str:
    """A variable with a type, a default, or a value in a file."""
    kind = draw.one(TYPES)
    lines = [] if draw.chance(0.1) else [f"  type = {kind}\n"]
    constant = Draw(draw.random, odd=0)
    way = draw.one(("default", "default", "seen", "hidden")) if given is not None else "default"
    if way == "default" or (way == "seen" and draw.chance(0.4)):
        lines.append(f"  default = {constant.constant(kind)}\n")
    if given is not None and way != "default":
        given[f"{way}.auto.tfvars"].append(f"{name} = {constant.constant(kind)}\n")
    if draw.chance(0.2):
        lines.append("  nullable = false\n")
    draw.kinds[name] = kind
    draw.names += [(f"var.{name}", OF_TYPE.get(kind.partition("(")[0], "list"))] * 3
    return f'variable "{name}" {{\n{"".join(lines)}}}\n'


OF_TYPE = {"string": "text", "number": "num", "bool": "bool", "any": "any", "map": "map", "object": "map"}
COUNTS = (
    "0",
    "1",
    "2",
    "length(try(tolist(var.v0), []))",
    "try(tobool(var.v1), true) ? 1 : 0",
    "var.v2 == null ? 0 : 1",
)
SETS = (
    'toset(["a", "b"])',
    "{ a = 1, k = 2 }",
    '{ a = { b = true }, "n-1" = null }',
    "try(toset([for x in var.v3 : tostring(x) if x != null]), [])",
    "try({ for k, v in var.v4 : k => v }, {})",
    'try({ for k, v in local.l0 : "k${k}" => v }, { a = local.l1 })',
)


def _resources(draw: Draw) -> list[str]:
    """Resources once, by number and by name."""
    each = Draw(draw.random, [*draw.names, ("each.key", "text"), ("each.value", "any")])
    numbered = Draw(draw.random, [*draw.names, ("count.index", "num")])
    made = [
        f'resource "terraform_data" "one" {{\n  input = {draw.sure("any", 1)}\n}}\n',
        f'resource "terraform_data" "some" {{\n  count = {draw.one(COUNTS)}\n  input = {numbered.sure("any", 1)}\n}}\n',
        f'resource "terraform_data" "each" {{\n  for_each = {draw.one(SETS)}\n  input    = {each.sure("any", 1)}\n}}\n',
    ]
    some, by_name = "terraform_data.some", "terraform_data.each"
    draw.names += [
        *[("terraform_data.one.input", "any"), ("terraform_data.one.output", "any"), ("terraform_data.one.id", "text")],
        *[(f"{some}[0].input", "any"), (f"{some}[*].input", "list"), (f"length({some})", "num")],
        *[(f"try({some}[1].output, null)", "any"), (f"one({some}[*].id)", "text"), (f"keys({by_name})", "list")],
        *[(f'{by_name}["a"].input', "any"), (f"[for k, v in {by_name} : v.input]", "list")],
        (f"{{ for k, v in {by_name} : k => v.output }}", "map"),
    ]
    return made


def _module(draw: Draw) -> str:
    """A module with two inputs and three outputs."""
    blocks = [_variable(draw, "a"), _variable(draw, "b")]
    blocks.append(f"locals {{\n  l = {draw.sure('any', 2)}\n}}\n")
    draw.names.append(("local.l", "any"))
    blocks.append(f'resource "terraform_data" "in" {{\n  input = {draw.sure("any", 1)}\n}}\n')
    draw.names += [("terraform_data.in.input", "any"), ("terraform_data.in.output", "any")]
    blocks += [_output("x", draw.sure("any", 2)), _output("y", "var.a"), _output("z", draw.sure("map", 2))]
    return "\n".join(blocks)


def _calls(draw: Draw, kinds: dict[str, str]) -> list[str]:
    """Calls of the module, once, by number and by name."""
    made = []
    for name, loop, inner in (
        ("m", "", []),
        ("n", f"  count  = {draw.one(COUNTS)}\n", [("count.index", "num")]),
        ("e", f"  for_each = {draw.one(SETS)}\n", [("each.key", "text"), ("each.value", "any")]),
    ):
        own = Draw(draw.random, [*draw.names, *inner, *inner], odd=0.03)
        lines = []
        for key, kind in kinds.items():
            of = OF_TYPE.get(kind.partition("(")[0], "list")
            if draw.chance(0.7):
                lines.append(f"  {key} = {own.constant(kind) if draw.chance(0.4) else own.sure(of, 1)}\n")
        made.append(f'module "{name}" {{\n  source = "./m"\n{loop}{"".join(lines)}}}\n')
    draw.names += [
        *[("module.m.x", "any"), ("module.m.y", "any"), ("module.m.z", "map"), ("module.n[0].x", "any")],
        *[("module.n[*].y", "list"), ("length(module.n)", "num"), ('module.e["a"].y', "any")],
        *[("[for k, v in module.e : v.x]", "list"), ("keys(module.e)", "list")],
    ]
    return made
