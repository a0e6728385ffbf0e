"""What a run keeps for the next one: what is to be seen of each file, the heads of templates, the outcomes of roots.

Whoever asks gets the same answer as without it. A key holds everything on which an answer depends; what is no key's
part, such as the files that templates load, is noted beside the answer and looked at again. An outcome hangs on those
of its root's files that were asked for more than that there is nothing to tell of them: the others may change.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, MutableMapping, Sequence

from mnlint.cache import Store, program
from mnlint.cache.records import NONE_OF_OURS, decode, encode
from mnlint.discover import PARAMETERS, called_from
from mnlint.model.digest import digest
from mnlint.model.expr import Binding, Call, Expr, Input, Op, Template
from mnlint.model.finding import Outcome
from mnlint.model.record import dataclass, deferred, field, fields, replace
from mnlint.model.root import Glance, Language, Root
from mnlint.model.settings import Settings
from mnlint.model.text import Source, Span
from mnlint.model.typing import Any, Final
from mnlint.settle import speaks

Content = Callable[[str], bytes | None]
Below = Callable[[str], Sequence[str] | None]
Notes = dict[str, str | None]
Read = Callable[[str], Template]
Make = Callable[[Root, Read, Content, Below], Outcome]

WORTH_A_PROCESS: Final = 2 * 1024 * 1024  # bytes of templates to judge
LITTLE: Final = 64 * 1024  # bytes of files of which nothing is kept that are read in no time
MOST_TABLES: Final = 8  # of heads: then those that are there still become one
WAITING: Final = ("bicep", "arm", "terraform")  # languages whose templates may be read when somebody asks

# What no outcome depends on: where the repository lies, what is made of a report.
_ASIDE: Final = frozenset(
    (
        *("allow_no_input", "baseline", "boundary", "debug", "deployments", "exclude", "fail_on", "fail_on_undecided"),
        *("inline", "jobs", "locked", "parameters", "prefilter", "stdin", "timeout", "today", "told"),
    )
)


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
    heads: dict[str, Template] = field(default_factory=dict)  # of those that are not kept
    quiet: set[str] = field(default_factory=set)  # files in which nothing is wrong, and no comment for us
    digests: Mapping[str, str] = field(default_factory=dict)  # of the files that are there now
    _written: list[str] = field(default_factory=list)  # tables of heads, as texts: all that are kept
    _read: list[dict[str, Template]] = field(default_factory=list)  # the same, once somebody asks for one
    _before: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, store: Store, languages: Sequence[Language], *asked: str | bytes) -> Kept:
        """What is kept for a folder that is looked at in one way: `asked` are all words that say which and how."""
        if store.folder is None:
            return cls()
        made = cls(store, digest(program(), *asked), languages)
        try:
            kept = store.get("folder", made.key)
            if kept is not None:
                sights = [one and (languages[one[0]], one[1]) for one in decode(kept["sights"])]
                files = kept["files"]
                made.seen = {file: sights[at] for file, at in zip(files, kept["seen"], strict=True)}
                made.quiet = {files[at] for at in kept["quiet"]}
                made._written = list(kept["heads"])
        except NONE_OF_OURS:
            made.seen, made.quiet, made._written = {}, set(), []
        made._before = made._keys()
        return made

    def _keys(self) -> tuple[frozenset[str], ...]:
        return frozenset(self.seen), frozenset(self.quiet), frozenset(self.heads)

    def known(self) -> MutableMapping[str, tuple[Language, Glance] | None] | None:
        """What was seen of files on other days, for `discover.look`; None if nothing is kept."""
        return self.seen if self.store is not None else None

    def reader_of_heads(self, template: Read) -> Read:
        """Who reads of a file what planning asks for: who calls whom, and which names are given and declared."""
        if self.store is None:
            return template

        def head(file: str) -> Template:
            key = self._key(file)
            known = self.heads.get(key) or self._kept_head(file)
            if known is not None:
                return known
            whole = template(file)
            if any(notice.code == "crash" for notice in whole.notices):  # another day may have more memory
                return whole
            seen = self.seen.get(key)
            made = self.heads[key] = head_of(whole, gives=seen is not None and seen[0].name in PARAMETERS)
            return made

        return head

    def _kept_head(self, file: str) -> Template | None:
        """The head of a file, if it is kept. Who has a plan asks for those of new files, which are in no table."""
        if self._read or any(self.digests[file] in table for table in self._written):
            return self._kept_heads().get(self._key(file))
        return None

    def _kept_heads(self) -> dict[str, Template]:
        """All that are kept, by their keys."""
        if not self._read:
            self._read.append({})
            try:
                for table in self._written:
                    self._read[0].update(decode(json.loads(table)))
            except NONE_OF_OURS:
                self._read[0].clear()
                self._written.clear()
        return self._read[0]

    def reader(self, source: Callable[[str], Source], template: Read) -> Read:
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

    def is_quiet(self, file: str, template: Read) -> bool:
        """Whether nothing in a file is to be told until somebody asks for more: what is new is read to see it."""
        key = self._key(file)
        if key not in self.quiet:
            template(file)
        return key in self.quiet

    def found_quiet(self, files: Iterable[str]) -> None:
        """Notes that somebody else has read files, and found nothing in them that is to be told."""
        self.quiet.update(map(self._key, files))

    def _key(self, file: str) -> str:
        return f"{file}\0{self.digests[file]}"

    def keep(self, sizes: Mapping[str, int]) -> None:
        """Keeps what was seen of the files that are there, of so many bytes, if much of it is new: to look at a few
        files again costs less than to write about all of them."""
        if self.store is None:
            return
        now = {f"{file}\0{made}" for file, made in self.digests.items()}
        self.seen = {key: one for key, one in self.seen.items() if key in now}
        self.quiet &= now
        new = {
            key.partition("\0")[0] for keys, old in zip(self._keys(), self._before, strict=True) for key in keys - old
        }
        if not new or (self._before[0] and sum(sizes.get(file, 0) for file in new) <= LITTLE):
            return
        sights, numbers = self._sights()
        quiet = [at for at, file in enumerate(self.seen) if file in self.quiet]
        table = {"files": list(self.seen), "seen": numbers, "quiet": quiet, "sights": sights}
        self.store.put("folder", self.key, {**table, "heads": self._tables_of_heads(now)})

    def _sights(self) -> tuple[Any, list[int]]:
        """What is to be seen of files, each thing once, since most files look like others; and the number of each."""
        rows = {id(language): number for number, language in enumerate(self.languages)}
        found: dict[tuple[int, Glance] | None, int] = {}
        numbers = [found.setdefault(one and (rows[id(one[0])], one[1]), len(found)) for one in self.seen.values()]
        return encode(list(found)), numbers

    def _tables_of_heads(self, now: Container[str]) -> list[str]:
        """The tables of heads as they were, and one of the new ones; if there are many of them, all as one."""
        written = self._written if len(self._written) < MOST_TABLES else []
        heads = self.heads if written else {**self._kept_heads(), **self.heads}
        new = {key: one for key, one in heads.items() if key in now}
        return [*written, json.dumps(encode(new))] if new else written


def head_of(template: Template, *, gives: bool) -> Template:
    """A template with nothing but what planning asks for; one that `gives` parameters may be of any language."""
    source = Source(template.file, "")
    if not gives:
        head = Span(template.file, 0, 0)  # nobody asks where inputs are
        inputs = tuple(Input(one.symbol, one.name, head) for one in template.inputs)
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
    files: Kept
    source: Callable[[str], Source]
    template: Read
    content: Content
    below: Below
    finished: Callable[[Root], None]  # says that a root's templates are not asked for any more

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
        if len(roots) < 2:
            return {}
        from mnlint import pool

        jobs = jobs or min(pool.processors(), sum(sizes) // WORTH_A_PROCESS)
        if jobs < 2 or pool.processors() == 0:
            return {}
        # One of middle size is made here: what is imported and compiled for it is at hand in all of them.
        here = sorted(range(len(roots)), key=sizes.__getitem__)[len(roots) // 2]
        first = self.made(roots[here], make)
        rest = [number for number in range(len(roots)) if number != here]
        shares = [[rest[at] for at in share] for share in pool.spread([sizes[number] for number in rest], jobs)]
        results = pool.done(shares, lambda number: json.dumps(self.data(roots[number], make)).encode(), ends)
        made: dict[str, Outcome | None] = {roots[here].entry: first}
        for number, written in results:
            root, data = roots[number], json.loads(written)
            made[root.entry] = self.restored(data, root)
            if self.digests:
                self.files.found_quiet(set(root.files).difference(data["asked"]))
        return {entry: outcome for entry, outcome in made.items() if outcome is not None}

    def kept(self, root: Root) -> Outcome | None:
        """The outcome of a root on another day, if nothing has changed since of all that it is made of."""
        if not self.digests:
            return None
        named = self.store.get("asked", self._key(root))
        every = frozenset(root.files)
        for asked in (every.intersection(map(str, named)), every) if isinstance(named, list) else (every,):
            outcome = self.restored(self.store.get("root", self._key(root, asked)), root)
            if outcome is not None and all(map(self.quiet, every - asked)):
                return outcome
        return None

    def quiet(self, file: str) -> bool:
        """Whether nothing in a file is to be told until somebody asks for more."""
        return self.files.is_quiet(file, self.template)

    def _key(self, root: Root, asked: Container[str] = ()) -> str:
        """Names a root by all but its files, or its outcome by what is in those that were `asked` for more."""
        inside = [self.digests[file] if file in asked else "" for file in root.files]
        return digest(program(), self.key, repr(root), *inside)

    def made(self, root: Root, make: Make) -> Outcome:
        """The outcome of a root by who makes it now, which is kept. What comes into no report is let go of, and texts,
        of which few are looked at again."""
        made, asked, read, listed = self._noting(root, make)
        if not self.digests:
            return replace(made, sources={file: self.source(file) for file in made.sources})
        data = self._keep(root, made, asked, read, listed)
        sources = {file: self.source(file) for file in data["sources"]}
        return replace(made, sources=sources)

    def data(self, root: Root, make: Make) -> dict[str, Any]:
        """The same as data, with the files that it is made of."""
        made, asked, read, listed = self._noting(root, make)
        return {**self._keep(root, made, asked, read, listed), "asked": sorted(asked)}

    def _keep(self, root: Root, made: Outcome, asked: Collection[str], read: Notes, listed: Notes) -> dict[str, Any]:
        """Keeps an outcome, if anything is kept; what it is as data."""
        data = _data(made, read, listed)
        if self.digests and made.whole:
            if len(asked) < len(root.files):
                self.store.put("asked", self._key(root), sorted(asked))
            self.store.put("root", self._key(root, asked), data)
        return data

    def _noting(self, root: Root, make: Make) -> tuple[Outcome, Collection[str], Notes, Notes]:
        """What is made, with the files that were asked for more than that they are quiet, and with the digests of the
        files that were loaded and of the folders that were listed."""
        at_hand: dict[str, Template] = {}
        asked: set[str] = set()
        read: Notes = {}
        listed: Notes = {}

        def template(file: str) -> Template:
            if file not in at_hand:
                at_hand[file] = self._noted(file, asked) if self.digests else self.template(file)
            return at_hand[file]

        def content(file: str) -> bytes | None:
            data = self.content(file)
            read[file] = _of_content(data)
            return data

        def below(folder: str) -> Sequence[str] | None:
            names = self.below(folder)
            listed[folder] = _of_names(names)
            return names

        made = make(root, template, content, below)
        at_hand.clear()  # what was made of templates holds who reads them, in circles
        self.finished(root)
        return made, asked, read, listed

    def _noted(self, file: str, asked: set[str]) -> Template:
        """A file's template, which notes when it is asked for more than that it is quiet."""
        made = self.template(file)
        if not self.quiet(file):
            asked.add(file)
            return made

        def more() -> Template:
            asked.add(file)
            return made

        return deferred(Template, more, source=made.source, language=made.language, notices=(), comments=())

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
        except NONE_OF_OURS:
            return None


def _of_content(data: bytes | None) -> str | None:
    return None if data is None else digest(data)


def _of_names(names: Sequence[str] | None) -> str | None:
    return None if names is None else digest(*names)


def _data(made: Outcome, read: Notes, listed: Notes) -> dict[str, Any]:
    """An outcome as data: what comes into a report."""
    table = encode(replace(made, sources={}, networks=()))
    texts = {row for row in table["rows"] if type(row) is str}
    # A name that is no text, as in a folder of another encoding, is written in another way there.
    mentioned = [file for file in made.sources if file in texts or not file.isprintable()]
    return {"outcome": table, "sources": mentioned, "read": read, "listed": listed}
