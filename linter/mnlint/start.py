"""What a shell starts: the plainest questions are answered at once, all others by the command line in `cli`."""

from __future__ import annotations

import gc
import os
import sys
from io import FileIO

from mnlint import __version__

EXIT_WRONG = 2
PLAIN = ("--exit-zero", "--allow-no-input")  # options of a check that change nothing where no template can matter


def console() -> None:
    """What a shell starts: the program, and an end at once when all is said and written.

    Python would take apart what it has made, piece by piece, which is a tenth of a small run.
    """
    code = 0
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):  # which Python says
            raise
        code = end.code or 0
    os._exit(code)


def main() -> None:
    """The program as it is in a process: however it ends, its exit code says how, and 1 is for findings alone."""
    words = sys.argv[1:]
    # What we make is kept to the end and holds few circles: looking for garbage often is half the time of a large run.
    gc.set_threshold(100_000, 50, 100)
    try:
        # In an old locale the same names would be other ones than elsewhere. (Windows has no such thing.)
        if sys.getfilesystemencoding() != "utf-8" and os.name == "posix":
            os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  (ourselves)
        _open_what_is_closed()
        _wait_for_streams()
        _buffer_what_is_not()
        try:
            _started(words)
        finally:
            sys.stdout.flush()  # here, where an error is still ours to tell
            sys.stderr.flush()
    except KeyboardInterrupt:
        os._exit(130)
    except BrokenPipeError:
        os._exit(141)
    except Exception as error:  # noqa: BLE001  (the exit code must say so, whatever it is)
        _fail(error)


def _open_what_is_closed() -> None:
    """A stream that is closed would be the next file that is opened. In its place: one that gives and takes nothing."""
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_WRONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:  # what goes there is said by the exit code, too: no reason to fail
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _wait_for_streams() -> None:
    """Whoever has started us may not wait for streams that are ours, too: a text would end where nothing came at once,
    a report where nothing was taken."""
    if os.name == "posix":
        for number in (0, 1, 2):
            if not os.get_blocking(number):
                os.set_blocking(number, True)


def _buffer_what_is_not() -> None:
    """What a stream without a buffer does not take at once, Python forgets: a disk that is full in the middle, a pipe
    of a run that is stopped for a while. (Images for containers set PYTHONUNBUFFERED.)"""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(getattr(stream, "buffer", None), FileIO):
            setattr(sys, name, open(stream.fileno(), "w", 1, stream.encoding, stream.errors, closefd=False))  # noqa: SIM115


def _started(words: list[str]) -> None:
    _refuse_files_as_options(words)
    said = _again(words) or _answer(words)
    if said is None:
        _run(words)
        return
    code, shown = said
    sys.stdout.write(shown)
    sys.exit(code)


def _again(words: list[str]) -> tuple[int, str] | None:
    """What the same check has said before, whose files are written again, if it would say the same; else None."""
    if words[:1] != ["check"] or "_MNLINT_COMPLETE" in os.environ:
        return None
    from mnlint import again

    said = again.said(words)
    if said is None:
        return None
    code, files, shown = said
    if files:
        _write(files)
    _write_anything()
    return code, shown


def _write(files: list[tuple[str, str]]) -> None:
    """Writes files as a run does. Who has begun must end it: a pipe would be given the same again by another run."""
    from mnlint.writing import NotWrittenError, written

    _take_signals()
    try:
        for path, text in files:
            written(path, text)
    except NotWrittenError as error:
        from mnlint.checking import say

        say(str(error))
        sys.exit(EXIT_WRONG)


def _fail(error: Exception) -> None:
    """The end of a run that cannot write what it has to say, or that has met a fault of ours."""
    try:
        from mnlint.checking import failed

        failed(error)
    finally:
        os._exit(EXIT_WRONG)  # at once: Python would try to write again, and exit as it likes


def _answer(words: list[str]) -> tuple[int, str] | None:
    """What is said without a look at any setting or policy, with the exit code; None if that takes more."""
    if words == ["--version"]:
        return 0, f"mnlint, version {__version__}\n"
    if "_MNLINT_COMPLETE" in os.environ:
        return None
    end = words.index("--") if "--" in words else len(words)
    paths = [word for word in words[1:end] if word not in PLAIN] + words[end + 1 :]
    plain = words[:1] == ["check"] and not any(path.startswith("-") or not os.access(path, os.R_OK) for path in paths)
    if not plain or sys.stdout.isatty():  # at a terminal lines are folded
        return None
    from mnlint.glimpse import report

    answer = report(paths or ["."])
    return None if answer is None else (0, answer)


def _write_anything() -> None:
    """What a terminal's encoding lacks is no reason to fail."""
    import io

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _take_signals() -> None:
    """An end by them is 130 and 141, never 1, which means findings. What whoever has started us wants ignored stays so,
    but for ends of processes: how git ended would not be known."""
    import _signal as signal  # type: ignore[import-not-found]  # which is `signal` without its enums

    for name in ("SIGINT", "SIGPIPE", "SIGCHLD"):
        number = getattr(signal, name, None)
        if number is not None and (name != "SIGINT" or signal.getsignal(number) != signal.SIG_IGN):
            signal.signal(number, signal.SIG_DFL)


def _run(words: list[str]) -> None:
    """The command line as a whole."""
    _take_signals()
    _write_anything()
    if words[:1] == ["check"] and "_MNLINT_COMPLETE" not in os.environ:
        from mnlint.plain import run

        code = run(words[1:])
        if code is not None:
            sys.exit(code)
    from mnlint.cli import program

    program(prog_name="mnlint")


def _refuse_files_as_options(words: list[str]) -> None:
    """Somebody may have committed a file called `--exit-zero`, and a hook may pass it without `--` in front of it."""
    before = words[: words.index("--")] if "--" in words else words
    for word in before:
        if word.startswith("-") and word != "-" and os.path.lexists(word):
            from mnlint.checking import say

            say(f"{word!a} is an option and also a file here: put -- before the paths")
            sys.exit(EXIT_WRONG)
