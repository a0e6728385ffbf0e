"""What a host text means: faults, wildcards, coverage."""

import pytest

from mnlint.azure import hosts
from mnlint.azure.hosts import HOLE

FAULTS = [
    ("pypi.org", ""),
    ("*.pypi.org", ""),
    ("*pypi.org", ""),
    ("*", ""),
    ("pypi.org., *.Pypi.ORG", ""),
    ("xn--bcher-kva.example", ""),
    ("my_bucket.example.com", ""),
    ("1.example.com", ""),
    ("", "an empty host"),
    (" ", "an empty host"),
    ("pypi.org,,pytorch.org", "an empty host"),
    ("https://pypi.org", "https://pypi.org has a scheme, write pypi.org"),
    ("https://pypi.org:443/simple", "https://pypi.org:443/simple has a scheme, write pypi.org"),
    ("*://pypi.org", "*://pypi.org has a scheme, write pypi.org"),
    ("pypi.org/simple", "pypi.org/simple has a path, write pypi.org"),
    ("pypi.org:443", "pypi.org:443 has a port, write pypi.org"),
    ("10.1.2.3", "10.1.2.3 is an IP address"),
    ("10.1.2.3/8", "10.1.2.3/8 is an IP address"),
    ("::1", "::1 is an IP address"),
    ("[::1]", "[::1] is an IP address"),
    ("pypi.org pytorch.org", "pypi.org pytorch.org has a blank in it"),
    (".pypi.org", ".pypi.org has an empty label"),
    (".", ". has an empty label"),
    ("*..org", "*..org has an empty label"),
    ("**.org", "**.org has an asterisk elsewhere than at the very left"),
    ("a*.org", "a*.org has an asterisk elsewhere than at the very left"),
    ("a@b.org", "a@b.org has the character @"),
    ("bücher@b.org", "bücher@b.org has the character @"),
    ("https://a.b, c:1", "https://a.b has a scheme, write a.b; c:1 has a port, write c"),
]


@pytest.mark.parametrize(("text", "words"), FAULTS)
def test_a_fault_is_told(text: str, words: str) -> None:
    assert hosts.fault(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HOLE, None),
        (f"{HOLE}.org", None),
        (f"*{HOLE}", None),
        (f"{HOLE}*.org", None),  # what is not known may end with a comma
        (f"{HOLE}:", "…: has the character :"),
        (f"https://{HOLE}", "https://… has a scheme"),
        (f"{HOLE}.org/simple", "….org/simple has a path"),
        (f"{HOLE}.org:{HOLE}", "….org:… has a port"),
        (f"pypi.org:443, {HOLE}", "pypi.org:443 has a port, write pypi.org"),
        (f"{HOLE}..org", "…..org has an empty label"),
        (f"{HOLE}a*", "…a* has an asterisk elsewhere than at the very left"),
    ],
)
def test_a_part_that_nobody_knows_decides_only_what_hangs_on_it(text: str, words: str | None) -> None:
    assert hosts.fault(text) == words
