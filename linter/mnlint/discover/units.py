"""What is deployed or called as one, and which calls which: guessed from bytes, settled by reading."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from mnlint.discover.scan import Seen
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.record import dataclass, field
from mnlint.model.root import Glance, Language
from mnlint.model.typing import Final

PARAMETERS = ("bicepparam", "armparams", "tfvars")  # the languages of files that give parameters

MADE: Final = (Op.TEXT, Op.COND, Op.CALL, Op.NAME)  # what says a module's source if nobody wrote it out

MAX_MISSING: Final = 500  # calls of modules that are not here, each told


@dataclass(slots=True)
class Units:
    """Units by name: a file, or a folder with its files for Terraform. Parameter files are none."""

    files: Mapping[str, list[str]]
    languages: Mapping[str, Language]
    glances: Mapping[str, Glance]
    template: Callable[[str], Template]
    guessed: dict[str, set[str]]  # calls that the bytes hint at: some may stand in a comment
    restored: Collection[str]  # folders of callers whose modules a tool has put elsewhere
    lacking: set[str]  # the units whose bytes hint at calls of what is not here
    _calls: dict[str, set[str]] = field(default_factory=dict)

    def language(self, unit: str) -> str:
        return self.languages[self.files[unit][0]].name

    def folder(self, unit: str) -> str:
        """The folder that a unit stands in; a folder of files stands in itself."""
        return posixpath.dirname(self.files[unit][0])

    def calls(self, unit: str) -> set[str]:
        """The units that a unit calls as modules, as its reader says."""
        if unit not in self._calls:
            found = {path for file in self._callers(unit) for path in _called_by(self.template(file))}
            self._calls[unit] = {path for path in found if path in self.files and path != unit}
        return self._calls[unit]

    def _callers(self, unit: str) -> list[str]:
        """The files of a unit that may call others: those that hint at it, all where a tool has put modules."""
        return [file for file in self.files[unit] if _hints(self.glances[file]) or unit in self.restored]

    def missing(self, asked: Callable[[str], bool]) -> list[Notice]:
        """The calls of local modules that are not here, in the files that are asked for."""
        found: list[Notice] = []
        for unit in sorted(self.lacking.difference(self.restored)):
            for file in filter(asked, self._callers(unit)):
                for source in called_from(self.template(file)):
                    words = self._why_not_seen(file, source)
                    if words:
                        if len(found) == MAX_MISSING:
                            words = f"more than {MAX_MISSING:,} modules are not here: the others are not listed"
                        found.append(Notice("note", "MN913", words, Place(source.span, "the module's source")))
                        if len(found) > MAX_MISSING:
                            return found
        return found

    def _why_not_seen(self, file: str, source: Expr) -> str:
        """Why what a call is of is not seen, in words; empty if it is, or is none of ours to see."""
        terraform = self.languages[file].by_folder
        if terraform and source.op in MADE:
            return "where this module is has to be computed: what it declares is not seen"
        path = _local(source, terraform=terraform)
        if path and beside(file, path) not in self.files:
            return f"the module {path} is not here: what it declares is not seen"
        return ""

    def imports(self, unit: str) -> list[str]:
        """The other files that a unit, or a parameter file, takes names from; those in comments do no harm."""
        found = []
        for file in self.files.get(unit, (unit,)):
            for match in self.glances[file].imports:
                path = beside(file, match)
                if path in self.files and path != unit:
                    found.append(path)
        return found

    def sources(self, unit: str) -> str | None:
        """The folder of the sources that a plan was made from, if it lies there."""
        file = self.files.get(unit, (unit,))[0]
        folder = posixpath.dirname(file)
        return folder if self.languages[file].in_folder and folder in self.files else None

    def named(self, file: str) -> list[str]:
        """The templates that the bytes of a parameter file name."""
        return [beside(file, path) for path in self.glances[file].names]

    def reach(self, unit: str) -> frozenset[str]:
        """A unit and all that it calls, by whatever others."""
        seen, todo = {unit}, [unit]
        while todo:
            for callee in self.calls(todo.pop()):
                if callee not in seen:
                    seen.add(callee)
                    todo.append(callee)
        return frozenset(seen)

    def needed(self, reach: Sequence[str]) -> list[str]:
        """The units that are read beside those reached: what they import, and what that imports."""
        seen, todo = set(reach), list(reach)
        more = []
        while todo:
            unit = todo.pop()
            sources = self.sources(unit)
            for other in (*self.imports(unit), *(sorted(self.reach(sources)) if sources is not None else ())):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
                    more.append(other)
        return sorted(more)


def units_of(seen: Seen, template: Callable[[str], Template], restored: Collection[str] = ()) -> Units:
    """The units among files, with the calls that their bytes hint at."""
    files: dict[str, list[str]] = {}
    for file, language in seen.languages.items():
        if language.by_folder:
            files.setdefault(posixpath.dirname(file), []).append(file)
        elif language.name not in PARAMETERS:
            files[file] = [file]
    hinted_at = {
        unit: {beside(file, match) for file in own for match in seen.glances[file].calls} for unit, own in files.items()
    }
    odd = {unit: [file for file in own if seen.glances[file].odd] for unit, own in files.items()}
    for unit, own in odd.items():
        hinted_at[unit].update(path for file in own for path in _called_by(template(file)))
    guessed = {unit: {path for path in paths if path in files and path != unit} for unit, paths in hinted_at.items()}
    lacking = {unit for unit, paths in hinted_at.items() if not paths <= files.keys()}
    lacking |= {
        unit for unit, own in odd.items() if any(s.op in MADE for file in own for s in called_from(template(file)))
    }
    return Units(files, seen.languages, seen.glances, template, guessed, restored, lacking)


def _hints(glance: Glance) -> bool:
    return bool(glance.calls) or glance.odd


def beside(file: str, path: str) -> str:
    """A relative path as written in a file, as a path from the boundary."""
    folder, slash, _ = file.rpartition("/")
    made = posixpath.normpath(path if path.startswith("/") else f"{folder}{slash}{path}")
    return "" if made == "." else made


def above(wanted: Iterable[str], calls: Mapping[str, Iterable[str]]) -> set[str]:
    """The units that lead to one of those wanted, themselves among them."""
    callers: dict[str, list[str]] = {}
    for unit, callees in calls.items():
        for callee in callees:
            callers.setdefault(callee, []).append(unit)
    seen = set(wanted)
    todo = list(seen)
    while todo:
        for caller in callers.get(todo.pop(), ()):
            if caller not in seen:
                seen.add(caller)
                todo.append(caller)
    return seen


def _called_by(template: Template) -> Iterable[str]:
    """The paths that a file calls, itself and by its nested templates, from the boundary."""
    for source in called_from(template):
        if source.op is Op.LITERAL and isinstance(source.args[0], str):
            yield beside(template.file, source.args[0])


def called_from(template: Template) -> Iterator[Expr]:
    """What a file and its nested templates call, where that stands elsewhere."""
    todo = [template]
    while todo:
        for call in todo.pop().calls:
            if isinstance(call.source, Template):
                todo.append(call.source)
            else:
                yield call.source


def _local(source: Expr, *, terraform: bool) -> str:
    """The path of a local module as it is written; empty if it is another one, or nobody knows."""
    path = source.args[0] if source.op is Op.LITERAL else None
    if not isinstance(path, str) or ":" in path or "\\" in path:
        return ""
    return path if path.startswith(("./", "../")) or not terraform else ""
