"""What a run keeps for the next one: what is to be seen of each file, the heads of templates, the outcomes of roots.

Whoever asks gets the same answer as without it. A key holds everything on which an answer depends; what is no key's
part, such as the files that templates load, is noted beside the answer and looked at again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from mnlint import __version__, pool
from mnlint.cache import Store, decode, encode
from mnlint.discover import PARAMETERS, called_from
from mnlint.model.digest import digest
from mnlint.model.expr import Binding, Call, Expr, Input, Op, Template
from mnlint.model.finding import Judgement, Outcome, Verdict
from mnlint.model.record import dataclass, deferred, field, fields, replace
from mnlint.model.root import Glance, Language, Root
from mnlint.model.settings import Settings
from mnlint.model.text import Source, Span
from mnlint.settle import speaks

Content = Callable[[str], bytes | None]
Below = Callable[[str], Sequence[str] | None]
Notes = dict[str, str | None]
Make = Callable[[Root, Content, Below], Outcome]

WORTH_A_PROCESS: Final = 2 * 1024 * 1024  # bytes of templates to judge
WAITING: Final = ("bicep", "arm", "terraform")  # languages whose templates may be read when somebody asks

# What no outcome depends on: where the repository lies, what is made of a report.
_ASIDE: Final = frozenset(
    (
        *("allow_no_input", "baseline", "boundary", "debug", "deployments", "exclude", "fail_on", "fail_on_undecided"),
        *("inline", "jobs", "locked", "parameters", "prefilter", "stdin", "timeout", "today", "told"),
    )
)


@cache
def program() -> str:
    """A text that is another one for another version of this program or of Python."""
    package = Path(__file__).parent
    inside = package / "_policies"
    files = [package / "_policies" / "compiled.json"] if inside.is_dir() else _sources(package)
    about = [(file.as_posix(), file.stat().st_mtime_ns, file.stat().st_size) for file in files]
    return digest(__version__, sys.version, repr(about))


def _sources(package: Path) -> list[Path]:
    policies = package.parents[1] / "policies"
    return [*sorted(package.rglob("*.py")), *sorted(path for path in policies.rglob("*") if path.is_file())]


def settings_key(settings: Settings, own: Sequence[tuple[str, bytes]]) -> str | None:
    """What of settings outcomes depend on, with the files of a team's `own` policies; None if on something else, too.

    That is what a revision had, and the texts of modules from elsewhere.
    """
    if settings.base is not None or settings.changed_since is not None or settings.restored_modules is not None:
        return None
    said = [(one.name, getattr(settings, one.name)) for one in fields(settings) if one.name not in _ASIDE]
    return digest(repr(said), *(part for name, data in own for part in (name, data)))


@dataclass(slots=True)
class Kept:
    """What is kept for one folder. Without a store: nothing."""

    store: Store | None = None
    key: str = ""
    languages: Sequence[Language] = ()
    seen: MutableMapping[str, tuple[Language, Glance] | None] = field(default_factory=dict)
    heads: dict[str, Template] = field(default_factory=dict)
    quiet: set[str] = field(default_factory=set)  # files in which nothing is wrong, and no comment for us
    digests: Mapping[str, str] = field(default_factory=dict)  # of the files that are there now
    _before: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, store: Store, languages: Sequence[Language], *asked: str | bytes) -> Kept:
        """What is kept for a folder that is looked at in one way: `asked` are all words that say which and how."""
        if store.folder is None:
            return cls()
        made = cls(store, digest(program(), *asked), languages)
        try:
            table = store.get("folder", made.key)
            seen, heads, quiet = decode(table) if table is not None else ({}, {}, frozenset())
            made.seen = {key: None if one is None else (languages[one[0]], one[1]) for key, one in seen.items()}
            made.heads, made.quiet = dict(heads), set(quiet)
        except (ValueError, TypeError, LookupError, AttributeError):  # it is none of ours
            made.seen, made.heads, made.quiet = {}, {}, set()
        made._before = made._keys()
        return made

    def _keys(self) -> tuple[frozenset[str], ...]:
        return frozenset(self.seen), frozenset(self.heads), frozenset(self.quiet)

    def known(self) -> MutableMapping[str, tuple[Language, Glance] | None] | None:
        """What was seen of files on other days, for `discover.look`; None if nothing is kept."""
        return self.seen if self.store is not None else None

    def reader_of_heads(self, template: Callable[[str], Template]) -> Callable[[str], Template]:
        """Who reads of a file what planning asks for: who calls whom, and which names are given and declared."""
        if self.store is None:
            return template

        def head(file: str) -> Template:
            key = self._key(file)
            if key in self.heads:
                return self.heads[key]
            whole = template(file)
            made = head_of(whole)
            if not any(notice.code == "crash" for notice in whole.notices):  # another day may have more memory
                self.heads[key] = made
            return made

        return head

    def reader(self, source: Callable[[str], Source], template: Callable[[str], Template]) -> Callable[[str], Template]:
        """Who reads a file, at once or, where nothing in it was to be told before, when somebody asks for more."""
        if self.store is None:
            return template

        def read(file: str) -> Template:
            key, seen = self._key(file), self.seen.get(self._key(file))
            language = seen[0].name if seen is not None else ""  # a plan's template calls itself another one
            if key in self.quiet and language in WAITING:
                known = {"language": language, "notices": (), "comments": ()}
                return deferred(Template, lambda: template(file), source=source(file), **known)
            made = template(file)
            if language in WAITING and not made.notices and not any(map(speaks, made.comments)):
                self.quiet.add(key)
            return made

        return read

    def _key(self, file: str) -> str:
        return f"{file}\0{self.digests[file]}"

    def keep(self) -> None:
        """Keeps what was seen of the files that are there."""
        if self.store is None:
            return
        now = {f"{file}\0{made}" for file, made in self.digests.items()}
        self.seen = {key: one for key, one in self.seen.items() if key in now}
        self.heads = {key: one for key, one in self.heads.items() if key in now}
        self.quiet &= now
        if self._keys() == self._before:
            return
        rows = {id(language): number for number, language in enumerate(self.languages)}
        plain = {key: None if one is None else (rows[id(one[0])], one[1]) for key, one in self.seen.items()}
        self.store.put("folder", self.key, encode((plain, self.heads, frozenset(self.quiet))))


def head_of(template: Template) -> Template:
    """A template with nothing but what planning asks for."""
    source = Source(template.file, "")
    if template.language not in PARAMETERS:
        inputs = tuple(Input(one.symbol, one.name, one.span) for one in template.inputs)
        calls = tuple(Call("", called, {}, called.span) for called in called_from(template))
        return Template(source, template.language, inputs=inputs, calls=calls)
    nothing = Expr(Op.OPAQUE, Span(template.file, 0, 0), ("not kept",))
    return Template(
        source,
        template.language,
        names=tuple(Binding(one.symbol, nothing, one.span) for one in template.names),
        requires=template.requires,
        notices=tuple(notice for notice in template.notices if notice.level == "error"),
    )


# ── outcomes ──


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What is kept of roots, by everything on which it depends."""

    store: Store
    key: str  # settings, aliases of registries, modules that a tool has put somewhere
    digests: Mapping[str, str]  # of what is in each file, where something is kept
    source: Callable[[str], Source]
    content: Content
    below: Below

    def each(
        self, roots: Sequence[Root], sizes: Mapping[str, int], make: Make, jobs: int, ends: float | None = None
    ) -> Iterator[Outcome]:
        """The outcome of each root, in order: what is kept of it, else what is made now, here or by several processes.

        `sizes` are bytes by entries; of 0 `jobs` there are as many as are worth it. `ends` is when those processes have
        to come back.
        """
        found = [self.kept(root) for root in roots]
        missing = [root for root, outcome in zip(roots, found, strict=True) if outcome is None]
        made = self._by_several(missing, [sizes[root.entry] for root in missing], make, jobs, ends)
        for root, outcome in zip(roots, found, strict=True):
            yield outcome or made.get(root.entry) or self.made(root, make)

    def _by_several(
        self, roots: Sequence[Root], sizes: Sequence[int], make: Make, jobs: int, ends: float | None
    ) -> dict[str, Outcome]:
        """The outcomes by the roots' entries that several processes have made, if there is enough to do for them."""
        jobs = jobs or min(pool.processors(), sum(sizes) // WORTH_A_PROCESS)
        if min(jobs, len(roots)) < 2 or pool.processors() == 0:
            return {}
        # One of middle size is made here: what is imported and compiled for it is at hand in all of them.
        here = sorted(range(len(roots)), key=sizes.__getitem__)[len(roots) // 2]
        first = self.made(roots[here], make)
        rest = [number for number in range(len(roots)) if number != here]
        shares = [[rest[at] for at in share] for share in pool.spread([sizes[number] for number in rest], jobs)]
        results = pool.done(shares, lambda number: json.dumps(self.data(roots[number], make)).encode(), ends)
        made = {roots[number].entry: self.restored(json.loads(data), roots[number]) for number, data in results}
        return {roots[here].entry: first} | {entry: one for entry, one in made.items() if one is not None}

    def kept(self, root: Root) -> Outcome | None:
        """The outcome of a root on another day, if nothing has changed since."""
        return self.restored(self.store.get("root", self._key(root)), root) if self.digests else None

    def _key(self, root: Root) -> str:
        return digest(program(), self.key, repr((root, [self.digests[file] for file in root.files])))

    def made(self, root: Root, make: Make) -> Outcome:
        """The outcome of a root by who makes it now, which is kept. What comes into no report is let go of, and texts,
        of which few are looked at again."""
        made, *notes = self._noting(root, make)
        if not self.digests:
            return replace(made, sources={file: self.source(file) for file in made.sources})
        sources = {file: self.source(file) for file in self._keep(root, made, *notes)["sources"]}
        return replace(made, judgements=_speaking(made), sources=sources)

    def data(self, root: Root, make: Make) -> Any:
        """The same as data."""
        return self._keep(root, *self._noting(root, make))

    def _keep(self, root: Root, made: Outcome, read: Notes, listed: Notes) -> Any:
        """Keeps an outcome, if anything is kept; what it is as data."""
        data = _data(made, read, listed)
        if self.digests and made.whole:
            self.store.put("root", self._key(root), data)
        return data

    def _noting(self, root: Root, make: Make) -> tuple[Outcome, Notes, Notes]:
        """What is made, with the digests of the files that were loaded and of the folders that were listed."""
        read: Notes = {}
        listed: Notes = {}

        def content(file: str) -> bytes | None:
            data = self.content(file)
            read[file] = _of_content(data)
            return data

        def below(folder: str) -> Sequence[str] | None:
            names = self.below(folder)
            listed[folder] = _of_names(names)
            return names

        return make(root, content, below), read, listed

    def restored(self, kept: Any, root: Root) -> Outcome | None:
        """The outcome that data is of; None if it is none of ours, or what it loads has changed."""
        if kept is None:
            return None
        try:
            if any(was != _of_content(self.content(file)) for file, was in kept["read"].items()):
                return None
            if any(was != _of_names(self.below(folder)) for folder, was in kept["listed"].items()):
                return None
            made = decode(kept["outcome"])
            if not isinstance(made, Outcome) or made.root != root.entry:
                return None
            return replace(made, sources={file: self.source(file) for file in kept["sources"] if file in root.files})
        except (ValueError, TypeError, LookupError, AttributeError):  # it is none of ours
            return None


def _of_content(data: bytes | None) -> str | None:
    return None if data is None else digest(data)


def _of_names(names: Sequence[str] | None) -> str | None:
    return None if names is None else digest(*names)


def _data(made: Outcome, read: Notes, listed: Notes) -> dict[str, Any]:
    """An outcome as data: what comes into a report, which is no more than violations and doubts."""
    table = encode(replace(made, judgements=_speaking(made), sources={}, networks=()))
    mentioned = [row for row in table["rows"] if type(row) is str and row in made.sources]
    return {"outcome": table, "sources": mentioned, "read": read, "listed": listed}


def _speaking(made: Outcome) -> tuple[Judgement, ...]:
    return tuple(one for one in made.judgements if one.verdict in (Verdict.FAIL, Verdict.UNKNOWN))
