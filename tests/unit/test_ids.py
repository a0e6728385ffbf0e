"""The grammar of resource ids, with holes, and when two of them are one."""

from __future__ import annotations

from typing import Any

import pytest

from mnlint.model.ids import Id, id_of, parse, same_names, same_text, segments, top_type
from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Cause, Choice, Node, Ref, Unknown, literal

F, U, T = Tri.FALSE, Tri.UNKNOWN, Tri.TRUE
HERE = Span("f", 0, 1)
GROUP = "/subscriptions/0000/resourceGroups/rg"
WHY = Unknown(Cause.NO_VALUE, HERE, "parameter p", "{param:p}")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a/b", ["a", "b"]),
        ("{f(a/b)}/c", ["{f(a/b)}", "c"]),  # a slash in a hole cuts nothing
        ("{f({a/b}/c)}/d", ["{f({a/b}/c)}", "d"]),
        ("/a/", ["", "a", ""]),
        ("", [""]),
        ("a}b/c", ["a}b", "c"]),  # a brace that closes nothing
    ],
)
def test_segments(text: str, parts: list[str]) -> None:
    assert segments(text) == parts


VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv"


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        (VAULT, Id(GROUP, "Microsoft.KeyVault/vaults", ("kv",)), "a resource in a group"),
        (f"{VAULT}/", Id(GROUP, "Microsoft.KeyVault/vaults", ("kv",)), "a slash at the end"),
        (
            f"{VAULT}/secrets/s",
            Id(GROUP, "Microsoft.KeyVault/vaults/secrets", ("kv", "s")),
            "a child has a name for each level",
        ),
        (
            "/subscriptions/0/providers/Microsoft.X/y/z",
            Id("/subscriptions/0", "Microsoft.X/y", ("z",)),
            "a resource of a subscription",
        ),
        (
            f"{VAULT}/providers/Microsoft.Authorization/locks/l",
            Id(VAULT, "Microsoft.Authorization/locks", ("l",)),
            "an extension lies in what it extends",
        ),
        (
            "{scope}/providers/Microsoft.X/y/{param:p}",
            Id("{scope}", "Microsoft.X/y", ("{param:p}",)),
            "scope and name may be holes",
        ),
        ("{ref:a.b.id}", Id("", "", (), "a.b"), "a resource of the deployment"),
        ("{ref:a.b.id}/secrets/s", Id("", "secrets", ("s",), "a.b"), "and a child of one"),
        ("{ref:a.b.id}/secrets", None, "a level without a name"),
        (f"{GROUP}/providers/Microsoft.X/{{param:p}}/z", None, "a type with a hole is none"),
        (f"{GROUP}/providers/Microsoft.KeyVault/vaults", None, "a type without a name"),
        (f"{GROUP}/providers/Microsoft.KeyVault/vaults/", None, "an empty name"),
        (f"{GROUP}/providers//vaults/kv", None, "an empty namespace"),
        (GROUP, None, "a group is no resource"),
        ("https://kv.vault.azure.net/", None, "an address"),
        ("https://x/providers/Microsoft.X/y/z", None, "an address that looks like an id"),
        ("kv", None, "a name"),
        ("", None, "nothing"),
    ],
)
def test_parse(text: str, expected: Id | None, reason: str) -> None:
    assert parse(text) == expected, reason


