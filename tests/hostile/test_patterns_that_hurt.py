"""T7: no pattern takes long on any text: not those of policies, nor those that the linter itself is written with."""

from __future__ import annotations

import ast
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FrameType

import pytest

from mnlint import formats
from mnlint.azure.schema import SCHEMA
from mnlint.discover.patterns import matcher
from mnlint.formats import azureml
from mnlint.model import hints
from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.value import literal
from mnlint.policy import patterns
from mnlint.policy.conditions import answer
from mnlint.policy.load import load
from mnlint.policy.mistakes import PolicyError
from mnlint.resolve.functions.terraform import patterns as terraform
from threats import least

Tried = Callable[[str, int], None]
PACKAGE = Path(__file__).parents[2] / "linter/mnlint"


# ── our own: each is tried on long runs of what it is made of ──

SIZE = 24_000  # characters; what goes back to each of them takes seconds
BOUND = 0.06  # seconds of CPU; most take a thousandth of it
AT_EVERY_PLACE = ("search", "finditer", "findall", "sub", "split")
METHODS = ("match", "fullmatch", *AT_EVERY_PLACE)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stops what takes longer, by the CPU's time."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@cache
def sources() -> dict[str, str]:
    files = sorted(PACKAGE.rglob("*.py"))
    return {file.relative_to(PACKAGE).as_posix(): file.read_text(encoding="utf-8") for file in files}


def written() -> Iterator[tuple[str, ast.expr, ast.expr | None, frozenset[str]]]:
    """Each regular expression of the package: its file, its text and flags as they are written, how it is asked."""
    uses: dict[str, set[str]] = {}
    for name, method in re.findall(rf"(\w+)\.({'|'.join(METHODS)})\b", "\n".join(sources().values())):
        uses.setdefault(name, set()).add(method)
    for file, source in sources().items():
        if not re.search(r"\bre\.|\bpattern\(", source):
            continue
        nodes = list(ast.walk(ast.parse(source)))
        bound = {id(node.value): node.attr for node in nodes if isinstance(node, ast.Attribute)}
        named = {
            id(node.value): ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
            for node in nodes
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)
        }
        for call in nodes:
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = ast.unparse(call.func)
            flags = next((keyword.value for keyword in call.keywords if keyword.arg == "flags"), None)
            if name in ("pattern", "re.compile"):
                asked = {bound[id(call)]} if id(call) in bound else set()
                if not asked and id(call) in named:
                    asked = uses.get(named[id(call)], set())
                yield file, call.args[0], flags or next(iter(call.args[1:2]), None), frozenset(asked or {"search"})
            elif name in {f"re.{method}" for method in METHODS}:
                at = 4 if name in ("re.sub", "re.split") else 2
                yield file, call.args[0], flags or next(iter(call.args[at : at + 1]), None), frozenset({name[3:]})


def expressions() -> list[tuple[str, re.Pattern[str] | re.Pattern[bytes], bool]]:
    """Each of them as it is when the package runs, and whether it is asked for at every place of a text."""
    made: list[tuple[str, re.Pattern[str] | re.Pattern[bytes], bool]] = []
    for file, text, flags, asked in written():
        name = "mnlint." + file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        place = f"{file}:{ast.unparse(text)}"
        if place in MADE_THERE or (file == "settings_file.py" and "re.escape(" in place):
            continue
        known = vars(import_module(name))
        values = [eval(ast.unparse(one), known) if one is not None else 0 for one in (text, flags)]  # noqa: S307
        made.append((place, re.compile(*values), not asked.isdisjoint(AT_EVERY_PLACE)))
    hinted = {name: value for name, value in vars(hints).items() if name in HINTS}
    return made + [(f"model/hints.py:{name}", re.compile(value), True) for name, value in hinted.items()]


