"""What is wrong with a policy: where in its document, in which words, and the nearest good word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mnlint.model.typing import Any, Final, NoReturn

Where = tuple[str | int, ...]
# What others call some of our words, where nothing in the letters leads from one to the other.
ELSEWHERE: Final = {"terraform": "azurerm", "regex": "matches", "pattern": "matches", "like": "matches"}
MOST_SAID: Final = 24  # good words of which all are said if none is near


class PolicyError(Exception):
    """A policy that cannot be taken: where in the document (a path of keys), and what is wrong."""

    def __init__(self, where: Where, what: str) -> None:
        super().__init__(what)
        self.where, self.what = where, what


def unknown(what: str, word: object, good: Iterable[object], where: Where) -> NoReturn:
    """Refuses a word that is none of the good ones, and names the nearest of these, else all."""
    raise PolicyError(where, f"no such {what}: {word}{hint(word, good)}")


def hint(word: object, good: Iterable[object]) -> str:
    """`; did you mean x?`, or which words there are."""
    words = sorted(str(one) for one in good)
    near = nearest(word, words)
    if near:
        return f"; did you mean {near}?"
    rest = f" and {len(words) - MOST_SAID} more" if len(words) > MOST_SAID else ""
    return f"; there are {', '.join(words[:MOST_SAID])}{rest}" if words else ""


def nearest(word: object, good: Iterable[object]) -> str:
    """The good word that is most like one, whatever the case; empty if none is."""
    from difflib import get_close_matches

    folded = {str(one).casefold(): str(one) for one in good}
    meant = ELSEWHERE.get(str(word).casefold(), "")
    if meant in folded:
        return folded[meant]
    near = get_close_matches(str(word).casefold(), folded, 1, 0.5)
    return folded[near[0]] if near else ""


def mapping(raw: Any, where: Where) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise PolicyError(where, "keys and values are expected here")
    return raw


def keys(raw: Mapping[str, Any], good: Iterable[str], where: Where) -> None:
    good = tuple(good)
    for key in raw:
        if key not in good:
            unknown("key", key, good, (*where, str(key)))


def text(raw: Any, where: Where) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise PolicyError(where, f"a text is expected{_quotes(raw)}")
    return raw


def _quotes(raw: Any) -> str:
    """Why what looks like a text is none: YAML takes `no`, 1.10 and 2024-02-13 for something else."""
    if isinstance(raw, bool):
        return f": without quotation marks, this is {str(raw).lower()}"
    return "" if raw is None or isinstance(raw, str | list | dict) else ": write it in quotation marks"


def prose(raw: Any, where: Where) -> str:
    return " ".join(text(raw, where).split())


def texts(raw: Any, where: Where) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise PolicyError(where, "a list of texts is expected")
    return tuple(text(member, (*where, at)) for at, member in enumerate(raw))


def truth(raw: Any, where: Where) -> bool:
    if not isinstance(raw, bool):
        raise PolicyError(where, "true or false is expected")
    return raw