@pytest.mark.parametrize(
    ("value", "tri", "found", "reason"),
    [
        (VAULT, T, True, "a known id"),
        ("kv", F, False, "a known text that is none"),
        (Ref("a.b", ("id",)), T, True, "a resource's own id"),
        (Ref("a.b", ("name",)), U, False, "an attribute may hold anything"),
        (Ref("a.b", ("outputs", "id")), U, False, "an output, too"),
        (Ref("a.b"), U, False, "a resource itself"),
        (Unknown(Cause.RUNTIME, HERE, "x", "{scope}/providers/Microsoft.X/y/z"), T, True, "an unknown of that form"),
        (Unknown(Cause.RUNTIME, HERE, "x", "{lower({ref:a.b.id})}"), T, True, "an id in small letters is that id"),
        (Unknown(Cause.RUNTIME, HERE, "x", "{toUpper('{scope}/providers/Microsoft.X/y/{param:p}')}"), T, True, "so is"),
        (Unknown(Cause.RUNTIME, HERE, "x", "{replace({ref:a.b.id},'Key','key')}"), T, True, "one with other letters"),
        (Unknown(Cause.RUNTIME, HERE, "x", "{lower({replace({ref:a.b.id},'K','k')})}"), T, True, "by both"),
        (Unknown(Cause.RUNTIME, HERE, "x", "{replace({ref:a.b.id},'Key','Lock')}"), U, False, "not one of other words"),
        (Unknown(Cause.RUNTIME, HERE, "x", "{replace({ref:a.b.id},'/K/','/k/')}"), U, False, "a pattern, perhaps"),
        (Unknown(Cause.RUNTIME, HERE, "x", "{replace({ref:a.b.id},{param:p},'x')}"), U, False, "nobody knows what"),
        (
            Unknown(Cause.RUNTIME, HERE, "x", "{lower({ref:a.b.id})}{lower({ref:c.d.id})}"),
            U,
            False,
            "two beside each other",
        ),
        (WHY, U, False, "one whose form tells nothing"),
        (Unknown(Cause.RUNTIME, HERE, "x", "https://{param:p}.example.com/"), F, False, "an address, whosever it is"),
        (Unknown(Cause.RUNTIME, HERE, "x", "/subscriptions/{param:p}"), U, False, "how it begins is how an id does"),
        (Unknown(Cause.RUNTIME, HERE, "x"), U, False, "one without a form"),
        (Choice((literal(VAULT, HERE), literal("kv", HERE)), WHY), U, False, "one of two"),
        (ABSENT, U, False, "nothing: whether there has to be something is not asked here"),
    ],
)
def test_id_of(value: Any, tri: Tri, found: bool, reason: str) -> None:
    made_tri, made = id_of(literal(value, HERE))
    assert (made_tri, made is not None) == (tri, found), reason


@pytest.mark.parametrize(
    ("left", "right", "tri", "reason"),
    [
        ("kv", "KV", T, "Azure's names have no case"),
        ("kv", "kw", F, "two known texts"),
        ("{param:p}", "{param:p}", T, "the same unknown"),
        ("{param:p}", "{param:q}", U, "two unknowns may be equal"),
        ("{param:p}", "kv", U, "an unknown may be anything"),
        ("a{param:p}", "b{param:p}", U, "what is different may still be found equal later: not worth a word of proof"),
        (None, "kv", U, "no form at all"),
        (None, None, U, "twice no form is not one form"),
        ("{?}", "{?}", U, "nor is a name that has none"),
    ],
)
def test_same_text(left: str | None, right: str | None, tri: Tri, reason: str) -> None:
    assert same_text(left, right) is tri, reason
    assert same_text(right, left) is tri, "in both directions"


@pytest.mark.parametrize(
    ("left", "right", "tri"),
    [
        (("a", "b"), ("A", "b"), T),
        (("a", "b"), ("a", "c"), F),
        (("a", "{param:p}"), ("a", "c"), U),
        (("a", "{param:p}"), ("b", "c"), F),  # one level that differs decides
        (("a",), ("a", "b"), F),
        ((), (), T),
    ],
)
def test_same_names(left: tuple[str, ...], right: tuple[str, ...], tri: Tri) -> None:
    assert same_names(left, right) is tri


@pytest.mark.parametrize(
    ("kind", "top"),
    [
        ("Microsoft.X/y", "Microsoft.X/y"),
        ("Microsoft.X/y/z/w", "Microsoft.X/y"),
        ("", ""),
        ("Microsoft.X", "Microsoft.X"),
    ],
)
def test_top_type(kind: str, top: str) -> None:
    assert top_type(kind) == top


def test_which_resource_an_id_of_other_letters_means() -> None:
    wanted = Id("", "", (), "azurerm_key_vault.kv")
    form = "{replace({lower({ref:azurerm_key_vault.kv.id})},'microsoft.keyvault','Microsoft.Keyvault')}"
    assert id_of(literal(Unknown(Cause.RUNTIME, HERE, "x", form), HERE)) == (T, wanted)
    text = "{lower('{scope}/providers/Microsoft.X/y/it''s')}"
    assert id_of(literal(Unknown(Cause.RUNTIME, HERE, "x", text), HERE))[1] == Id("{scope}", "Microsoft.X/y", ("it's",))


def test_nodes_are_asked_by_their_value_alone() -> None:
    assert id_of(Node(VAULT, HERE, ()))[0] is T
