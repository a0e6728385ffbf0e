"""One run of `check`: what is asked to what is written, and the exit code. It knows no command line."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from mnlint import again
from mnlint.model.finding import Report, Severity
from mnlint.model.limits import RESULTS, SLOWER
from mnlint.model.record import dataclass, replace
from mnlint.model.settings import Settings
from mnlint.model.typing import TYPE_CHECKING, Any, Final, StrPath
from mnlint.progress import Progress
from mnlint.writing import NotWrittenError, written

if TYPE_CHECKING:
    from pathlib import Path

    from mnlint.inputs import DocumentError
    from mnlint.reading import Project

EXIT_CLEAN: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_WRONG: Final = 2
EXIT_NO_INPUT: Final = 3
MOST_OF_A_NAME: Final = 100  # characters of a revision that are repeated
LEVELS: Final = {"note": Severity.NOTE, "warning": Severity.WARNING, "error": Severity.ERROR}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is to write, beside the settings of the check itself: formats, each to a file or to the terminal."""

    outputs: tuple[tuple[str, StrPath | None], ...] = (("text", None),)
    exit_zero: bool = False
    write_baseline: Path | None = None
    prune_baseline: bool = False
    sarif_category: str = ""
    sarif_include: tuple[str, ...] = ()
    max_results: int = RESULTS
    quiet: bool = False
    show_suppressed: bool = False
    color: str = "auto"
    verbose: bool = False


def checked(paths: tuple[StrPath, ...], settings: Settings, asked: Asked) -> int:
    """Checks, writes, and gives the exit code."""
    from mnlint.inputs import DocumentError
    from mnlint.run import NoInputError, UnfinishedError, check, made_baseline

    settings = replace(settings, debug=asked.verbose)
    try:
        if asked.write_baseline is not None:
            written(asked.write_baseline, made_baseline(paths, settings, asked.write_baseline))
            settings = replace(settings, baseline=asked.write_baseline)
        projects: list[Project] = []
        with Progress(shown=not asked.quiet) as progress:
            report = check(paths, settings, progress, projects.append)
        if asked.prune_baseline and settings.baseline is not None and report.baseline is not None:
            from mnlint.settle import baseline

            written(settings.baseline, baseline.render(report.baseline))
        files, shown = _rendered(report, asked)
        for path, text in files:
            written(path, text)
    except NoInputError as error:
        but = [f"{error.excluded} excluded"] if error.excluded else []
        but += [f"folders that cannot be listed, such as {name}" for name in error.unlisted[:1]]
        shown = f" but {' and '.join(but)}" if but else ""
        say(f"no template under the given paths{shown} (use --allow-no-input if that is fine)")
        return EXIT_NO_INPUT
    except UnfinishedError:
        say("not everything could be judged, so that no baseline is written: see what a check without it says")
        return EXIT_WRONG
    except DocumentError as error:
        wrong(error)
        return EXIT_WRONG
    except NotWrittenError as error:
        say(str(error))
        return EXIT_WRONG
    except Exception as error:  # noqa: BLE001  (the exit code must say so, whatever it is)
        return EXIT_WRONG if _is_of_git(error, settings) else failed(error, verbose=asked.verbose)
    faults = [notice for notice in report.notices if notice.code == "crash"]
    code = EXIT_WRONG if faults else _exit_code(report, settings, exit_zero=asked.exit_zero)
    run = again.running()
    if run is not None and not faults and report.whole and _depends_on_files_alone(settings, asked, projects[0]):
        _keep(run, paths, settings, projects[0], (code, [(str(path), text) for path, text in files], shown))
    sys.stdout.write(shown)  # after the files: whoever reads it may have gone, and what that ends is no fault of ours
    sys.stdout.flush()
    for notice in faults:
        say(notice.message)
    return code


