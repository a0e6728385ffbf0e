"""Any bytes, any text, and the words of a language in any order: a reader gives a result, never a failure of ours.

What is looked at here for seconds, `python tests/fuzz` looks at for as long as it may.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fuzz.readers import READERS, Reader
from threats import least

MADE = {"bytes": 400, "text": 400, "words": 1200}  # examples of each kind
FRONT_ENDS = ("bicep", "bicepparam", "terraform", "tfvars", "arm", "policy", "settings")
FEWER = 10  # times, for readers that stand on those
WHOLE = 10  # every tenth goes through all stages


def strategy(kind: str, reader: Reader) -> st.SearchStrategy[bytes]:
    if kind == "bytes":
        return st.binary(max_size=200)
    if kind == "text":
        return st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    words = reader.words

    def spoken(drawn: bytes) -> bytes:  # two bytes for a word: a list of words takes twice as long to draw
        numbers = struct.unpack(f">{len(drawn) // 2}H", drawn[: len(drawn) // 2 * 2])
        return b" ".join(words[number % len(words)] for number in numbers)

    return st.binary(max_size=50).map(spoken)


def examples_of(name: str, kind: str) -> int:
    return MADE[kind] if name in FRONT_ENDS else MADE[kind] // FEWER


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("name", READERS)
def test_any_input_has_a_result(name: str, kind: str, tried: Callable[[str, int], None]) -> None:
    reader = READERS[name]
    examples, given_to_it = examples_of(name, kind), 0

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy(kind, reader))
    def run(data: bytes) -> None:
        nonlocal given_to_it
        given_to_it += 1
        (reader.read if given_to_it % WHOLE else reader.whole)(data)

    run()
    tried("T1", given_to_it)
    assert given_to_it >= examples


def test_an_ordinary_run_tries_as_many_as_are_promised() -> None:
    assert set(FRONT_ENDS) <= READERS.keys()
    assert sum(examples_of(name, kind) for name in READERS for kind in MADE) >= least("T1")
    assert all(sum(examples_of(name, kind) for kind in MADE) >= 2000 for name in FRONT_ENDS)
