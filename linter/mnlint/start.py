"""What a shell starts: the plainest questions are answered at once, all others by the command line in `cli`."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys

from mnlint import __version__

EXIT_WRONG = 2


def main() -> None:
    """The program as a shell starts it."""
    for name in ("SIGINT", "SIGPIPE"):  # an end by them is 130 and 141, never 1, which means findings
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal's encoding lacks is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    # What we make is kept to the end and holds few circles: looking for garbage often is half the time of a large run.
    gc.set_threshold(100_000, 50, 100)
    words = sys.argv[1:]
    _refuse_files_as_options(words)
    if "_MNLINT_COMPLETE" not in os.environ:
        if words == ["--version"]:
            sys.stdout.write(f"mnlint, version {__version__}\n")
            sys.exit(0)
        if words[:1] == ["check"]:
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
            sys.stderr.write(f"mnlint: {word!a} is an option and also a file here: put -- before the paths\n")
            sys.exit(EXIT_WRONG)
