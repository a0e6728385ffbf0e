"""What was there when a team began: findings by policy, file, declaration and property, so many of each.

Neither lines nor messages nor content are in it, so that code may be moved and mended around them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from mnlint.model.finding import Baseline, BaselineEntry, Card, Finding, Identity, Notice, Suppression
from mnlint.model.record import dataclass, replace
from mnlint.model.typing import Any, Final
from mnlint.settle.suppress import is_day

VERSION: Final = 1
MOST: Final = 1_000_000  # of one finding
_KEYS: Final = ("policy", "path", "address", "property")
_OTHERS: Final = ("count", "reason", "until")


class BaselineError(Exception):
    """A baseline that cannot be taken, and why."""


def parse(text: str) -> Baseline:
    """Raises BaselineError for what is no baseline of a version known here."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BaselineError("this is no JSON document") from error
    if not isinstance(document, dict) or "version" not in document:
        raise BaselineError("this is no baseline: it has no `version`")
    if document["version"] != VERSION or not _is_number(document["version"]):
        raise BaselineError(f"version {document['version']!r} is not known; this mnlint reads {VERSION}")
    found = document.get("findings")
    if not isinstance(found, list):
        raise BaselineError("`findings` must be a list")
    return Baseline(dict(_entry(raw, at) for at, raw in enumerate(found)))


def _entry(raw: Any, at: int) -> tuple[Identity, BaselineEntry]:
    where = f"findings[{at}]"
    if not isinstance(raw, dict):
        raise BaselineError(f"{where} must be an object")
    wrong = [key for key in raw if key not in (*_KEYS, *_OTHERS)]
    if wrong:
        raise BaselineError(f"{where} has the unknown key {wrong[0]!r}; known are {', '.join((*_KEYS, *_OTHERS))}")
    for key in (*_KEYS, "reason", "until"):
        if not isinstance(raw.get(key, "" if key in _OTHERS else None), str):
            raise BaselineError(f"{where}.{key} must be a text")
    count = raw.get("count", 1)
    if not _is_number(count) or not 1 <= count <= MOST:
        raise BaselineError(f"{where}.count must be a number from 1 to {MOST}")
    if raw.get("until") is not None and not is_day(raw["until"]):
        raise BaselineError(f"{where}.until must be a day such as 2027-03-31")
    return tuple(raw[key] for key in _KEYS), BaselineEntry(count, raw.get("reason", ""), raw.get("until"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def of(findings: Iterable[Finding], cards: Mapping[str, Card], before: Baseline) -> Baseline:
    """A baseline of everything that may be silenced and no comment silences, and of what is left of an earlier one.

    Its notes stay.
    """
    counts = Counter(f.identity for f in findings if f.suppressed is None or f.suppressed.place is None)
    kept = {identity: number for identity, number in counts.items() if cards[identity[0]].suppressible}
    entries = before.entries
    now = {identity: replace(entries.get(identity, BaselineEntry(n)), count=n) for identity, n in kept.items()}
    return Baseline({**entries, **now})


def render(baseline: Baseline) -> str:
    """The file: sorted, one key a line, so that changes of it can be read and merged."""
    listed = []
    for identity, entry in sorted(baseline.entries.items()):
        row: dict[str, Any] = {**dict(zip(_KEYS, identity, strict=True)), "count": entry.count}
        listed.append(row | {key: value for key in ("reason", "until") if (value := getattr(entry, key))})
    return json.dumps({"version": VERSION, "findings": listed}, indent=2) + "\n"


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """Findings, those of the baseline marked; what the run has to say of it; and the baseline without what is gone."""

    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    left: Baseline


def mark(
    findings: Sequence[Finding],
    baseline: Baseline,
    cards: Mapping[str, Card],
    undecided: Collection[Identity],
    today: str,
    looked_at: Callable[[str], bool],
) -> Marked:
    """Marks as many findings of each identity as the baseline has; the last ones of a file are those too many.

    What is `undecided` may be a violation yet, a file that was not `looked_at` may hold what it held, and a policy that
    is off now may be on again.
    """
    seen: Counter[Identity] = Counter()
    made = []
    over: set[Identity] = set()
    for finding in findings:
        entry = baseline.entries.get(finding.identity)
        if finding.suppressed is None and entry is not None and cards[finding.policy].suppressible:
            seen[finding.identity] += 1
            if entry.until is not None and entry.until < today:
                over.add(finding.identity)
            elif seen[finding.identity] <= entry.count:
                finding = replace(finding, suppressed=Suppression(entry.reason, None, entry.until))  # noqa: PLW2901
        made.append(finding)
    left = {
        identity: replace(entry, count=min(entry.count, seen[identity]))
        if identity[0] in cards and identity not in undecided and looked_at(identity[1])
        else entry
        for identity, entry in baseline.entries.items()
    }
    left = {identity: entry for identity, entry in left.items() if entry.count}
    gone = sum(e.count for e in baseline.entries.values()) - sum(e.count for e in left.values())
    notices = []
    if gone:
        what = f"{gone} findings of the baseline are gone" if gone > 1 else "1 finding of the baseline is gone"
        notices.append(Notice("note", "baseline", f"{what}: --prune-baseline takes out what is gone"))
    if over:
        what = ", ".join(f"{policy} of {address} in {path}" for policy, path, address, _ in sorted(over)[:3])
        notices.append(Notice("warning", "baseline", f"the time that the baseline gives has passed: {what}"))
    return Marked(tuple(made), tuple(notices), Baseline(left))
