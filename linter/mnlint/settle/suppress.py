"""What comments silence: `mnlint: ignore[MN001] reason until=2027-03-31`, at any place on the way of a finding.

Only what the readers call a comment counts, so that no string silences anything. A finding is marked, never removed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import islice

from mnlint.model.finding import Card, Outcome, Place, Suppression, Verdict
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, replace
from mnlint.model.text import Comment, Source, Span
from mnlint.model.typing import Final
from mnlint.settle.comments import Silencing, speaks
from mnlint.settle.findings import Draft
from mnlint.settle.places import places_of, way_of

_OURS: Final = pattern(r"mnlint:\s*")
_IGNORE: Final = pattern(r"mnlint:\s*ignore(?P<file>-file)?\s*\[(?P<ids>[^\]\r\n]*)\](?P<rest>.*)", re.DOTALL)
_DIRECTIVE: Final = pattern(r"#disable-next-line(?P<ids>[^/]*)")  # Bicep's own, for codes that are ours
_UNTIL: Final = pattern(r"(?:^|\s)until=(\S+)")
_DAY: Final = pattern(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
MOST: Final = 1000  # comments of one file that silence; what is more, silences nothing
MOST_IDS: Final = 100  # of one comment
_HINTS: Final = 100  # unknown ids that are compared with known ones, as that takes time
_ID: Final = pattern(r"MN[0-9]{3}")


@dataclass(frozen=True, slots=True, eq=False)
class Ignore:
    """A comment that silences: what, why, how long, and where."""

    ids: tuple[str, ...]
    reason: str
    until: str | None
    place: Place
    line: int = 0  # the line of code that it is about; 0 if `about` says it
    about: Span | None = None
    whole_file: bool = False

    def silences(self, way: Iterable[Span], sources: Mapping[str, Source]) -> bool:
        """Whether it counts at one of the places that a violation of a policy that it names has come by."""
        file = self.place.span.file
        for span in way:
            if span.file != file:
                continue
            if self.whole_file or (self.about is not None and self.about.covers(span)):
                return True
            if self.line and sources[file].line_column(span.start)[0] == self.line:
                return True
        return False


def suppress(
    drafts: Sequence[Draft],
    outcomes: Sequence[Outcome],
    cards: Mapping[str, Card],
    sources: Mapping[str, Source],
    silencing: Silencing,
) -> list[Draft]:
    """The drafts, those marked that a comment silences, and what is wrong with the comments: MN900 to MN903."""
    if not silencing.inline:
        return list(drafts)
    ignores, wrong = _read(outcomes, sources, cards)
    if not ignores and not wrong:
        return list(drafts)
    used: set[tuple[int, str]] = set()  # which comment, which id
    places = _Places(ignores, sources)

    def marked(some: Iterable[Draft]) -> list[Draft]:
        return [_marked(draft, places, used, cards, silencing.today) for draft in some]

    made = marked([*drafts, *_own(ignores, wrong, cards, silencing)])
    # What nobody needs can be told only when everything else is silenced.
    waiting = {
        (at, policy)
        for policy, ways in _undecided(outcomes, sources).items()
        for way in ways
        for at in places.covering(policy, way)
    }
    return made + marked(_unused(ignores, used | waiting, outcomes, cards, silencing))


class _Places:
    """Comments, each by its number, by what they are about, so that not every one is asked of every draft."""

    def __init__(self, ignores: Sequence[Ignore], sources: Mapping[str, Source]) -> None:
        self.ignores, self._sources = ignores, sources
        self._of: dict[tuple[str, str, int], list[int]] = {}  # policy, file, line; 0 where it is more than one line
        for at, ignore in enumerate(ignores):
            for one in ignore.ids:
                self._of.setdefault((one, ignore.place.span.file, ignore.line), []).append(at)

    def covering(self, policy: str, way: Sequence[Span]) -> Iterator[int]:
        """Those that silence a policy at a place of a way, in their order."""
        sources = self._sources
        keys = {(policy, span.file, 0) for span in way}
        keys |= {(policy, s.file, sources[s.file].line_column(s.start)[0]) for s in way if s.file in sources}
        candidates = sorted({at for key in keys for at in self._of.get(key, ())})
        return (at for at in candidates if self.ignores[at].silences(way, sources))


def _marked(draft: Draft, places: _Places, used: set[tuple[int, str]], cards: Mapping[str, Card], today: str) -> Draft:
    if not cards[draft.policy].suppressible:
        return draft
    for at in places.covering(draft.policy, (draft.primary.span, *draft.way())):
        ignore = places.ignores[at]
        used.add((at, draft.policy))
        if ignore.reason and not _expired(ignore, today):
            return replace(draft, suppressed=Suppression(ignore.reason, ignore.place, ignore.until))
    return draft


def _expired(ignore: Ignore, today: str) -> bool:
    """Whether its day has passed; one that is no day never comes, and holds nothing up."""
    return ignore.until is not None and (not is_day(ignore.until) or ignore.until < today)


def is_day(text: str) -> bool:
    """Whether a text is a day such as 2027-03-31, so that days can be compared as texts."""
    return _DAY.fullmatch(text) is not None


# ── comments ──


def _read(
    outcomes: Iterable[Outcome], sources: Mapping[str, Source], cards: Mapping[str, Card]
) -> tuple[list[Ignore], list[tuple[Place, str]]]:
    """The comments of all files that silence, and those that were meant to and do not."""
    files: dict[str, dict[Comment, None]] = {}
    for outcome in outcomes:
        for comment in outcome.comments:
            files.setdefault(comment.span.file, {})[comment] = None
    ignores: list[Ignore] = []
    wrong: list[tuple[Place, str]] = []
    for file, comments in sorted(files.items()):
        if file not in sources:
            continue
        code = cache(partial(_Code, sources[file], list(comments)))
        for comment in islice(filter(speaks, comments), MOST):
            made = _ignore(comment, code, cards)
            if isinstance(made, Ignore):
                ignores.append(made)
            elif made is not None:
                wrong.append((_place(comment), made))
    return ignores, wrong


class _Code:
    """A file's text without its comments: what there is before and after one of them."""

    def __init__(self, source: Source, comments: Sequence[Comment]) -> None:
        self.source = source
        self.comments: dict[int, list[Comment]] = {}  # by the line where they begin
        pieces, at = [], 1 if source.text.startswith("\ufeff") else 0
        pieces.append(" " * at)
        for comment in sorted((c for c in comments if c.about is None), key=lambda c: c.span.start):
            span = comment.span
            pieces += [source.text[at : span.start], re.sub(r"[^\r\n]", " ", source.cut(span))]
            at = span.end
            self.comments.setdefault(source.line_column(span.start)[0], []).append(comment)
        rests = re.finditer(r"\S[^\r\n]*", "".join([*pieces, source.text[at:]]))
        starts = [found.start() for found in rests if found[0].rstrip() != "---"]  # where a YAML document begins
        self.first = starts[0] if starts else len(source.text)
        self.lines = {source.line_column(start)[0]: start for start in starts}  # those with code, and where it begins
        self.numbers = sorted(self.lines)

    def line_of(self, span: Span) -> int:
        """The line of code that a comment is about: its own, or the next that there is; 0 at the end of a file."""
        line, last = (self.source.line_column(at)[0] for at in (span.start, span.end))
        if self.lines.get(line, span.start) < span.start:
            return line
        at = bisect_left(self.numbers, last)
        return self.numbers[at] if at < len(self.numbers) else 0

    def behind(self, comment: Comment) -> str:
        """The words of the comment that follows on the same line."""
        line = self.comments.get(self.source.line_column(comment.span.start)[0], [])
        return next((_body(other.text) for other in line if other.span.start >= comment.span.end), "")


