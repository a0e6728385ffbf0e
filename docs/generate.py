"""Writes the pages that are made from the code and its lists. With --check it only compares."""

import shutil
import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from mnlint import article, catalogue, cli, explain, list_forms, lists, testing
from mnlint.azure.schema import SCHEMA
from mnlint.forms import Form
from mnlint.model.fact import Field
from mnlint.model.limits import RESULTS
from mnlint.model.policy import Policy
from mnlint.model.settings import Settings, about, keys
from mnlint.settings_forms import FORMS

DOCS = Path(__file__).parent
TABLES = lists.load(catalogue.shipped() / "lists")
LOADED = EVERY = catalogue.every_policy(Settings(), TABLES)
DATED = [policy for policy in EVERY if policy.since or policy.until]
NAMES = {policy.id: f"{policy.id}-{policy.card.name}" for policy in EVERY}
NOTE = "<!-- made by `make docs`; do not edit -->\n\n"


def policies() -> str:
    """A row for each policy."""
    rows = [
        f"| [{p.id}]({p.id}-{p.card.name}.md) | `{p.card.name}` | {_severities(p)} | {p.subject} | {p.card.title} |"
        for p in LOADED
    ]
    head = "# Policies\n\n`mnlint explain ID` prints one of them with its reasons and what to do.\n\n"
    return (
        NOTE
        + head
        + "| id | name | severity | asked of | what is wrong |\n|---|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def _severities(policy: Policy) -> str:
    usual = " or ".join(dict.fromkeys(severity.level for _, severity in policy.severities))
    return f"{usual}; strict: {policy.strict.level}" if policy.strict is not None else usual


def facts() -> str:
    """A table for each kind of fact."""
    head = (
        "# Facts\n\nWhat policies can ask. `one` and `many` lead to other facts; a field path may pass a `one`, as in"
    )
    pages = [f"{head} `network.effectiveMode`.\n"]
    for kind, fields in SCHEMA.kinds.items():
        rows = [f"| `{f.name}` | {_kind(f)} | {f.about}{_default(f)} |" for f in fields.values()]
        pages.append(
            f"## {kind}\n\n{SCHEMA.about[kind]}\n\n| field | kind | |\n|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    return NOTE + "\n".join(pages)


def _kind(field: Field) -> str:
    if field.kind in ("one", "many"):
        return f"{field.kind} {field.to}"
    return ", ".join(f"`{v}`" for v in field.values) if field.values else field.kind


def _default(field: Field) -> str:
    return f" Default: `{field.default}` ([source]({field.source}))." if field.default is not None else ""


SECURITY_TESTS = (DOCS / "security-tests.in").read_text(encoding="utf-8")
SETTINGS = (DOCS / "settings.in").read_text(encoding="utf-8")


def settings() -> str:
    """What a settings file may say, key by key, and what an entry of each list is."""
    options = {p.name: p.opts[0] for p in cli.check.params}
    rows = [
        f"| `{key}` | `{_cell(FORMS[key].says)}` | {f'`{options[name]}`' if name in options else ''} | {about(name)} |"
        for key, name in keys().items()
    ]
    folder = catalogue.shipped() / "lists"
    opened = [name for name in lists.names(folder) if lists.is_open(folder, name)]
    entries = [
        f"| `{name}` | {lists.about(folder, name)} | {_entry(list_forms.entry_form(folder, name))} "
        f"| {_key(folder, name)} |"
        for name in opened
    ]
    head = "| key | what may stand there | option | |\n|---|---|---|---|\n"
    listed = "| list | what it is about | an entry | its key |\n|---|---|---|---|\n"
    by_name = {"<!-- settings -->": head + "\n".join(rows), "<!-- lists -->": listed + "\n".join(entries)}
    page = SETTINGS
    for mark, table in by_name.items():
        page = page.replace(mark, table)
    return NOTE + page


# What is said where a limit with an option is passed, by its parameter.
PASSED = {
    "max_file_bytes": "at the file; of other JSON and YAML nothing",
    "max_evaluations": "a note, at the expression that was one too many",
    "max_modules": "at the call of the module that was one too many",
    "max_module_depth": "at the call of the module that was too deep",
    "max_facts": "at the first that was one too many",
    "max_results": "a note (`capped`), with how many are left out",
    "timeout": "at the first file of each root that was not judged",
}
# Those without: where each is, how many of what, and what is said.
DEPTH, WHOLE = "at the bracket, call or block that was too deep", "where the rest begins"
CONSTANTS = (
    ("formats.bicep.parser:MAX_NESTING", "levels of expressions, blocks and types inside each other in Bicep", DEPTH),
    ("formats.bicep.tokens:MAX_TOKENS", "words, signs and comments of a Bicep file", WHOLE),
    ("formats.armjson:MAX_DEPTH", "levels of objects and arrays in JSON", DEPTH),
    ("formats.armjson:MAX_VALUES", "values and comments in a JSON file", WHOLE),
    ("formats.armexpr:MAX_DEPTH", "levels of an ARM expression", DEPTH),
    ("formats.armexpr:MAX_LENGTH", "characters of an ARM expression", "at the expression"),
    ("formats.armexpr:MAX_TOKENS", "words of all expressions of an ARM template", WHOLE),
    ("formats.armsound:MAX_RESOURCES", "resources of an ARM template", "at the first that is left out"),
    ("formats.terraform_reader:MAX_BLOCK", "characters of a top-level block in Terraform", "a note, at the block"),
    ("formats.terraform_reader:MAX_PARSED", "characters of a Terraform file that only python-hcl2 reads", WHOLE),
    ("formats.tfblocks:MAX_OPEN", "levels of brackets, texts and interpolations in Terraform", DEPTH),
    ("formats.tfblocks:MAX_PIECES", "blocks and comments of a Terraform file", WHOLE),
    ("formats.tfblocks:MAX_SIGNS", "brackets, lines and parts of strings in the blocks of a Terraform file", WHOLE),
    ("formats.tfblocks:MAX_FAULTS", "blocks with a mistake in a Terraform file", WHOLE),
    ("formats.terraform_expr:MAX_DEPTH", "levels of an expression or of blocks in Terraform", DEPTH),
    ("formats.tfplan:MAX_RESOURCES", "resources of a plan", "at the first that is left out"),
    ("inputs:MAX_BYTES", "bytes of a YAML file of Azure ML, and of a policy", "at the file; of a policy exit code 2"),
    ("formats.azureml:MAX_DOCUMENTS", "workspaces in a YAML file of Azure ML", WHOLE),
    ("formats.azureml:MAX_ASKED", "keys written as `? key` in a YAML document", WHOLE),
    ("formats.azureml:MAX_SIGNS", "braces, commas and texts in quotes of a YAML document in braces", WHOLE),
    ("formats.yaml_tree:MAX_NODES", "values of a YAML document, behind aliases counted each time", WHOLE),
    ("formats.yaml_tree:MAX_LEVELS", "levels of a YAML document", DEPTH),
    (
        "resolve.scope:MAX_DEPTH",
        "evaluations inside each other, such as variables that need others",
        "a note, at the expression",
    ),
    ("resolve.collect:MAX_RESOURCES", "resources of a deployment", "at the first that is left out"),
    ("resolve.scope:MAX_INSTANCES", "members of a loop of resources or modules", "nothing: one stands for all"),
    ("resolve.functions.outcome:MAX_SIZE", "characters or members of what a function makes", "undecided, if asked for"),
    ("resolve.joined:MAX_TEXT", "characters of a text with values in it", "undecided, if asked for"),
    ("resolve.joined:MAX_OPTIONS", "values of which a condition chooses one", "undecided, if asked for"),
    ("settings_file:MAX_BYTES", "bytes of a settings file", "exit code 2"),
    ("documents:MAX_DEPTH", "levels of a settings file or a policy", "exit code 2"),
    ("run:MAX_BASELINE", "bytes of a baseline", "exit code 2"),
    ("cli:MAX_LOG", "bytes of a SARIF file for `mnlint merge`", "exit code 2"),
)
LIMITS = (DOCS / "limits.in").read_text(encoding="utf-8")


def limits() -> str:
    """What limits there are: with an option, without one, and what is said of each."""
    params = {p.name: p for p in cli.check.params}
    options = [
        f"| `{params[name].opts[0]}` | {_usual(name)} | {_plain_help(params[name])} | {said} |"
        for name, said in PASSED.items()
    ]
    constants = [f"| {_constant(*where.split(':')):,} | {what} | {said} |" for where, what, said in CONSTANTS]
    page = LIMITS.replace(
        "<!-- options -->", "\n".join(["| option | default | | told |", "|---|---:|---|---|", *options])
    )
    return NOTE + page.replace(
        "<!-- constants -->", "\n".join(["| at most | of what | told |", "|---:|---|---|", *constants])
    )


def _constant(module: str, name: str) -> int:
    found: int = getattr(import_module(f"mnlint.{module}"), name)
    return found


def _usual(name: str) -> str:
    usual = getattr(Settings(), name) if name != "max_results" else RESULTS
    return f"{usual // 1024**2}M" if name == "max_file_bytes" else f"{usual:,}"


def _plain_help(param: Any) -> str:
    return str(param.help).partition(" Default:")[0]


def security_tests() -> str:
    """A row for each threat, T1 to T24: what an ordinary run tries, what the last long run tried, what was found."""
    rows = []
    found = []
    for file in sorted((DOCS / "threats").glob("T*.yaml")):
        row = yaml.safe_load(file.read_text(encoding="utf-8"))
        name = f"T{int(file.stem[1:])}"
        where = " ".join(f"`{test}`" for test in row["tests"])
        left = "; ".join(row["left"]) or "none"
        rows.append(
            f"| {name} | {_cell(row['threat'])} | {where} | {_count(row['least'])} | {_count(row['lab'])} "
            f"| {len(row['found']) or 'none'} | {_cell(left)} |"
        )
        found += [f"- {name}: {one['what']} ({one['commit']})" for one in row["found"]]
    page = SECURITY_TESTS.replace("<!-- threats -->", "\n".join(rows))
    for mark, made in _mutants().items():
        page = page.replace(mark, made)
    return NOTE + page.replace("<!-- found -->", "\n".join(found))


def _mutants() -> dict[str, str]:
    """What the last run of the mutants counted, and why those that survive cannot be told apart."""
    listed = yaml.safe_load((DOCS.parent / "tests/lab/mutants.yaml").read_text(encoding="utf-8"))
    counted = yaml.safe_load((DOCS / "mutants.yaml").read_text(encoding="utf-8"))
    rows = []
    survivors = []
    for module, row in counted.items():
        every, survive = row["mutants"], row["survive"]
        rows.append(f"| `{module}` | {every} | {every - survive} | {survive} | {survive / every:.1%} |")
        for one in listed[module]["survive"]:
            where = f"`{module.rpartition('.')[2]}.{one['in']}`" if one["in"] else f"`{module.rpartition('.')[2]}`"
            survivors.append(f"- {where}, `{one['line']}`: `{one['change']}`. {one['why']}")
    return {"<!-- mutants -->": "\n".join(rows), "<!-- survivors -->": "\n".join(survivors)}


def _count(tried: int | str | None) -> str:
    return "" if tried is None else f"{tried:,}" if isinstance(tried, int) else _cell(tried)


def _entry(form: Form) -> str:
    return " or ".join(f"`{_cell(one.says)}`" for one in getattr(form, "forms", (form,)))


def _key(folder: Path, name: str) -> str:
    return ", ".join(f"`{field}`" for field in lists.key(folder, name))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def page(policy: Policy) -> str:
    """The page of one policy, with examples out of its own cases."""
    return NOTE + explain.markdown(policy, explain.examples(testing.cases_of(Path(policy.file), TABLES)))


def as_of() -> str:
    """Every difference between the day of the article and today: what shows it, since when, and who says so."""
    coverage = article.load()
    seen = [change for change in coverage.changes if change.policies]
    head = (
        f"# What changed since {coverage.date}\n\n"
        f"`--as-of {coverage.date}` judges by what was so on the day of the article, and without it the newest facts\n"
        "hold. These are the differences: a policy, or an entry of a list that policies ask, has a date between the\n"
        "two days. What depends on neither is judged alike on every day."
    )
    parts = [head, *(_change(change, coverage) for change in seen)]
    unseen = [
        f"- {change.says} {change.because}{_by(change, coverage)}" for change in coverage.changes if change.because
    ]
    parts.append("## What a template does not show\n\n" + "\n".join(unseen))
    return NOTE + "\n\n".join(parts) + "\n"


def _change(change: article.Statement, coverage: article.Coverage) -> str:
    by_id = {policy.id: policy for policy in DATED}
    rows = [
        f"| {policy.id} | {policy.since or ''} | {policy.until or ''} | {_link('page', policy.card.see[0])} |"
        for policy in (by_id[name] for name in change.policies if name in by_id)
    ]
    rows += _rows(change)
    links = ", ".join(f"[{name}](policies/{NAMES.get(name, 'index')}.md)" for name in change.policies)
    return (
        f"## {change.says.removesuffix('.')}\n\nJudged by {links}.{_by(change, coverage)}\n\n"
        "| what | since | until | by |\n|---|---|---|---|\n" + "\n".join(rows)
    )


def _rows(change: article.Statement) -> list[str]:
    return [
        f"| {_label(one.name, one.entry)} | {one.entry.get('since', '')} | {one.entry.get('until', '')} | "
        + ", ".join(_link(name, address) for name, address in one.sources.items())
        + " |"
        for one in lists.dated(catalogue.shipped() / "lists")
        if change.is_about(one.name, one.entry)
    ]


def _by(change: article.Statement, coverage: article.Coverage) -> str:
    named = {name: coverage.sources[name] for name in change.sources}
    for one in lists.dated(catalogue.shipped() / "lists") if change.because else ():
        named |= one.sources if change.is_about(one.name, one.entry) else {}
    return f" ({', '.join(_link(name, address) for name, address in named.items())})" if named else ""


def _link(name: str, address: str) -> str:
    return f"[{name}]({address})" if address.startswith("https://") else name


LABELS = ("type", "scenario", "host", "sku", "from", "to", "tag", "name")  # what tells the entries of a list apart


def _label(name: str, entry: Mapping[str, Any]) -> str:
    told = " ".join(f"`{entry[key]}`" for key in LABELS if key in entry)
    return f"{name}: {told}{' of Foundry accounts' if entry.get('families') == ['foundry'] else ''}"


PAGES = {
    "as-of.md": as_of,
    "security-tests.md": security_tests,
    "facts.md": facts,
    "limits.md": limits,
    "settings.md": settings,
    "policies/index.md": policies,
    **{f"policies/{p.id}-{p.card.name}.md": partial(page, p) for p in LOADED},
}


def stale() -> list[str]:
    """The names of pages that are not as they would be written now."""
    there = {path.relative_to(DOCS).as_posix() for path in (DOCS / "policies").glob("*.md")}
    return [
        *sorted(there - set(PAGES)),
        *(
            name
            for name, made in PAGES.items()
            if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != made()
        ),
    ]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"stale: {', '.join(old)}; run `make docs`" if (old := stale()) else 0)
    shutil.rmtree(DOCS / "policies", ignore_errors=True)
    (DOCS / "policies").mkdir()
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), encoding="utf-8")
