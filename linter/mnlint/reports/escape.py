"""What each sink takes for a command: the only way from a name in a template to a terminal, a link, a page or a file.

Names, values and comments are written by whoever opens the pull request. A terminal obeys control characters, build
agents obey whole phrases in a log, viewers make links of brackets; none of that may be reached from an input.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import groupby

from mnlint.model.pattern import pattern
from mnlint.model.typing import Final

MOST: Final = 1000  # characters of one name, value or message; nobody reads more
LAID_OUT: Final = 6  # levels of a JSON document: down to a rule of SARIF, and to what a result says
# What is one word of JSON, whatever it holds.
_PLAIN: Final = frozenset((str, int, float, bool, type(None)))

# Controls (C0, DEL, C1), characters that order or hide others (bidi marks and overrides, zero widths, tags), separators
# that some programs take for a line end, and halves of characters, which no encoder takes.
_UNSEEN: Final = pattern(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
# Azure's and GitHub's build agents take `##vso[...]` and `##[...]` for commands wherever they stand in a line.
_AGENT: Final = pattern(r"##(?=[^\s\[]{0,40}\[)")
_BRACKETS: Final = {ord(sign): f"\\{sign}" for sign in "\\[]"}
# Of Markdown's own signs, and of HTML's, which Markdown takes as well.
_MARKDOWN: Final = {ord(sign): f"\\{sign}" for sign in "\\`*_[]#|~"} | str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
)
_IN_URL: Final = ":/?#[]@!$&'()*+,;=%"
_IN_ANY_URI: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/")
# In JSON text: a backslash that stands for itself, a character in two halves, and (the rest) half a character alone.
_HALVES: Final = pattern(r"(\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2}")
_NO_XML: Final = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}


class Inline(str):
    """A value of a JSON document that is text already, as `inline` makes it."""

    __slots__ = ()


def _seen(text: str) -> str:
    """Text without what cannot be seen, or is obeyed."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("\ufffd", text)


def terminal(text: str) -> str:
    """Text for a terminal or a build log: one line, nothing in it that is obeyed, at most MOST characters."""
    return line(_one_line(text))


def alone(text: str) -> str:
    """The same for a line with nothing of ours in front: GitHub's runner obeys `::` after any blanks."""
    made = terminal(text)
    return made.replace("::", ":\ufffd", 1) if made.lstrip().startswith("::") else made


def line(text: str) -> str:
    """A line of a file for a terminal or a build log, character for character, so that marks under it stand right."""
    # U+200B would be the usual way to break a phrase, and cannot be seen; but the agent of Azure Pipelines searches by
    # the rules of a culture, for which U+200B is not there. So the second `#` goes.
    return _AGENT.sub("#\ufffd", _seen(text)) if "##" in text else _seen(text)


def message(text: str) -> str:
    """Text for a SARIF message: brackets are no links, and with the blank not even for who reads no escapes."""
    seen = _seen(_one_line(text))
    if "[" not in seen and "]" not in seen and "\\" not in seen:  # as nearly all of them
        return seen
    return seen.replace("](", "] (").translate(_BRACKETS)


def markdown(text: str) -> str:
    """Prose for a Markdown page: the words as they are; code between backticks stays code."""
    prose = _seen(" ".join(text.split()))
    parts = re.split(r"((?<!`)`[^`\n]+`(?!`))", prose) if "`" in prose else (prose,)
    return "".join(part if at % 2 else part.translate(_MARKDOWN) for at, part in enumerate(parts))


def uri(file: str) -> str:
    """A file's path, relative and with `/`, as a relative URI reference; bytes that are no text keep their value."""
    if _IN_ANY_URI.issuperset(file):
        return file
    from urllib.parse import quote  # which takes as long as the rest of a report: most names need none

    if not file.isascii():
        file = re.sub("[\ud800-\udc7f\udd00-\udfff]", "\ufffd", file)
    return quote(file.encode("utf-8", "surrogateescape"), safe="/")