def _ignore(comment: Comment, code: Callable[[], _Code], cards: Mapping[str, Card]) -> Ignore | str | None:
    """What a comment silences; what is wrong with it, in words; None if it is not for us."""
    directive = _DIRECTIVE.match(comment.text)
    if directive is not None:
        return _directive(comment, directive["ids"], code, cards)
    body = _body(comment.text)
    if not _OURS.match(body):
        return None
    found = _IGNORE.match(body)
    ids = _ids(found["ids"]) if found else ()
    if len(ids) > MOST_IDS:
        return f"this comment silences nothing: it names more than {MOST_IDS} policies"
    if found is None or not ids:
        return "this comment silences nothing: it is written as `mnlint: ignore[MN001] reason`"
    made = Ignore(ids, *_reason(found["rest"]), _place(comment), about=comment.about)
    if found["file"]:
        if code().first < (comment.about or comment.span).start:
            return "this comment silences nothing: `ignore-file` counts before the first line of code only"
        return replace(made, whole_file=True, about=None)
    return made if comment.about is not None else replace(made, line=code().line_of(comment.span))


def _directive(comment: Comment, words: str, code: Callable[[], _Code], cards: Mapping[str, Card]) -> Ignore | None:
    """`#disable-next-line` with the reason in the comment behind it; most of its codes are the compiler's."""
    ids = tuple(word for word in _ids(words) if word in cards or _ID.fullmatch(word))[:MOST_IDS]
    if not ids:
        return None
    reason, until = _reason(code().behind(comment))
    return Ignore(ids, reason, until, _place(comment), code().line_of(comment.span))


