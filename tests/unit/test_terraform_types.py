"""Variables hold what their types make of values; null, secrets and attributes that a type does not name."""

from __future__ import annotations

from typing import Any

import pytest

from functions import terraform, value_of
from mnlint.model.value import Seq

# type, default, expression, what it is worth, why
ROWS: list[tuple[str, str, str, Any, str]] = [
    ("string", "5", "var.v", "5", "a number as text"),
    ("string", "1.0", "var.v", "1", "without a point"),
    ("string", "true", "var.v", "true", "a truth as text"),
    ("number", '"42"', "var.v", 42, "a text as a number"),
    ("bool", '"true"', "var.v", True, "a text as a truth"),
    ("bool", '"yes"', "var.v", "yes", "what Terraform refuses stays as it is"),
    ("any", '"42"', "var.v", "42", "no type"),
    ('"string"', "5", "var.v", "5", "as Terraform 0.11 wrote it"),
    ("list(string)", "[1, true]", "var.v", ["1", "true"], "members"),
    ("set(string)", '["b", "a", "b"]', "var.v", ["a", "b"], "in order, none twice"),
    ("set(string)", '["b", 1]', "var.v", ["1", "b"], "converted first"),
    ("set(number)", "[10, 9, 10]", "var.v", [9, 10], "as numbers"),
    ("map(string)", "{ a = 1 }", "var.v", {"a": "1"}, "members of a map"),
    ("tuple([string, number])", '[1, "2"]', "var.v", ["1", 2], "each its own"),
    ("object({ a = string })", "{ a = 1, b = 2 }", "var.v", {"a": "1"}, "others are dropped"),
    ("object({ a = optional(string) })", "{}", "var.v", {"a": None}, "null if nobody gives it"),
    ("object({ a = optional(string) })", "{}", 'try(var.v.a, "d")', None, "there, and null"),
    ("object({ a = optional(number, 7) })", '{ a = "8" }', "var.v.a", 8, "given, and converted"),
    ("object({ a = optional(string, 7) })", "{}", "var.v.a", "7", "a default is converted, too"),
    ("map(object({ a = optional(list(string), []) }))", "{ x = {} }", "var.v", {"x": {"a": []}}, "deep"),
    ("map(object({ a = string }))", "{ x = { a = 1, b = 2 } }", "var.v", {"x": {"a": "1"}}, "deep"),
    ("string", "null", "var.v", None, "null is of every type"),
    ("list(string)", "var.p", "var.v", "?{param:p}", "nobody knows it"),
    ("object({ a = string })", "{ a = var.p }", "var.v", {"a": "?{param:p}"}, "nor that"),
]


@pytest.mark.parametrize(("kind", "default", "text", "expected", "why"), ROWS, ids=[f"{r[0]} {r[1]}" for r in ROWS])
def test_values_are_what_the_type_makes_of_them(kind: str, default: str, text: str, expected: Any, why: str) -> None:
    # A default may not name another variable in Terraform; here it stands for what a caller gives.
    found = value_of(terraform(text, before=f'variable "v" {{\n  type    = {kind}\n  default = {default}\n}}\n'))
    assert found == expected, why
    assert type(found) is type(expected), why


def test_a_type_that_is_all_there_is_is_kept() -> None:
    before = 'variable "v" {\n  description = "what it is"\n  type        = set(string)\n}\n'
    assert value_of(terraform("var.v", before=before)) == "?{param:v}"


def test_a_set_has_no_numbers() -> None:
    made = terraform("var.v", before='variable "v" {\n  type    = set(string)\n  default = ["a"]\n}\n').value
    assert isinstance(made, Seq)
    assert made.is_set


@pytest.mark.parametrize("word", ["sensitive", "ephemeral"])
def test_secrets_are_never_evaluated(word: str) -> None:
    before = f'variable "v" {{\n  default = "s3cret"\n  {word}   = true\n}}\n'
    for text in ("var.v", "upper(var.v)", "nonsensitive(var.v)", '"a-${var.v}"', "jsonencode({ a = var.v })"):
        assert "s3cret" not in str(value_of(terraform(text, before=before))).lower()