def web(address: str) -> str | None:
    """A link to a page as a URI; None if it is anything else, such as a command of the viewer."""
    if not address.startswith(("https://", "http://")):
        return None
    from urllib.parse import quote

    quoted = quote(address, safe=_IN_URL, errors="replace")
    return re.sub("%(?![0-9A-Fa-f]{2})", "%25", quoted) if "%" in quoted else quoted


def code(text: str) -> str:
    """A span of code in a Markdown page: nothing in it is a link, a mention, an image or markup.

    Not for tables: a bar ends their cells even here.
    """
    inside = terminal(text)
    if not inside.strip():
        return "(nothing)"
    fence = "`" * (max((len(run) for run in re.findall("`+", inside)), default=0) + 1)
    # A blank beside the fence is taken away again; without it a backtick at the edge would be part of the fence.
    return f"{fence} {inside} {fence}" if len(fence) > 1 else f"`{inside}`"


def github(text: str) -> str:
    """The message of a workflow command of GitHub's."""
    return terminal(text).replace("%", "%25")


def github_property(text: str) -> str:
    """A property of such a command."""
    return github(text).replace(":", "%3A").replace(",", "%2C")


def azure(text: str) -> str:
    """The message of a logging command of Azure Pipelines'; `%AZP25` is what its agent reads as a percent sign."""
    return terminal(text).replace("%", "%AZP25")


def azure_property(text: str) -> str:
    """A property of such a command."""
    return azure(text).replace(";", "%3B").replace("]", "%5D")


def xml(text: str) -> str:
    """Text of an XML document, whose writer escapes the markup: without the characters that none may hold."""
    return terminal(text).translate(_NO_XML)


def document(value: object) -> str:
    """A value as a JSON document in ASCII, so that nothing in it is obeyed: neither controls nor an agent's `##`."""
    text = _laid_out(value, "\n", LAID_OUT)
    if "\\ud" in text:
        text = _HALVES.sub(lambda found: found[1] or "\\ufffd", text)
    return text.replace("##", "#\\u0023") + "\n"


def inline(value: object) -> Inline:
    """A value in one line, as `document` writes it where it is too deep for lines of its own."""
    return Inline(_encoder().encode(value))


def _laid_out(value: object, line: str, levels: int) -> str:
    """JSON with a line for each member of the outer levels; what is deeper has one line, which is faster by much."""
    if isinstance(value, Inline):
        return value
    if type(value) in _PLAIN or not levels or not value:
        return _encoder().encode(value)
    inner = f"{line}  "
    if isinstance(value, dict):
        members: list[str] = []
        for is_plain, some in groupby(value.items(), lambda member: type(member[1]) in _PLAIN):
            if is_plain:  # at once, which is faster, too
                members.append(_encoder(inner).encode(dict(some))[1:-1])
            else:
                members += [f"{_encoder().encode(key)}: {_laid_out(one, inner, levels - 1)}" for key, one in some]
        return f"{{{inner}{f',{inner}'.join(members)}{line}}}"
    if isinstance(value, list | tuple):
        if levels > 1 and all(map(_is_flat, value)):
            # A line end is in no text, so that this is nothing but the end of one member and the begin of the next.
            text = _encoder(f"{inner}  ").encode(value).replace(f"}},{inner}  {{", f"{inner}}},{inner}{{{inner}  ")
            return f"[{inner}{{{inner}  {text[2:-2]}{inner}}}{line}]"
        return f"[{inner}{f',{inner}'.join([_laid_out(member, inner, levels - 1) for member in value])}{line}]"
    return _encoder().encode(value)


def _is_flat(value: object) -> bool:
    """Whether a value is an object with members, none of which has more in it."""
    return type(value) is dict and bool(value) and _PLAIN.issuperset(map(type, value.values()))


@cache
def _encoder(line: str = " ") -> json.JSONEncoder:
    """Who writes what has no member with more in it at once, with `line` between the members."""
    return json.JSONEncoder(allow_nan=False, separators=(f",{line}", ": "))


def _one_line(text: str) -> str:
    short = text if len(text) <= MOST else text[: MOST - 1] + "…"
    return short.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