def _reason(words: str) -> tuple[str, str | None]:
    """Why, and until when."""
    until = _UNTIL.search(words)
    return " ".join(_UNTIL.sub(" ", words).split()), until[1] if until else None


def _body(text: str) -> str:
    """A comment without its delimiters."""
    return text.removesuffix("*/").lstrip("/*# \t\r\n").rstrip()


def _ids(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.upper() for word in re.split(r"[,\s]+", words) if word))


def _place(comment: Comment) -> Place:
    """Its first line: of a long comment, that is what speaks to us."""
    first = comment.text.splitlines()[0] if comment.about is None and comment.text else ""
    end = comment.span.start + len(first) if first else comment.span.end
    return Place(Span(comment.span.file, comment.span.start, max(end, comment.span.start + 1)), "here")


# ── what is wrong with them ──


def _own(
    ignores: Iterable[Ignore], wrong: Iterable[tuple[Place, str]], cards: Mapping[str, Card], silencing: Silencing
) -> Iterator[Draft]:
    for place, what in wrong:
        yield _draft(cards["MN902"], place, what)
    for ignore in ignores:
        named = ", ".join(ignore.ids)
        if not ignore.reason:
            without = f"{named}: this suppression gives no reason, so it silences nothing"
            yield _draft(cards["MN900"], ignore.place, without)
        if _expired(ignore, silencing.today):
            passed = f"{named}: this suppression ended with {ignore.until}"
            no_day = f"{named}: `until={ignore.until}` is no day such as 2027-03-31, so this suppression never holds"
            known = ignore.until is not None and is_day(ignore.until)
            yield _draft(cards["MN901"], ignore.place, passed if known else no_day)
        for one in ignore.ids:
            if one in cards and not cards[one].suppressible:
                yield _draft(cards["MN903"], ignore.place, f"{one} {cards[one].name} cannot be suppressed")


def _unused(
    ignores: Sequence[Ignore],
    used: Collection[tuple[int, str]],
    outcomes: Sequence[Outcome],
    cards: Mapping[str, Card],
    silencing: Silencing,
) -> Iterator[Draft]:
    """What silences nothing, unless it may yet: its policy did not run or waits for a value, or a root was left out."""
    from difflib import get_close_matches

    if not all(outcome.whole for outcome in outcomes):
        return
    known: Collection[str] = ()  # asked for once, and only if a comment names what did not run
    hints = 0
    for at, ignore in enumerate(ignores):
        for one in ignore.ids:
            if (at, one) in used or one == "MN902" or _expired(ignore, silencing.today):
                continue
            if one not in cards:
                known = known or silencing.known()
                if one not in known:
                    hints += 1
                    near = get_close_matches(one, known, 1) if hints <= _HINTS and len(one) <= MOST_IDS else []
                    hint = f"; did you mean {near[0]}?" if near else ""
                    yield _draft(cards["MN902"], ignore.place, f"{one} is the id of no policy{hint}")
            elif cards[one].suppressible:
                yield _draft(cards["MN902"], ignore.place, f"{one}: nothing is found here that this silences")


def _undecided(outcomes: Iterable[Outcome], sources: Mapping[str, Source]) -> dict[str, list[tuple[Span, ...]]]:
    """The places of all that waits for a value, by policy."""
    found: dict[str, list[tuple[Span, ...]]] = {}
    for outcome in outcomes:
        for judgement in outcome.judgements:
            if judgement.verdict is Verdict.UNKNOWN:
                primary = places_of(judgement, sources).primary
                found.setdefault(judgement.policy, []).append((primary.span, *way_of(judgement, sources)))
    return found


def _draft(card: Card, place: Place, message: str) -> Draft:
    file = place.span.file
    identity = (card.id, file, message, "")
    return Draft(card.id, card.severity, message, None, file, file, place, (), lambda: (place.span,), identity, 1)
