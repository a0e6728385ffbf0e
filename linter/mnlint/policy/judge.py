"""A policy over a fact, to a judgement."""

from __future__ import annotations

from functools import cache

from mnlint.model.fact import Fact, Facts
from mnlint.model.finding import Judgement, Severity, Verdict
from mnlint.model.ids import may_be_type
from mnlint.model.pattern import pattern
from mnlint.model.policy import Policy
from mnlint.model.tri import Answer, Tri, all_of
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown
from mnlint.policy.conditions import AZURERM, Subject, ask, field, related

if TYPE_CHECKING:
    from mnlint.policy.paths import Steps

# What differs from one subject to the next: messages that only such words tell apart are one finding's.
OWN = ("name", "billed")
PLACEHOLDER = pattern(r"\{(\$?[A-Za-z][A-Za-z0-9.]*|\$\.[^{}]+)\}")

_YES = Answer(Tri.TRUE)
_SILENT = (Verdict.PASS, Verdict.SKIP)


def is_about(policy: Policy, fact: Fact) -> bool:
    """Whether a fact of the policy's kind is one that it is asked of."""
    if policy.dialects and fact.dialect not in policy.dialects:
        return False
    if not policy.types:
        return True
    if fact.fields.entries["declared"].value is False and not policy.existing:
        return False
    azurerm = fact.dialect == AZURERM
    return any(may_be_type(fact.fields.entries["type"], t.lower()) for t in policy.types if ("/" not in t) is azurerm)


def judge(policy: Policy, fact: Fact, facts: Facts) -> Judgement:
    """What a policy says of a fact: `when` implies `require`, in Kleene's logic."""
    subject = Subject.of(fact, facts)
    return _judgement(policy, fact, subject, *_asked(policy, fact, subject))


def told(policy: Policy, fact: Fact, facts: Facts) -> Judgement | None:
    """The same if a report has it: None where a policy holds or has nothing to say, as nearly everywhere."""
    subject = Subject.of(fact, facts)
    verdict, because = _asked(policy, fact, subject)
    return None if verdict in _SILENT else _judgement(policy, fact, subject, verdict, because)


def _asked(policy: Policy, fact: Fact, subject: Subject) -> tuple[Verdict, tuple[Node, ...]]:
    """The verdict, and what it rests on."""
    when = ask(policy.when, subject) if policy.when is not None else _YES
    if fact.unseen is not None:
        when = all_of([when, Answer(Tri.UNKNOWN, (fact.unseen,))])
    require = ask(policy.require, subject) if when.tri is not Tri.FALSE else _YES
    return _verdict(when, require)


def _judgement(policy: Policy, fact: Fact, subject: Subject, verdict: Verdict, because: tuple[Node, ...]) -> Judgement:
    marked = _marked(field(policy.mark, subject)) if policy.mark and verdict is Verdict.FAIL else ()
    # Of what does not fail nobody reads a message, and to fill it in takes as long as to judge.
    message, frame, names = _worded(policy.message, fact, subject) if verdict is Verdict.FAIL else ("", "", ())
    return Judgement(
        policy=policy.id,
        severity=_severity(policy, subject),
        subject=fact.resource or fact.address,
        name=_name(fact),
        kind=fact.kind,
        dialect=fact.dialect,
        head=fact.head,
        verdict=verdict,
        message=message,
        help=None,
        instances=fact.instances,
        because=(*marked, *(node for node in because if node not in marked)),
        guards=fact.guards,
        callers=fact.callers,
        field=".".join(str(step) for step in (policy.mark or policy.require.path)),
        declared_in=fact.declared_in,
        symbol=_symbol(fact),
        names=names,
        frame=frame,
    )


def _marked(node: Node) -> tuple[Node, ...]:
    """What to mark of a value; of several that it may be, each: all of them are wrong."""
    return node.value.options if isinstance(node.value, Choice) else (node,)


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


def _worded(message: str, fact: Fact, subject: Subject) -> tuple[str, str, tuple[str, ...]]:
    """A message with its placeholders filled; the same with NUL for each word of OWN among them; and those words."""
    told, frame, names = [], [], []
    for part in _parts(message):
        text = part if isinstance(part, str) else _filled(part, fact, subject).replace("\0", "")
        own = not isinstance(part, str) and part[-1] in OWN
        if own:
            names.append(text)
        told.append(text)
        frame.append("\0" if own else text)
    return "".join(told), "".join(frame), tuple(names)


@cache
def _parts(message: str) -> tuple[str | Steps, ...]:
    """The words of a message, and the paths of its placeholders between them."""
    from mnlint.policy.paths import steps

    parts = PLACEHOLDER.split(message)
    return tuple(steps(part) if at % 2 else part for at, part in enumerate(parts))


def _filled(path: Steps, fact: Fact, subject: Subject) -> str:
    """A placeholder's text. A name that nobody knows is said by the declaration's own word for it."""
    if path[-1] == "name":
        holder = fact if len(path) == 1 else related(path[:-1], subject)
        if holder is not None:
            return _name(holder)
    return _text(field(path, subject))


def _name(fact: Fact) -> str:
    """The subject's own name; of one that nobody knows, the declaration's word for it, or what names it."""
    node = fact.fields.entries.get("name")
    if node is not None and not _is_open(node) and not isinstance(node.value, Absent | Ref):
        return _text(node)
    made_up = "resources[" in fact.symbol  # ARM JSON gives most resources no symbol
    return f"a resource named by {_text(node)}" if made_up and node is not None and _is_open(node) else fact.symbol


def _is_open(node: Node) -> bool:
    """Whether a value, or one that it may be, is not known."""
    options = node.value.options if isinstance(node.value, Choice) else (node,)
    return any(isinstance(option.value, Unknown) for option in options)


def _symbol(fact: Fact) -> str:
    """What the subject is in its file: without the modules that lead there, for those of all callers are one text.

    The place among ARM JSON's resources is no symbol, for another may come in front. Their name is, where it is known.
    """
    symbol = f"@{fact.named}" if fact.named and "resources[" in fact.symbol else fact.symbol
    if fact.resource and fact.address.startswith(fact.resource):
        return symbol + fact.address[len(fact.resource) :]
    return f"{symbol} {fact.address}"


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
    if isinstance(value, Seq):
        return ", ".join(dict.fromkeys(_text(item) for item in value.items)) or "nothing"
    if isinstance(value, Map):
        return "an object"
    return str(value).lower() if isinstance(value, bool) else str(value)