HINTS = (
    *("BICEP_CALLS", "TERRAFORM_CALLS", "TERRAFORM_JSON_CALLS", "BICEP_MODULES", "TERRAFORM_MODULES"),
    *("BICEP_ODD", "BICEP_ODD_PATH", "TERRAFORM_ODD", "TERRAFORM_JSON_ODD", "ARM_ODD"),
)
MADE_THERE = {  # where the text is known only where it is used: each is one of the others, or looked at here
    "model/pattern.py:*self._written": "what `pattern(...)` was given",
    "discover/scan.py:pattern": "HINTS",
    "glimpse.py:MODULES[suffix]": "HINTS",
    "glimpse.py:CALLS[suffix]": "HINTS",
    "glimpse.py:pattern": "HINTS",
    "forms.py:self.pattern": "versions and ids, of texts that are no longer than forms.LONGEST",
    "formats/azureml.py:b'^' + indented[1]": "so many spaces",
    # settings_file.py: a name of a setting, in a line of the settings
    "formats/azureml.py:pattern": "the value that was written there, character by character",
}


def made_of(text: str | bytes, flags: int) -> tuple[list[str], list[str]]:
    """The characters that an expression names, one for each class; and the words."""
    chars: dict[str, None] = {}
    words: dict[str, None] = {}

    def look(parts: Iterable[tuple[object, object]]) -> None:
        word = ""
        for kind, of in [*parts, (None, None)]:
            if str(kind) == "LITERAL":
                word += chr(of)  # type: ignore[arg-type]
                continue
            words.update(dict.fromkeys([word] if len(word) > 1 else []))
            chars.update(dict.fromkeys(word[:1]))
            word = ""
            if str(kind) == "IN":
                within(of)  # type: ignore[arg-type]
            elif str(kind) in ("ANY", "NOT_LITERAL"):
                chars.update(dict.fromkeys("a b"))
            elif str(kind) == "BRANCH":
                for one in of[1]:  # type: ignore[index]
                    look(one)
            elif str(kind) == "GROUPREF_EXISTS":
                look([*of[1], *(of[2] or ())])  # type: ignore[index]
            elif kind is not None and str(kind) != "AT" and str(kind) != "GROUPREF":
                look(of if str(kind) == "ATOMIC_GROUP" else of[-1])  # type: ignore[index,arg-type]

    def within(members: list[tuple[object, object]]) -> None:
        negated = str(members[0][0]) == "NEGATE"
        found = []
        for kind, of in members:
            if str(kind) == "LITERAL":
                found.append(chr(of))  # type: ignore[arg-type]
            elif str(kind) == "RANGE":
                found.append(chr(of[0]))  # type: ignore[index]
            else:
                found += {"CATEGORY_SPACE": " \n", "CATEGORY_DIGIT": "5", "CATEGORY_WORD": "a"}.get(str(of), "-")
        chars.update(dict.fromkeys(one for one in ("a -" if negated else found[:4])))
        chars.update(dict.fromkeys(found[:2]))

    look(re._parser.parse(text, flags))  # type: ignore[attr-defined]
    return list(chars)[:10], list(words)[:6]


