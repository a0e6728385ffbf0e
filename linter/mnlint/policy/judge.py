"""A policy over a fact, to a judgement."""

from __future__ import annotations

import re

from mnlint.model.fact import Fact, Facts
from mnlint.model.finding import Judgement, Severity, Verdict
from mnlint.model.policy import Policy
from mnlint.model.tri import Answer, Tri
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown
from mnlint.policy.conditions import Subject, ask, field
from mnlint.policy.paths import steps

PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9.]*)\}")

_YES = Answer(Tri.TRUE)


def judge(policy: Policy, fact: Fact, facts: Facts) -> Judgement:
    """What a policy says of a fact: `when` implies `require`, in Kleene's logic."""
    subject = Subject(fact.fields, facts)
    when = ask(policy.when, subject) if policy.when is not None else _YES
    require = ask(policy.require, subject) if when.tri is not Tri.FALSE else _YES
    verdict, because = _verdict(when, require)
    marked = (field(policy.mark, subject),) if policy.mark and verdict is Verdict.FAIL else ()
    return Judgement(
        policy=policy.id,
        severity=_severity(policy, subject),
        subject=fact.resource or fact.address,
        name=_text(fact.fields.entries["name"]) if "name" in fact.fields.entries else fact.address,
        kind=fact.kind,
        dialect=fact.dialect,
        head=fact.head,
        verdict=verdict,
        message=PLACEHOLDER.sub(lambda found: _text(field(steps(found[1]), subject)), policy.message),
        help=None,
        instances=fact.instances,
        because=(*marked, *(node for node in because if node not in marked)),
        guards=fact.guards,
        field=".".join(str(step) for step in (policy.mark or policy.require.path)),
        declared_in=fact.declared_in,
        symbol=fact.symbol if fact.address == fact.resource else f"{fact.symbol} {fact.address}",
    )


def _verdict(when: Answer, require: Answer) -> tuple[Verdict, tuple[Node, ...]]:
    if when.tri is Tri.FALSE:
        return Verdict.SKIP, ()
    if require.tri is Tri.TRUE:
        return Verdict.PASS, ()
    if when.tri is Tri.TRUE and require.tri is Tri.FALSE:
        return Verdict.FAIL, (*require.because, *(n for n in when.because if n not in require.because))
    doubts = [answer for answer in (require, when) if answer.tri is Tri.UNKNOWN]
    return Verdict.UNKNOWN, tuple(node for answer in doubts for node in answer.because)


def _severity(policy: Policy, subject: Subject) -> Severity:
    """The first severity whose condition holds; one in doubt is passed over."""
    for condition, severity in policy.severities:
        if condition is None or ask(condition, subject).tri is Tri.TRUE:
            return severity
    return policy.card.severity


def _text(node: Node) -> str:
    """A value in a message."""
    value = node.value
    if isinstance(value, Choice):
        return " or ".join(dict.fromkeys(_text(option) for option in value.options))
    if isinstance(value, Unknown):
        return value.label
    if isinstance(value, Ref):
        return ".".join((value.address, *value.rest))
    if value is None or isinstance(value, Absent):
        return "not set"
    if isinstance(value, Map | Seq):
        return "an object" if isinstance(value, Map) else "a list"
    return str(value).lower() if isinstance(value, bool) else str(value)
