"""What a host text means: faults, wildcards, coverage."""

import pytest

from mnlint.azure import hosts
from mnlint.azure.texts import HOLE

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
    ("[10.0.0.1]", "[10.0.0.1] is an IP address"),
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


@pytest.mark.parametrize(
    ("pattern", "host", "answer"),
    [
        ("pypi.org", "pypi.org", True),
        ("pypi.org", "files.pypi.org", False),
        ("*.pypi.org", "files.pypi.org", True),
        ("*.pypi.org", "a.b.pypi.org", True),
        ("*.pypi.org", "pypi.org", False),
        ("*.pypi.org", "*.pypi.org", True),
        ("*.pypi.org", "*.files.pypi.org", True),
        ("*.pypi.org", "*pypi.org", False),
        ("*.pypi.org", "evilpypi.org", False),
        ("*pypi.org", "pypi.org", True),
        ("*pypi.org", "evilpypi.org", True),
        ("*pypi.org", "*.pypi.org", True),
        ("*", "pypi.org", True),
        ("*", "*", True),
        ("*.org", "*", False),
    ],
)
def test_a_pattern_covers(pattern: str, host: str, answer: bool) -> None:
    assert hosts.covers(pattern, host) is answer


LISTED = hosts.Broad(
    suffixes={
        "github.io": "pages",
        "scm.sites.net": "deployments",
        "sites.net": "sites",
        "s3.<any>.aws.com": "buckets",
    },
    hosts={"s3.aws.com": "all buckets"},
    closed=frozenset({"microsoft"}),
    documented=frozenset({"*.vo.sites.net", "*.docs.sites.net", "code.blob.core.net"}),
    storage_hosts=frozenset({"blob.core.net"}),
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contoso.com", ""),
        ("*.contoso.com", ""),
        ("*", "* opens every host there is"),
        ("*.", "*. opens every host there is"),
        ("*.com", "*.com opens every host whose name ends in .com"),
        ("*com", "*com opens every host whose name ends in com"),
        ("*.microsoft", ""),
        ("*x.microsoft", ""),
        ("*contoso.com", "*contoso.com opens other people's names that end so, too, such as evilcontoso.com"),
        ("*.GitHub.io", "*.github.io opens pages"),
        ("*hub.io", "*hub.io opens pages"),
        ("*.me.github.io", ""),
        ("*-me.github.io", "*-me.github.io opens other people's names that end so, too, such as evil-me.github.io"),
        ("*.sites.net", "*.sites.net opens sites"),
        ("*.net", "*.net opens every host whose name ends in .net"),
        ("*.aws.com", "*.aws.com opens buckets and more"),
        ("*.eu.aws.com", "*.eu.aws.com opens buckets"),
        ("*.s3.eu.aws.com", "*.s3.eu.aws.com opens buckets"),
        ("*.mine.s3.eu.aws.com", ""),
        ("s3.aws.com", "s3.aws.com opens all buckets"),
        ("*.vo.sites.net", ""),
        ("*.a.vo.sites.net", ""),
        ("a.b, *.sites.net, *.x", "*.sites.net opens sites; *.x opens every host whose name ends in .x"),
        (HOLE, None),
        (f"*.{HOLE}", None),
        (f"*.sites.net,{HOLE}", "*.sites.net opens sites"),
        ("", ""),
    ],
)
def test_what_is_opened_beside_the_users_own(text: str, words: str | None) -> None:
    assert LISTED.opens(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x.blob.core.net", "x.blob.core.net"),
        ("X.z1.Blob.core.net, pypi.org", "x.z1.blob.core.net"),
        ("*.blob.core.net", "*.blob.core.net"),
        ("*blob.core.net", "*blob.core.net"),
        ("blob.core.net", ""),
        ("xblob.core.net", ""),
        ("code.blob.core.net", ""),
        ("pypi.org", ""),
        (HOLE, None),
        (f"{HOLE}.blob.core.net", None),
        (f"co{HOLE}.blob.core.net", None),
        (f"c{HOLE}d{HOLE}e.blob.core.net", None),
        (f"c{HOLE}x{HOLE}e.blob.core.net", "c…x…e.blob.core.net"),
        (f"code{HOLE}e.blob.core.net", "code…e.blob.core.net"),
        (f"st{HOLE}.blob.core.net", "st….blob.core.net"),
        (f"x.blob.core.net, {HOLE}", "x.blob.core.net"),
        (f"x.blob.core.{HOLE}", None),
        (f"{HOLE}" * 9_000 + "x.blob.core.net", "…" * 9_000 + "x.blob.core.net"),
    ],
)
def test_hosts_of_storage_accounts(text: str, words: str | None) -> None:
    assert LISTED.storage(text) == words