@pytest.mark.parametrize(("place", "made", "anywhere"), [pytest.param(*row, id=row[0][:80]) for row in expressions()])
def test_none_of_our_own_takes_long(
    place: str, made: re.Pattern[str] | re.Pattern[bytes], anywhere: bool, tried: Tried
) -> None:
    """Runs of each character and word, and of two of them, behind each beginning: at most a moment for each."""
    chars, words = made_of(made.pattern, made.flags & ~re.UNICODE if isinstance(made.pattern, bytes) else made.flags)
    units = [*chars, *words, *(one + other for one in chars[:3] for other in chars[:3] if one != other)]
    begins = ["", *words[:2], *chars[:2]]
    texts = [begin + unit * (SIZE // len(unit)) + end for unit in units for begin in begins for end in ("", "\x01")]
    ask = made.search if anywhere else made.match
    for text in texts:
        hurting = text if isinstance(made.pattern, str) else text.encode("utf-8", "surrogatepass")
        with at_most(BOUND):
            ask(hurting)  # type: ignore[arg-type]
    tried("T7", len(texts))


# ── those of policies ──

EVIL = [  # a pattern, a text that it hurts; where others go back and forth for ever
    ("(a+)+", "a"),
    ("(a+)+$", "a"),
    ("^(a+)+$", "a"),
    ("([a-zA-Z]+)*", "a"),
    ("(a|aa)+", "a"),
    ("(a|a?)+", "a"),
    ("(.*a){12}", "a"),
    ("(.*a){99}", "a"),
    ("(a*)*b", "a"),
    ("(a*){399}", "a"),
    ("(a?){399}", "a"),
    ("(a|b|ab)*c", "ab"),
    ("(a|b)*a(a|b){190}", "ab"),
    ("(x+x+)+y", "x"),
    (".*.*.*.*.*.*.*.*=.*", "="),
    ("(.*)*x", "a"),
    ("(.?){399}x", "a"),
    ("(" + "|".join("a" * 200) + ")*", "a"),
    ("(" + "|".join(["[a-zé]"] * 140) + ")*", "é"),
    ("[" + "".join(map(chr, range(200, 900))) + "]{399}", "ÿ"),
    (r"(\w+\s?)*", "a "),
    (r"([\w.+-]+)+@([\w-]+\.)+[\w]{2,}", "a."),
    (r"([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@)[a-z]+[.][a-z]{2,3}", "a"),
    (r"(([\-.]|[_]+)?([a-zA-Z0-9]+))*@", "a"),
    (r"(https?://)?([\da-z.-]+)\.([a-z.]{2,6})([/\w .-]*)*/?", "a."),
    (r"(\d+(\.\d+)*)+-", "1."),
    (r"(([a-z])+.)+[A-Z]([a-z])+", "a"),
    (r"\s+$", " "),
    (r"(\s*\S+\s*)+;", " a"),
    (r"((a{1,10}){1,10})+b", "a"),
    (r"(a+){10}(a+){10}b", "a"),
    (r"((((((((a?)?)?)?)?)?)?)?)*b", "a"),
    (r"(?=a+)b", "a"),
    (r"(?<=a+)b", "a"),
    (r"(?<!a)b", "a"),
    (r"(a+)\1+b", "a"),
    (r"(?P<n>a+)(?P=n)+b", "a"),
    (r"(?i)(a+)+b", "a"),
    ("a{1,99999}", "a"),
    ("(a{999}){999}", "a"),
    ("(((((((((((){99}){99}){99}){99}){99}){99}){99}){99}){99}){99})", "a"),
    ("((|){99}){99}", "a"),
    ("(a|){99}{99}", "a"),
    ("(" * 50 + "a" + ")" * 50, "a"),
    ("(" * 100_000, "a"),
    ("[" + "a" * 100_000 + "]{399}", "a"),
    ("a" * 100_000, "a"),
]
MOMENT = 0.05  # seconds of CPU
LONG = 100_000
HERE = Span("f", 0, 1)
POLICY = {"id": "MN999", "name": "n", "for": "workspace", "title": "t", "message": "m", "why": "w", "fix": "f"}
POLICY |= {"see": [], "added": "0.1", "severity": "error"}


def quickest(ask: Callable[[], object], times: int = 3) -> float:
    """The CPU time of the best of some times: what is between is the machine's."""
    made = []
    for _ in range(times):
        begun = time.process_time()
        ask()
        made.append(time.process_time() - begun)
        if made[-1] <= MOMENT:
            break
    return min(made)


@pytest.mark.parametrize(("text", "unit"), EVIL, ids=[row[0][:40] for row in EVIL])
def test_a_policy_asks_in_a_moment_or_is_refused_at_its_place(text: str, unit: str, tried: Tried) -> None:
    tried("T7", 1)
    document = {**POLICY, "require": {"field": "kind", "matches": text}}
    refused: list[PolicyError] = []

    def read() -> None:
        patterns.compiled.cache_clear()
        try:
            load(document, SCHEMA, {}, "f.yaml")
        except PolicyError as error:
            refused.append(error)

    assert quickest(read, 5) <= MOMENT
    if refused:
        assert refused[0].where == ("require", "matches")
        return
    for size, tail in ((patterns.LONGEST, ""), (patterns.LONGEST - 1, "!"), (LONG, "!")):
        asked = literal((unit * (size // len(unit))) + tail, HERE)
        for exact in (False, True):
            assert quickest(lambda asked=asked, exact=exact: answer(asked, "matches", text, exact=exact)) <= MOMENT
    assert answer(literal(unit * LONG, HERE), "matches", text).tri is Tri.UNKNOWN


def test_every_character_of_a_text_another_one(tried: Tried) -> None:
    """What a state takes is told by a search among the edges of all ranges, not by asking each range."""
    many = "".join(f"[{chr(c)}-{chr(c + 3)}]" for c in range(300, 1_290, 8))
    text = "".join(map(chr, range(300, 300 + patterns.LONGEST)))
    for asked in (f"({many})*", f"({many.replace('][', ']|[')})*"):
        assert quickest(lambda asked=asked: answer(literal(text, HERE), "matches", asked)) <= MOMENT
        tried("T7", 1)


def test_enough_evil_patterns() -> None:
    assert len(EVIL) >= least("T7")
    assert len({text for text, _ in EVIL}) == len(EVIL)


# ── Terraform's regex(), the globs of settings, a day of a comment ──

EMPTY = "(?:" * 9 + ")" + "{1000})" * 8


@pytest.mark.parametrize(
    ("text", "unit"),
    [*((text, unit) for text, unit in EVIL[::6] if len(text) < 400), (EMPTY, "a"), ("(?:(?:){1000}){1000}", "a")],
    ids=lambda one: str(one)[:40],
)
def test_terraform_pays_for_its_patterns(text: str, unit: str, tried: Tried) -> None:
    """Whatever is asked of whatever: at most so many steps, and then it is a doubt."""
    tried("T7", 1)

    def ask() -> None:
        terraform.compiled.cache_clear()
        with suppress(terraform.PatternError):
            list(terraform.matches(text, unit * (20_000 // len(unit)) + "!"))

    with at_most(5):
        ask()


@pytest.mark.parametrize(
    "glob", ["*a" * 200 + "b", "**/" * 300 + "x", "?*" * 200 + "b", "[!b]*" * 100 + "b", "a/**/" * 99]
)
def test_a_pattern_of_files_is_asked_in_a_moment(glob: str, tried: Tried) -> None:
    tried("T7", 1)
    meant = matcher([glob])
    for path in ("a" * 255, "/".join(["a"] * 300), "a" * 254 + "b"):
        with at_most(1):
            meant(path)


LINES = [  # of a file that says that it is a workspace
    "name: " + "{{" * 50_000,
    "name: " + "${" * 50_000,
    "name: " + "${{" * 30_000,
    "name: " + "#{" * 50_000,
    "name: " + "<a" * 50_000,
    "name: " + "__a" * 30_000,
    "{{x}}" + " " * 100_000 + "x: 1",
    "description: a" + "/resourcegroups/x" * 6_000,
    "$schema: " + "azureml" * 15_000 + "schema.json",
    "$schema: azureml" + "/workspace" * 10_000 + "schema.json",
]


@pytest.mark.parametrize("line", LINES, ids=[line[:20] for line in LINES])
def test_a_long_line_of_a_workspace(line: str, tried: Tried) -> None:
    tried("T7", 1)
    text = f"name: hub\nkey_vault: v\n{line}\nmanaged_network:\n  isolation_mode: disabled\n".encode()
    with at_most(4):
        azureml.is_workspace(text)
        formats.read("hub.yml", text, "azureml")
