"""YAML to Policy; every mistake with its file, line, column and the nearest good word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from mnlint.model.fact import Schema
from mnlint.model.finding import Card, Severity
from mnlint.model.policy import Condition, Policy
from mnlint.model.typing import Any, Final
from mnlint.policy.judge import PLACEHOLDER
from mnlint.policy.mistakes import PolicyError, Where, hint, keys, mapping, prose, text, texts, truth, unknown
from mnlint.policy.questions import BODIES, RESOURCE, Columns, Questions, Tables

REQUIRED: Final = ("id", "name", "title", "severity", "for", "require", "message", "why", "fix", "see", "added")
OPTIONAL: Final = (
    "when", "mark", "tags", "since", "until", "seed", "dialects", "security", "cwe", "azure-policy", "mcsb", "was",
    "retired", "precision", "basis", "strict", "suppressible",
)  # fmt: skip
OF_RESOURCES: Final = ("types", "existing")  # keys beside `for: resource`
# What a policy rests on: the article, later documentation, a schema of the service or a provider, what users reported.
BASES: Final = ("seed", "doc", "api", "field")
PRECISIONS: Final = ("very-high", "high", "medium", "low")  # SARIF's words

# How what is written freely has to look: also what the JSON Schema says of it.
ID: Final = "[A-Z]{2,}[0-9]{3,}"
NAME: Final = "[a-z0-9]+(-[a-z0-9]+)*"
DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
ARM_TYPE: Final = r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)+(/[A-Za-z0-9]+)+"
AZURERM_TYPE: Final = "azurerm_[a-z0-9_]+"


def load(document: Any, schema: Schema, tables: Tables, file: str, columns: Columns = lambda name: ()) -> Policy:
    """One policy from the first document of its file. Raises PolicyError at the first mistake.

    `tables` are the lists of the day, `columns` says what the entries of one have at any day.
    """
    raw = mapping(document, ())
    if "cases" in raw:
        raise PolicyError(("cases",), "the cases are a document of their own: a line `---` stands before `cases:`")
    subject = _subject(raw, schema)
    of_resources = OF_RESOURCES if subject == RESOURCE else ()
    for key in of_resources or OF_RESOURCES:
        if key in raw and not of_resources:
            raise PolicyError((key,), f"`{key}:` goes with `for: {RESOURCE}` only")
    keys(raw, (*REQUIRED, *OPTIONAL, *of_resources), ())
    for key in (*REQUIRED, *of_resources[:1]):
        if key not in raw:
            raise PolicyError((), f"`{key}:` is missing")
    if not re.fullmatch(ID, text(raw["id"], ("id",))):
        raise PolicyError(("id",), "an id is capital letters and at least three digits, such as ACME001")
    if not re.fullmatch(NAME, text(raw["name"], ("name",))):
        raise PolicyError(("name",), "a name is small letters, digits and hyphens, such as wildcard-host")
    types = _types(raw["types"]) if of_resources else ()
    questions = Questions(
        schema, tables, columns, [body for body in BODIES if any(body_of(kind) == body for kind in types)]
    )
    severities = _severities(raw["severity"], questions, subject)
    card = _card(raw, severities[-1][1])
    since, until = _day(raw, "since"), _day(raw, "until")
    if since and until and until <= since:
        raise PolicyError(("until",), "`until:` is a day after `since:`")
    return Policy(
        card=card,
        subject=subject,
        require=questions(raw["require"], subject, ("require",)),
        when=questions(raw["when"], subject, ("when",)) if "when" in raw else None,
        message=_message(raw["message"], questions, subject),
        severities=severities,
        strict=_severity(raw["strict"], ("strict",)) if "strict" in raw else None,
        mark=questions.field(raw["mark"], subject, ("mark",))[0] if "mark" in raw else (),
        types=types,
        existing=truth(raw.get("existing", False), ("existing",)),
        dialects=_dialects(raw.get("dialects", []), schema),
        since=since,
        until=until,
        file=file,
        lists=tuple(sorted(questions.lists)),  # last: by now everything has been asked
    )


def _subject(raw: Mapping[str, Any], schema: Schema) -> str:
    """What the policy is for, which says what the rest may ask."""
    if "for" not in raw:
        keys(raw, (*REQUIRED, *OPTIONAL, *OF_RESOURCES), ())
        raise PolicyError((), "`for:` is missing")
    subject = text(raw["for"], ("for",))
    if subject not in schema.kinds:
        unknown("kind of fact", subject, schema.kinds, ("for",))
    return subject


def body_of(kind: str) -> str:
    """In which of BODIES a resource of a type is written."""
    return BODIES[0] if "/" in kind else BODIES[1]


def _types(raw: Any) -> tuple[str, ...]:
    """Types of resources: ARM's for Bicep, ARM JSON and azapi, azurerm's for Terraform and its plans."""
    types = texts(raw, ("types",))
    if not types:
        raise PolicyError(("types",), "a list with at least one type is expected")
    for at, kind in enumerate(types):
        where: Where = ("types", at)
        if "@" in kind:
            raise PolicyError(where, f"a type stands without its version: {kind.partition('@')[0]}")
        if kind.startswith("azapi_"):
            raise PolicyError(where, "a resource of azapi is of the ARM type that it says: write that")
        if not re.fullmatch(f"{ARM_TYPE}|{AZURERM_TYPE}", kind):
            raise PolicyError(where, f"{kind} is neither a type of ARM, Provider.Name/type, nor one of azurerm")
        if kind.casefold() in (other.casefold() for other in types[:at]):
            raise PolicyError(where, f"{kind} is written twice")
    return types


def _card(raw: Mapping[str, Any], severity: Severity) -> Card:
    security = raw.get("security")
    if security is not None and (isinstance(security, bool) or not isinstance(security, int | float)):
        raise PolicyError(("security",), "a number from 0 to 10 is expected")
    if security is not None and not 0 <= security <= 10:
        raise PolicyError(("security",), "a number from 0 to 10 is expected")
    precision = raw.get("precision", PRECISIONS[0])
    if precision not in PRECISIONS:
        unknown("precision", precision, PRECISIONS, ("precision",))
    for key in ("seed", "retired"):
        if key in raw:
            text(raw[key], (key,))
    texts(raw.get("was", []), ("was",))
    return Card(
        id=raw["id"],
        name=raw["name"],
        title=text(raw["title"], ("title",)),
        severity=severity,
        why=prose(raw["why"], ("why",)),
        fix=prose(raw["fix"], ("fix",)),
        see=texts(raw["see"], ("see",)),
        tags=texts(raw.get("tags", []), ("tags",)),
        added=text(raw["added"], ("added",)),
        seed=raw.get("seed"),
        basis=_bases(raw.get("basis", [])),
        security=security,
        cwe=texts(raw.get("cwe", []), ("cwe",)),
        azure_policy=texts(raw.get("azure-policy", []), ("azure-policy",)),
        mcsb=texts(raw.get("mcsb", []), ("mcsb",)),
        precision=precision,
        suppressible=truth(raw.get("suppressible", True), ("suppressible",)),
    )


def _bases(raw: Any) -> tuple[str, ...]:
    bases = texts(raw, ("basis",))
    for at, word in enumerate(bases):
        if word not in BASES:
            unknown("basis", word, BASES, ("basis", at))
    return bases


def _message(raw: Any, questions: Questions, subject: str) -> str:
    """A message, each of whose placeholders is a field."""
    message = text(raw, ("message",))
    for found in re.finditer(r"\{[^{}]*\}?|\}", message):
        placeholder = PLACEHOLDER.fullmatch(found[0])
        if placeholder is None:
            raise PolicyError(("message",), f"{found[0]} is no placeholder: a field stands in braces, such as {{name}}")
        questions.field(placeholder[1], subject, ("message",))
    return message


def _dialects(raw: Any, schema: Schema) -> tuple[str, ...]:
    dialects = texts(raw, ("dialects",))
    good = dialects_of(schema)
    for at, dialect in enumerate(dialects):
        if dialect not in good:
            unknown("dialect", dialect, good, ("dialects", at))
    return dialects


def dialects_of(schema: Schema) -> tuple[str, ...]:
    """The languages there are, as the schema says them."""
    found = (fields["dialect"].values for fields in schema.kinds.values() if "dialect" in fields)
    return max(found, key=len, default=())


def _day(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is None:
        return None
    try:
        return date.fromisoformat(value if re.fullmatch(DAY, value) else "").isoformat()
    except (TypeError, ValueError) as error:  # no text, or no day of the calendar
        raise PolicyError((key,), "a date is written as 2024-02-13, in quotation marks") from error


def _severities(raw: Any, questions: Questions, subject: str) -> tuple[tuple[Condition | None, Severity], ...]:
    """A word, or a list of {when, is} that ends with {is}."""
    if isinstance(raw, str):
        return ((None, _severity(raw, ("severity",))),)
    if not isinstance(raw, list) or not raw:
        raise PolicyError(("severity",), "a severity is error, warning or note, or a list of {when, is}")
    made: list[tuple[Condition | None, Severity]] = []
    for at, entry in enumerate(raw):
        where: Where = ("severity", at)
        keys(mapping(entry, where), ("when", "is"), where)
        condition = questions(entry["when"], subject, (*where, "when")) if "when" in entry else None
        if condition is None and at < len(raw) - 1:
            raise PolicyError(where, "`when:` is missing: only the last severity holds without a condition")
        made.append((condition, _severity(entry.get("is"), (*where, "is"))))
    if made[-1][0] is not None:
        raise PolicyError(("severity", len(raw) - 1), "the last severity has no `when`: it is what holds otherwise")
    return tuple(made)


def _severity(raw: Any, where: Where) -> Severity:
    words = {s.level: s for s in Severity}
    if not isinstance(raw, str):
        raise PolicyError(where, f"a severity is expected{hint('', words)}")
    return words[raw] if raw in words else unknown("severity", raw, words, where)