def _depends_on_files_alone(settings: Settings, asked: Asked, project: Project) -> bool:
    """Whether the same files would make the same report, and nothing but a report; with links nobody can tell, nor
    for how long a file cannot be read."""
    revisions = settings.base, settings.changed_since
    elsewhere = settings.restored_modules, settings.stdin, asked.write_baseline
    if any(one is not None for one in (*revisions, *elsewhere)) or settings.parameters:
        return False
    odd = any(why in ("not a regular file", "unreadable") for why in project.left_out.values())
    lost = "" in project.digests.values()  # it was there at first sight
    return not (odd or lost or asked.prune_baseline or asked.verbose)


def _keep(
    run: again.Run, paths: tuple[StrPath, ...], settings: Settings, project: Project, answer: again.Answer
) -> None:
    smallest = settings.max_file_bytes // SLOWER
    with suppress(Exception):  # the report is made, whether or not it can be kept
        again.keep(run, paths, project.boundary, project.looks(), project.needles, smallest, answer)


def say(words: str) -> None:
    """A line for the person who runs it. Names in it may be anybody's."""
    from mnlint.reports.escape import terminal

    sys.stderr.write(f"mnlint: {terminal(words)}\n")
    sys.stderr.flush()


def wrong(error: DocumentError) -> None:
    """Says what is wrong with a document, in lines of their own."""
    for one in error.errors:
        say(str(one))


def _is_of_git(error: Exception, settings: Settings) -> bool:
    """Whether an error is what git did not do, which is said then. Few runs ask it for anything."""
    from mnlint.git import GitError

    if not isinstance(error, GitError):
        return False
    option = "--base" if settings.base is not None else "--changed-since"
    say(f"{option} {(settings.base or settings.changed_since or '')[:MOST_OF_A_NAME]}: {error}")
    return True


def failed(error: Exception, *, verbose: bool = False) -> int:
    """Says what cannot be read, such as a file that was there when it was looked for, or that a stream takes nothing;
    of anything else that it is a fault of ours. Gives the exit code."""
    if isinstance(error, OSError):
        if error.filename is not None:
            what = f"read {error.filename}"
        else:
            what = "find the current folder" if isinstance(error, FileNotFoundError) else "read or write"
        say(f"cannot {what}: {error.strerror}")
        return EXIT_WRONG
    if verbose:
        import traceback

        from mnlint.reports.escape import alone

        sys.stderr.writelines(f"{alone(one)}\n" for one in traceback.format_exc().splitlines())
    say(f"a fault of mnlint itself ({type(error).__name__}); please report it")
    return EXIT_WRONG


def _rendered(report: Report, asked: Asked) -> tuple[list[tuple[StrPath, str]], str]:
    """The reports that go to files, and what goes to the terminal."""
    from mnlint.reports import render

    given: dict[str, dict[str, Any]] = {
        "text": {"show_suppressed": asked.show_suppressed, "quiet": asked.quiet},
        "sarif": {
            "category": asked.sarif_category,
            "include": asked.sarif_include,
            "max_results": asked.max_results,
        },
    }
    files, shown = [], ""
    for name, path in asked.outputs:
        options = dict(given.get(name, {}))
        if name == "text":
            options["color"] = path is None and _colored(asked.color)
            options["wide"] = _columns() if path is None and sys.stdout.isatty() else 0
        if name == "sarif":
            from mnlint import ready

            options["ready"] = ready.rules
        text = render(report, name, **options)
        if path is None:
            shown += text
        else:
            files.append((path, text))
    return files, shown


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _colored(color: str) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _undecided(report: Report) -> bool:
    """Whether anything could not be judged: for want of a value, or of a module with all that it declares."""
    return bool(report.doubts) or any(f.policy == "MN913" and f.suppressed is None for f in report.findings)


def _exit_code(report: Report, settings: Settings, *, exit_zero: bool) -> int:
    if exit_zero:
        return EXIT_CLEAN
    level = LEVELS.get(settings.fail_on)
    bad = level is not None and any(f.severity >= level and not f.suppressed for f in report.findings)
    return EXIT_FINDINGS if bad or (settings.fail_on_undecided and _undecided(report)) else EXIT_CLEAN
