"""Texts that users hand us beside templates, and the place of what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint import regular
from mnlint.model.typing import StrPath

MAX_BYTES = 2 * 1024 * 1024


class DocumentError(Exception):
    """A YAML file that cannot be taken, with the place in it: `file:line:column: what`."""

    def __init__(self, file: str, line: int, column: int, what: str) -> None:
        super().__init__(f"{file}:{line}:{column}: {what}")
        self.file, self.line, self.column, self.what = file, line, column, what

    @property
    def errors(self) -> Sequence[DocumentError]:
        return (self,)


class DocumentsError(DocumentError):
    """Several of them, at least one: for who would rather mend all in one go."""

    def __init__(self, errors: Sequence[DocumentError]) -> None:
        first = errors[0]
        super().__init__(first.file, first.line, first.column, first.what)
        self._errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(map(str, self._errors))

    @property
    def errors(self) -> Sequence[DocumentError]:
        return self._errors


def read_text(path: StrPath, limit: int = MAX_BYTES) -> str:
    """A file's text; DocumentError if it cannot be read, is no file, is too large, or is not UTF-8."""
    try:
        data = regular.read(path, limit, follows=True)
    except regular.NoFileError as error:
        raise DocumentError(str(path), 1, 1, "not a regular file") from error
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        raise DocumentError(str(path), 1, 1, f"cannot be read: {words}") from error
    if len(data) > limit:
        raise DocumentError(str(path), 1, 1, f"larger than {limit} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(str(path), 1, 1, "not UTF-8") from error
