"""What a run finds under its paths, and who reads it: files, modules of registries, what templates load."""

from __future__ import annotations

import functools
import os
import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from mnlint import again, cache, catalogue, discover, formats, plan_kept, regular
from mnlint.inputs import DocumentError
from mnlint.kept import Kept
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.hints import needles_of
from mnlint.model.record import dataclass, field, replace
from mnlint.model.root import Language, Root
from mnlint.model.settings import Settings
from mnlint.model.text import Source, Span, source_later
from mnlint.model.typing import TYPE_CHECKING, Final, StrPath

if TYPE_CHECKING:
    from mnlint import registry

UNREAD: Final = ("MN910", "MN911", "MN912", "MN913", "crash")
SUFFIXES = tuple(suffix for language in formats.LANGUAGES for suffix in language.suffixes)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads what a root needs: its files, the modules of registries they call, the files they load, and list."""

    template: Callable[[str], Template]
    modules: registry.Modules
    content: discover.Content = discover.nothing
    below: discover.Below = discover.nothing


@dataclass(frozen=True, slots=True)
class Project:
    """The roots under the paths of a run, the files found, and who reads them. All paths are from the boundary."""

    plan: discover.Plan
    files: discover.Files
    readers: Readers
    under: Callable[[str], bool]  # whether a file, or with "" everything inside the boundary, is under the paths
    unread: Callable[[], frozenset[str]]  # the modules from elsewhere, in any file, whose text is not at hand
    boundary: str
    sizes: Mapping[str, int]  # of files with a language, in bytes
    digests: Mapping[str, str]  # of what is in each file, where something is kept
    left_out: Mapping[str, str]  # files that were not read, under the paths or not, and why
    needles: Collection[bytes]  # which of them nobody has read anything of was told by these
    looks: Callable[[], dict[str, tuple[str, str]]]  # for `again.keep`: each file's digest and, if so, its look
    finished: Callable[[Root], None]  # says that a root's templates are not asked for any more
    kept: Kept  # for the next run

    def covers(self, file: str) -> bool:
        """Whether the run can tell what all deployments make of a file, or that it is gone: a module that is read for
        one that calls it may have others that do, and a file that is left out is there all the same."""
        return self.under(file) and (file in self.files.data or not regular.is_there(os.path.join(self.boundary, file)))


def open_project(paths: Sequence[StrPath], settings: Settings, types: Collection[str] = ()) -> Project:
    """Looks at every file inside the boundary, and plans what has to be read, be it only for resources of `types`."""
    boundary = discover.boundary_of(paths, settings)
    files = discover.collect(boundary, settings, SUFFIXES, *again.unchanged(boundary))
    if settings.stdin is not None:
        path, text = settings.stdin
        file = relative(path, boundary)
        if file == "\0":
            raise DocumentError(str(path), 1, 1, f"not inside of {boundary}")
        if len(text) > settings.most_bytes(file):
            raise DocumentError(str(path), 1, 1, f"larger than {settings.most_bytes(file)} bytes")
        files.data.put(file, text)
    return _project(files, boundary, paths, settings, types)


def open_base(paths: Sequence[StrPath], settings: Settings) -> Project:
    """The same of the base revision, of which every root counts: files may have been moved since. Raises GitError."""
    boundary = discover.boundary_of(paths, settings)
    from pathlib import Path

    from mnlint import git

    held = git.revision(Path(boundary), settings.base or "")
    excluded = discover.matcher(settings.exclude)
    small = [
        path
        for path, (_, size) in held.files.items()
        if size <= settings.most_bytes(path) and not left_out(path, settings) and not excluded(path)
    ]
    files = discover.Files(
        data=discover.Held(files=held.read([p for p in small if p.lower().endswith(SUFFIXES)])),
        content=functools.cache(lambda file: held.read([file]).get(file) if file in small else None),
        below=functools.cache(lambda folder: _below(folder, held.files)),
    )
    given = tuple(path for path in settings.parameters if relative(path, boundary) in files.data)
    own = tuple(
        replace(one, deployments=tuple(d for d in one.deployments if all(file in files.data for file in d)))
        for one in settings.deployments
    )
    return _project(files, boundary, [boundary], replace(settings, parameters=given, deployments=own))


def left_out(path: str, settings: Settings) -> bool:
    """Whether a file lies where nobody looks, whatever the settings exclude."""
    return any(part in settings.excludes for part in path.split("/"))


def _below(folder: str, files: Mapping[str, object]) -> list[str] | None:
    folder = "" if folder == "." else posixpath.join(folder, "")
    return sorted(file.removeprefix(folder) for file in files if file.startswith(folder)) or None


def _project(
    files: discover.Files, boundary: str, paths: Sequence[StrPath], settings: Settings, types: Collection[str] = ()
) -> Project:
    if settings.restored_modules is not None:  # those are modules: nobody deploys one as it is
        below = posixpath.join(relative(settings.restored_modules, boundary), "")
        restored = tuple(below + scheme for scheme in ("br/", "ts/"))
        for file in [file for file in files.data if file.startswith(restored)]:
            files.data.drop(file)
    needles = needles_of(types) if settings.prefilter else (b"",)
    kept = Kept.of(cache.store(), formats.LANGUAGES, boundary, repr(sorted(files.restored.items())), *needles)
    before = frozenset(regular.opened)
    seen = discover.look(files.data, formats.language_of, needles, kept.known(), files.data.told)
    regular.opened.intersection_update(before)  # from now on those of which more is asked
    files.data.asked.clear()
    files.data.digests = dict(seen.digests)
    for file, why in seen.unreadable.items():
        files.lose(file, why)
    asked = [relative(path, boundary) for path in paths]
    given = tuple(_parameters(path, boundary, files, seen.languages) for path in settings.parameters)
    own = {one.root: one.deployments for one in settings.deployments if one.deployments}
    for file in {file for deployments in own.values() for deployment in deployments for file in deployment}:
        _parameters(os.path.join(boundary, file), boundary, files, seen.languages)

    everything, folders = not {"", "."}.isdisjoint(asked), tuple(f"{folder}/" for folder in asked)

    def under(file: str) -> bool:
        return everything or file.startswith(folders) or file in asked

    left_out = dict(files.skipped)
    files.notices = [n for n in files.notices if n.place is not None and under(n.place.span.file)]
    files.excluded = [file for file in files.excluded if under(file)]
    files.skipped = {file: why for file, why in files.skipped.items() if under(file)}
    registries = Registries(files.data, settings)
    seen = replace(seen, digests=files.data.digests)
    kept.digests = seen.digests
    read = Reading(files.data, seen.languages, files.restored, debug=settings.debug)
    templates = Templates(kept.reader(functools.partial(source_of, files.data), read))

    def planned(head: Callable[[str], Template]) -> discover.Plan:
        marked = replace(seen, hits=seen.hits | registries.leading(seen, needles))
        return discover.plan(files.data, marked, under, head, given, files.restored, own)

    store = kept.store if settings.restored_modules is None else None
    aliases = [(file, made) for file, made in seen.digests.items() if file.endswith("bicepconfig.json")]
    question = repr((kept.key, asked, given, own, aliases))
    plan = plan_kept.planned(store, question, seen, kept.reader_of_heads(templates), files.data.asked, planned)
    files.notices += plan.notices
    readers = Readers(templates, registries.module, files.content, files.below)
    return Project(
        plan,
        files,
        readers,
        under,
        functools.partial(registries.unread, seen),
        boundary,
        seen.sizes,
        seen.digests,
        left_out,
        needles,
        lambda: _looks(seen, _read(boundary, files.data, plan)) | dict.fromkeys(left_out, ("", "")),
        _finishing(plan.roots, templates),
        kept,
    )


def _read(boundary: str, data: discover.Held, plan: discover.Plan) -> set[str]:
    """The files of which more was asked than what is to be seen of them, and those that are kept to be asked."""
    inside = f"{boundary}/"
    opened = (path if path.startswith(inside) else os.path.realpath(path) for path in regular.opened)
    return data.asked.union((path.removeprefix(inside) for path in opened), *(root.files for root in plan.roots))


def _looks(seen: discover.Seen, read: Collection[str]) -> dict[str, tuple[str, str]]:
    """The digest of each file and, of those of which nothing was read, what is to be seen of them."""
    made = {}
    known: dict[tuple[str, int], str] = {}  # many files look alike: what is kept of them is one object
    for file, digest in seen.digests.items():
        if file in read:
            made[file] = digest, ""
            continue
        about = (seen.languages[file], seen.glances[file]) if file in seen.languages else None
        key = (about[0].name, id(about[1])) if about is not None else ("", 0)
        if key not in known:
            known[key] = again.look(about)
        made[file] = digest, known[key]
    return made


def _parameters(path: StrPath, boundary: str, files: discover.Files, languages: Mapping[str, Language]) -> str:
    """A parameter file that was asked for. Raises DocumentError if it is none, since all would be judged without it."""
    file = relative(path, boundary)
    if file not in files.data:
        raise DocumentError(str(path), 1, 1, f"no file that can be read inside of {boundary}")
    language = languages.get(file)
    if language is None or language.name not in formats.PARAMETERS:
        what = "a .bicepparam, a .tfvars, or JSON whose $schema is that of deploymentParameters.json"
        raise DocumentError(str(path), 1, 1, f"no parameter file: {what} was expected")
    return file


@functools.cache
def at_hand() -> Readers:
    """Who reads for templates at hand: the well-known modules that come along, and no file besides."""

    def none(file: str) -> Template:
        raise KeyError(file)

    return Readers(none, Registries({}, Settings()).module)


class Registries:
    """The modules of registries for the checked files; most name none, and nothing is imported for them."""

    def __init__(self, data: Mapping[str, bytes], settings: Settings) -> None:
        self._data, self._settings = data, settings

    @functools.cached_property
    def _texts(self) -> registry.Texts:
        from mnlint import registry

        ours = os.path.join(catalogue.home(), "modules")
        return registry.texts(ours, self._settings.restored_modules, self._data, self._settings.max_file_bytes)

    @functools.cached_property
    def _modules(self) -> registry.Modules:
        from mnlint import registry

        return registry.modules(self._texts)

    def module(self, caller: str, source: str) -> Template | str:
        """The template that a module stands for, by the file that names it; in words why there is none."""
        return self._modules(caller, source)

    def leading(self, seen: discover.Seen, needles: Iterable[bytes]) -> frozenset[str]:
        """The files that name a module whose text holds a needle."""
        if not _named(seen):
            return frozenset()
        from mnlint import registry

        return registry.leading(seen, self._texts, needles)

    def unread(self, seen: discover.Seen) -> frozenset[str]:
        """The modules that files name and whose text is not at hand."""
        if not _named(seen):
            return frozenset()
        from mnlint import registry

        return registry.unread(seen, self._texts)


def _named(seen: discover.Seen) -> bool:
    """Whether any file names a module from elsewhere."""
    return any(glance.modules for glance in seen.glances.values())


def source_of(data: Mapping[str, bytes], file: str) -> Source:
    """The text of a file, read when somebody looks at it; empty if it is none, or has gone since."""

    def text() -> str:
        try:
            return formats.decode(data[file]) or ""
        except OSError:
            return ""

    return source_later(file, text)


class Templates:
    """Files as Templates, each read once until it is forgotten."""

    def __init__(self, read: Callable[[str], Template]) -> None:
        self._read = read
        self._made: dict[str, Template] = {}

    def __call__(self, file: str) -> Template:
        if file not in self._made:
            self._made[file] = self._read(file)
        return self._made[file]

    def forget(self, file: str) -> None:
        """Lets go of a file that nobody will ask for soon."""
        self._made.pop(file, None)


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads files. A fault of ours costs a file, and is a notice, unless in `debug`.

    `restored` says what the calls of modules from elsewhere mean, by the caller's folder: they become local ones.
    """

    data: Mapping[str, bytes]
    languages: Mapping[str, Language]
    restored: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    debug: bool = False

    def __call__(self, file: str) -> Template:
        language = self.languages[file].name
        try:
            made = formats.read(file, self.data[file], language)
            named = self.restored.get(posixpath.dirname(file)) if language == "terraform" else None
            return _with_local_calls(made, named) if named else made
        except OSError as error:  # it was there a moment ago
            code, what = "MN910", f"this file cannot be read: {error.strerror}"
        except Exception as error:
            if self.debug:
                raise
            code, what = "crash", f"mnlint failed on reading this file ({type(error).__name__}); please report it"
        notice = Notice("error", code, what, Place(Span(file, 0, 0), "the file"))
        return Template(Source(file, ""), language, notices=(notice,))


