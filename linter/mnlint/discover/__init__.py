"""Paths to roots: which files there are, which call which, and which of them can matter at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from mnlint.discover.contents import Below, Content, below, contents, nothing
from mnlint.discover.files import Files, Held, boundary_of, collect
from mnlint.discover.parameters import Chain, chosen_for, hinted, holding, named_by, sources_of
from mnlint.discover.patterns import matcher
from mnlint.discover.restored import Calls, is_restored
from mnlint.discover.scan import Seen, look
from mnlint.discover.units import PARAMETERS, above, called_from, units_of
from mnlint.model.expr import Template
from mnlint.model.finding import Notice
from mnlint.model.record import dataclass, replace
from mnlint.model.root import Root

__all__ = [
    "PARAMETERS",
    "Below",
    "Content",
    "Files",
    "Held",
    "Plan",
    "Seen",
    "below",
    "boundary_of",
    "called_from",
    "collect",
    "contents",
    "look",
    "matcher",
    "nothing",
    "plan",
]


@dataclass(frozen=True, slots=True)
class Plan:
    """The roots to look at, and what was left out and why."""

    roots: tuple[Root, ...]
    seen: int  # files with a known suffix among those asked for
    skipped: Mapping[str, int]
    notices: tuple[Notice, ...] = ()


def plan(
    data: Collection[str],
    seen: Seen,
    asked: Callable[[str], bool],
    template: Callable[[str], Template],
    parameters: Sequence[str] = (),
    restored: Calls | None = None,
    own: Mapping[str, Sequence[Chain]] | None = None,
) -> Plan:
    """The roots among files: what nobody calls, or a parameter file names, if it leads to a file with a needle.

    `asked` tells whether a file is under the paths that were given: only roots that need one of them are kept.
    `data` are all files, `template` reads one. Bytes only choose what is read; who calls whom is what the readers say,
    so that a call in a comment hides no file. `parameters` are the parameter files that were asked for, `restored` what
    calls of Terraform's modules from elsewhere mean, `own` the parameter files of a root's deployments by settings.
    """
    units = units_of(seen, template, restored or ())
    for caller, meant in (restored or {}).items():
        if caller in units.files:
            units.guessed[caller] |= {folder for folder, _ in meant.values() if folder in units.files}
    ours = holding(units, seen.hits, parameters, own or {})
    at_hand = {unit for unit, files in units.files.items() if any(map(asked, files))} | hinted(units, asked)
    candidates = sorted(above(ours, units.guessed) & above(at_hand, units.guessed))
    called = {callee for unit in candidates for callee in units.calls(unit)}
    sources = sources_of(candidates, units)
    named = named_by(candidates, sources, units)
    entries = {unit: units.reach(unit) for unit in candidates if _begins(unit, called) or unit in named}
    covered = {other for reach in entries.values() for other in reach}
    for unit in candidates:  # a circle that nobody enters begins somewhere
        if unit not in covered and not is_restored(unit):
            entries[unit] = units.reach(unit)
            covered |= entries[unit]
    entries = {unit: reach for unit, reach in entries.items() if reach & ours}
    bindings, why_not = chosen_for(sorted(entries), sources, named, units, parameters, own or {})
    roots = []
    for entry, reach in sorted(entries.items()):
        given = [file for group in bindings[entry] for file in group]
        order = (entry, *sorted(reach - {entry}), *units.needed([*reach, *given]))
        files = [file for unit in order for file in units.files[unit]]
        files += given
        # A plan is asked for by its own name: its sources are judged for themselves.
        if any(map(asked, files if units.sources(entry) is None else [entry])):
            source = sources.get(entry, "")
            root = Root(entry, units.language(entry), tuple(dict.fromkeys(files)), bindings[entry])
            roots.append(replace(root, compiled_from=source if source in entries else ""))
    used = {file for root in roots for file in root.files}
    under = [file for file in data if asked(file)]
    skipped = Counter("not relevant" if f in seen.languages else "not a template" for f in under if f not in used)
    taken = {file for root in roots for group in root.bindings for file in group}
    unused = [f"no template here takes {file}{why_not.get(file, '')}" for file in parameters if file not in taken]
    unused += _not_deployed(own or {}, units.files, entries, called)
    notices = [Notice("warning", "parameters", words) for words in unused]
    notices += units.missing(asked)
    return Plan(tuple(roots), len(under), dict(sorted(skipped.items())), tuple(notices))


def _not_deployed(
    own: Iterable[str], units: Collection[str], entries: Collection[str], called: Collection[str]
) -> list[str]:
    """Why parameter files that settings have for a template are not taken, in words. One that cannot matter is none."""
    found = [
        f"nothing is deployed at {unit or '.'}, which has parameter files in the settings"
        for unit in own
        if unit not in units
    ]
    modules = [unit for unit in own if unit in called and unit not in entries]
    return found + [
        f"{unit or '.'} is a module of others, so that its parameter files are not taken" for unit in modules
    ]


def _begins(unit: str, called: Collection[str]) -> bool:
    """Whether a unit is deployed as it is: nobody calls it, and no tool put it there to be called."""
    return unit not in called and not is_restored(unit)
