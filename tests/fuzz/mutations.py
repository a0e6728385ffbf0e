"""Texts of a language made wrong: words taken away, doubled, swapped, cut off, bytes turned over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

_TOKENS = re.compile(rb"\w+|[ \t]+|\"[^\"\n]*\"|'[^'\n]*'|.", re.DOTALL).findall

KINDS = ("delete", "double", "swap", "insert", "replace", "cut", "flip", "move", "take")


def mutated(random: Random, data: bytes, words: Sequence[bytes], kind: str | None = None) -> bytes:
    """Bytes with one change of a kind."""
    kind = kind or random.choice(KINDS)
    if kind == "cut":
        return data[: random.randrange(len(data) + 1)]
    if kind == "flip":
        changed = bytearray(data or b"\0")
        for _ in range(random.choice((1, 1, 2, 5))):
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        return bytes(changed)
    tokens: list[bytes] = _TOKENS(data) or [b""]
    at = random.randrange(len(tokens))
    end = at + random.choice((1, 1, 1, 2, 3, 5, 8, 20))
    if kind == "delete":
        del tokens[at:end]
    elif kind == "double":
        tokens[at:at] = tokens[at:end] * random.choice((1, 1, 2, 10))
    elif kind == "swap":
        other = random.randrange(len(tokens))
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif kind == "insert":
        tokens.insert(at, random.choice(words))
    elif kind == "replace":
        tokens[at] = random.choice(words)
    elif kind == "move":
        part = tokens[at:end]
        del tokens[at:end]
        to = random.randrange(len(tokens) + 1)
        tokens[to:to] = part
    else:  # take: a word of this text in the place of another one
        tokens[at] = random.choice(tokens)
    return b"".join(tokens)