def _finishing(roots: Sequence[Root], templates: Templates) -> Callable[[Root], None]:
    """Who forgets a template behind the last root that needs it: all together may be larger than the memory."""
    left = Counter(file for root in roots for file in root.files)

    def finished(root: Root) -> None:
        left.subtract(root.files)
        for file in root.files:
            if left[file] <= 0:
                templates.forget(file)

    return finished


def _with_local_calls(template: Template, named: Mapping[str, tuple[str, str]]) -> Template:
    """A template whose calls lead to the folders where a tool has put the modules."""
    folder = posixpath.dirname(template.file)
    calls = []
    for written in template.calls:
        call, source = written, written.source
        there, asked = named.get(call.symbol.removeprefix("module."), (None, ""))
        local = isinstance(source, Template) or str(source.args[0]).startswith(("./", "../"))
        if there is not None and isinstance(source, Expr) and not local and _is_of(asked, str(source.args[0])):
            path = posixpath.relpath(there or ".", folder or ".")
            call = replace(call, source=replace(source, op=Op.LITERAL, args=(f"./{path}",)))
        calls.append(call)
    return replace(template, calls=tuple(calls))


def _is_of(asked: str, written: str) -> bool:
    """Whether what a tool has put somewhere is what a call asks for: of a registry's, which may be known here, it says
    so. Terraform would fetch it anew if not."""
    from mnlint import registry

    if registry.parse_terraform(f"tf:{written.partition('//')[0]}:") is None:
        return True
    return f"/{asked}".lower().endswith(f"/{written}".lower())


def relative(path: StrPath, boundary: str) -> str:
    """A path as files are called here: from the boundary. What lies outside of it has a name that no file has."""
    real = os.path.realpath(path)
    if not regular.is_inside(real, boundary):
        return "\0"  # no file is under it
    return real[len(boundary) :].replace(os.sep, "/").removeprefix("/")


def left_open(notices: Iterable[Notice]) -> frozenset[str]:
    """What could not be read, in words."""
    return frozenset(notice.message for notice in notices if notice.code in UNREAD)
