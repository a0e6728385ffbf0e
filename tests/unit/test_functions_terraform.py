"""The documentation's own examples of Terraform's functions, a row each, and what they are worth in doubt.

Sources: https://developer.hashicorp.com/terraform/language/functions, a page for each function; where a page has no
example of its own, the table in Terraform's own test of all functions (internal/lang/functions_test.go).
"""

# ruff: noqa: E501, RUF001  (an example is one line, and some are Greek)

from __future__ import annotations

import time
from typing import Any

import pytest

from functions import terraform, value_of
from mnlint.model.value import Map, Node, Seq, Unknown
from mnlint.resolve.functions.catalogue import Kind
from mnlint.resolve.functions.terraform import OVER_KNOWN, OVER_NODES, SPECIAL
from mnlint.resolve.functions.terraform.catalogue import FUNCTIONS, KIND_OF

# function, expression, what it is worth
ROWS: list[tuple[str, str, Any]] = [
    ("alltrue", 'alltrue(["true", true])', True),
    ("alltrue", "alltrue([true, false])", False),
    ("anytrue", 'anytrue(["true"])', True),
    ("anytrue", "anytrue([true])", True),
    ("anytrue", "anytrue([true, false])", True),
    ("anytrue", "anytrue([])", False),
    ("base64decode", 'base64decode("SGVsbG8gV29ybGQ=")', "Hello World"),
    ("base64encode", 'base64encode("Hello World")', "SGVsbG8gV29ybGQ="),
    ("base64sha256", 'base64sha256("hello world")', "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
    (
        "base64sha512",
        'base64sha512("hello world")',
        "MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw==",
    ),
    ("basename", 'basename("foo/bar/baz.txt")', "baz.txt"),
    ("ceil", "ceil(5)", 5),
    ("ceil", "ceil(5.1)", 6),
    ("chomp", 'chomp("hello\\n")', "hello"),
    ("chomp", 'chomp("hello\\r\\n")', "hello"),
    ("chomp", 'chomp("hello\\n\\n")', "hello"),
    ("chunklist", 'chunklist(["a", "b", "c", "d", "e"], 2)', [["a", "b"], ["c", "d"], ["e"]]),
    ("chunklist", 'chunklist(["a", "b", "c", "d", "e"], 1)', [["a"], ["b"], ["c"], ["d"], ["e"]]),
    ("cidrhost", 'cidrhost("10.12.112.0/20", 16)', "10.12.112.16"),
    ("cidrhost", 'cidrhost("10.12.112.0/20", 268)', "10.12.113.12"),
    ("cidrhost", 'cidrhost("fd00:fd12:3456:7890:00a2::/72", 34)', "fd00:fd12:3456:7890::22"),
    ("cidrnetmask", 'cidrnetmask("172.16.0.0/12")', "255.240.0.0"),
    ("cidrsubnet", 'cidrsubnet("172.16.0.0/12", 4, 2)', "172.18.0.0/16"),
    ("cidrsubnet", 'cidrsubnet("10.1.2.0/24", 4, 15)', "10.1.2.240/28"),
    ("cidrsubnet", 'cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)', "fd00:fd12:3456:7800:a200::/72"),
    ("cidrsubnet", 'cidrhost("10.1.2.240/28", 1)', "10.1.2.241"),
    ("cidrsubnet", 'cidrhost("10.1.2.240/28", 14)', "10.1.2.254"),
    (
        "cidrsubnets",
        'cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)',
        ["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"],
    ),
    (
        "cidrsubnets",
        'cidrsubnets("fd00:fd12:3456:7890::/56", 16, 16, 16, 32)',
        [
            "fd00:fd12:3456:7800::/72",
            "fd00:fd12:3456:7800:100::/72",
            "fd00:fd12:3456:7800:200::/72",
            "fd00:fd12:3456:7800:300::/88",
        ],
    ),
    (
        "cidrsubnets",
        '[for cidr_block in cidrsubnets("10.0.0.0/8", 8, 8, 8, 8) : cidrsubnets(cidr_block, 4, 4)]',
        [
            ["10.0.0.0/20", "10.0.16.0/20"],
            ["10.1.0.0/20", "10.1.16.0/20"],
            ["10.2.0.0/20", "10.2.16.0/20"],
            ["10.3.0.0/20", "10.3.16.0/20"],
        ],
    ),
    ("coalesce", 'coalesce("a", "b")', "a"),
    ("coalesce", 'coalesce("", "b")', "b"),
    ("coalesce", "coalesce(1,2)", 1),
    ("coalesce", 'coalesce(["", "b"]...)', "b"),
    ("coalesce", 'coalesce(1, "hello")', "1"),
    ("coalesce", 'coalesce(true, "hello")', "true"),
    ("coalescelist", 'coalescelist(["a", "b"], ["c", "d"])', ["a", "b"]),
    ("coalescelist", 'coalescelist([], ["c", "d"])', ["c", "d"]),
    ("coalescelist", 'coalescelist([[], ["c", "d"]]...)', ["c", "d"]),
    ("compact", 'compact(["a", "", "b", null, "c"])', ["a", "b", "c"]),
    ("contains", 'contains(["a", "b", "c"], "a")', True),
    ("contains", 'contains(["a", "b", "c"], "d")', False),
    (
        "csvdecode",
        'csvdecode("a,b,c\\n1,2,3\\n4,5,6")',
        [{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": "5", "c": "6"}],
    ),
    ("dirname", 'dirname("foo/bar/baz.txt")', "foo/bar"),
    ("distinct", 'distinct(["a", "b", "a", "c", "d", "b"])', ["a", "b", "c", "d"]),
    ("element", 'element(["a", "b", "c"], 1)', "b"),
    ("element", 'element(["a", "b", "c"], 3)', "a"),
    ("element", 'element(["a", "b", "c"], -1)', "c"),
    ("endswith", 'endswith("hello world", "world")', True),
    ("endswith", 'endswith("hello world", "hello")', False),
    ("flatten", 'flatten([["a", "b"], [], ["c"]])', ["a", "b", "c"]),
    ("flatten", 'flatten([[["a", "b"], []], ["c"]])', ["a", "b", "c"]),
    ("floor", "floor(5)", 5),
    ("floor", "floor(4.9)", 4),
    ("format", 'format("Hello, %s!", "Ander")', "Hello, Ander!"),
    ("format", 'format("There are %d lights", 4)', "There are 4 lights"),
    ("format", 'format("%[1]s%[2]s%[1]s%[3]s", "/", "path", "file.tf")', "/path/file.tf"),
    ("format", 'format("%#v", "hello")', '"hello"'),
    ("format", 'format("%#v", true)', "true"),
    ("format", 'format("%#v", 1)', "1"),
    ("format", 'format("%#v", {a = 1})', '{"a":1}'),
    ("format", 'format("%#v", [true])', "[true]"),
    ("formatdate", 'formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")', "02 Jan 2018 23:12 UTC"),
    (
        "formatdate",
        'formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z")',
        "Tuesday, 02-Jan-18 23:12:01 UTC",
    ),
    (
        "formatdate",
        'formatdate("EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00")',
        "Tue, 02 Jan 2018 23:12:01 -0800",
    ),
    ("formatdate", 'formatdate("MMM DD, YYYY", "2018-01-02T23:12:01Z")', "Jan 02, 2018"),
    ("formatdate", 'formatdate("HH:mmaa", "2018-01-02T23:12:01Z")', "11:12pm"),
    ("formatdate", 'formatdate("h\'h\'mm", "2018-01-02T23:12:01-08:00")', "23h12"),
    ("formatdate", "formatdate(\"H 'o''clock'\", \"2018-01-02T23:12:01-08:00\")", "11 o'clock"),
    (
        "formatlist",
        'formatlist("Hello, %s!", ["Valentina", "Ander", "Olivia", "Sam"])',
        ["Hello, Valentina!", "Hello, Ander!", "Hello, Olivia!", "Hello, Sam!"],
    ),
    (
        "formatlist",
        'formatlist("%s, %s!", "Salutations", ["Valentina", "Ander", "Olivia", "Sam"])',
        ["Salutations, Valentina!", "Salutations, Ander!", "Salutations, Olivia!", "Salutations, Sam!"],
    ),
    ("index", "max(5, 12, 9)", 12),
    ("index", 'index(["a", "b", "c"], "b")', 1),
    ("index", 'index(["one", "two", "two"], "two")', 1),
    ("issensitive", 'issensitive(sensitive("secret"))', True),
    ("issensitive", 'issensitive("hello")', False),
    ("join", 'join("-", ["foo", "bar", "baz"])', "foo-bar-baz"),
    ("join", 'join(", ", ["foo", "bar", "baz"])', "foo, bar, baz"),
    ("join", 'join(", ", ["foo"])', "foo"),
    ("jsondecode", 'jsondecode("{\\"hello\\": \\"world\\"}")', {"hello": "world"}),
    ("jsondecode", 'jsondecode("true")', True),
    ("jsonencode", 'jsonencode({"hello"="world"})', '{"hello":"world"}'),
    ("keys", "keys({a=1, c=2, d=3})", ["a", "c", "d"]),
    ("length", "length([])", 0),
    ("length", 'length(["a", "b"])', 2),
    ("length", 'length({"a" = "b"})', 1),
    ("length", 'length("hello")', 5),
    ("length", 'length("👾🕹️")', 2),
    ("log", "log(50, 10)", 1.6989700043360185),
    ("log", "log(16, 2)", 4),
    ("log", "ceil(log(15, 2))", 4),
    ("log", "ceil(log(16, 2))", 4),
    ("log", "ceil(log(17, 2))", 5),
    ("lookup", 'lookup({a="ay", b="bee"}, "a", "what?")', "ay"),
    ("lookup", 'lookup({a="ay", b="bee"}, "c", "what?")', "what?"),
    ("lower", 'lower("HELLO")', "hello"),
    ("lower", 'lower("ΓΕΙΑ ΣΟΥ")', "γεια σου"),
    (
        "matchkeys",
        'matchkeys(["i-123", "i-abc", "i-def"], ["us-west", "us-east", "us-east"], ["us-east"])',
        ["i-abc", "i-def"],
    ),
    (
        "matchkeys",
        '[for x in [{id="i-123",zone="us-west"},{id="i-abc",zone="us-east"}]: x.id if x.zone == "us-east"]',
        ["i-abc"],
    ),
    ("max", "max(12, 54, 3)", 54),
    ("max", "max([12, 54, 3]...)", 54),
    ("md5", 'md5("hello world")', "5eb63bbbe01eeed093cb22bb8f5acdc3"),
    ("merge", 'merge({a="b", c="d"}, {e="f", c="z"})', {"a": "b", "c": "z", "e": "f"}),
    ("merge", 'merge({a="b"}, {a=[1,2], c="z"}, {d=3})', {"a": [1, 2], "c": "z", "d": 3}),
    ("merge", 'merge([{a="b", c="d"}, {}, {e="f", c="z"}]...)', {"a": "b", "c": "z", "e": "f"}),
    ("min", "min(12, 54, 3)", 3),
    ("min", "min([12, 54, 3]...)", 3),
    ("one", "one([])", None),
    ("one", 'one(["hello"])', "hello"),
    ("one", "one(toset([]))", None),
    ("one", 'one(toset(["hello"]))', "hello"),
    ("parseint", 'parseint("100", 10)', 100),
    ("parseint", 'parseint("FF", 16)', 255),
    ("parseint", 'parseint("-10", 16)', -16),
    ("parseint", 'parseint("1011111011101111", 2)', 48879),
    ("parseint", 'parseint("aA", 62)', 656),
    ("pathexpand", 'pathexpand("/etc/resolv.conf")', "/etc/resolv.conf"),
    ("pow", "pow(3, 2)", 9),
    ("pow", "pow(4, 0)", 1),
    ("range", "range(3)", [0, 1, 2]),
    ("range", "range(1, 4)", [1, 2, 3]),
    ("range", "range(1, 8, 2)", [1, 3, 5, 7]),
    ("range", "range(1, 4, 0.5)", [1, 1.5, 2, 2.5, 3, 3.5]),
    ("range", "range(4, 1)", [4, 3, 2]),
    ("range", "range(10, 5, -2)", [10, 8, 6]),
    ("regex", 'regex("[a-z]+", "53453453.345345aaabbbccc23454")', "aaabbbccc"),
    ("regex", 'regex("(\\\\d\\\\d\\\\d\\\\d)-(\\\\d\\\\d)-(\\\\d\\\\d)", "2019-02-01")', ["2019", "02", "01"]),
    (
        "regex",
        'regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/")',
        {"scheme": "https", "authority": "terraform.io"},
    ),
    ("regexall", 'regexall("[a-z]+", "1234abcd5678efgh9")', ["abcd", "efgh"]),
    ("regexall", 'length(regexall("[a-z]+", "1234abcd5678efgh9"))', 2),
    ("regexall", 'length(regexall("[a-z]+", "123456789")) > 0', False),
    ("replace", 'replace("1 + 2 + 3", "+", "-")', "1 - 2 - 3"),
    ("replace", 'replace("hello world", "/w.*d/", "everybody")', "hello everybody"),
    ("reverse", "reverse([1, 2, 3])", [3, 2, 1]),
    ("setintersection", 'setintersection(["a", "b"], ["b", "c"], ["b", "d"])', ["b"]),
    ("setintersection", "setintersection([3,3.3,4], [4,3.3,65,99], [4.0,3.3])", [3.3, 4]),
    (
        "setintersection",
        'setintersection(["bob","jane",3], ["jane",3,"ajax",10], ["3","jane",26,"nomad"])',
        ["3", "jane"],
    ),
    (
        "setproduct",
        'setproduct(["development", "staging", "production"], ["app1", "app2"])',
        [
            ["development", "app1"],
            ["development", "app2"],
            ["staging", "app1"],
            ["staging", "app2"],
            ["production", "app1"],
            ["production", "app2"],
        ],
    ),
    ("setproduct", 'setproduct(["development", "staging", "production"], [])', []),
    ("setproduct", 'setproduct(["a"], ["b"])', [["a", "b"]]),
    (
        "setproduct",
        'setproduct(["staging", "production"], ["a", 2])',
        [["staging", "a"], ["staging", "2"], ["production", "a"], ["production", "2"]],
    ),
    ("setsubtract", 'setsubtract(["a", "b", "c"], ["a", "c"])', ["b"]),
    (
        "setsubtract",
        'setunion(setsubtract(["a", "b", "c"], ["a", "c", "d"]), setsubtract(["a", "c", "d"], ["a", "b", "c"]))',
        ["b", "d"],
    ),
    ("sha1", 'sha1("hello world")', "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"),
    ("sha256", 'sha256("hello world")', "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"),
    (
        "sha512",
        'sha512("hello world")',
        "309ecc489c12d6eb4cc40f50c902f2b4d0ed77ee511a7c7a9bcd3ca86d4cd86f989dd35bc5ff499670da34255b45b0cfd830e81f605dcf7dc5542e93ae9cd76f",
    ),
    ("signum", "signum(-13)", -1),
    ("signum", "signum(0)", 0),
    ("signum", "signum(344)", 1),
    ("slice", 'slice(["a", "b", "c", "d"], 1, 3)', ["b", "c"]),
    ("sort", 'sort(["e", "d", "a", "x"])', ["a", "d", "e", "x"]),
    ("split", 'split(",", "foo,bar,baz")', ["foo", "bar", "baz"]),
    ("split", 'split(",", "foo")', ["foo"]),
    ("split", 'split(",", "")', [""]),
    ("startswith", 'startswith("hello world", "hello")', True),
    ("startswith", 'startswith("hello world", "world")', False),
    ("strcontains", 'strcontains("hello world", "wor")', True),
    ("strcontains", 'strcontains("hello world", "wod")', False),
    ("strrev", 'strrev("hello")', "olleh"),
    ("strrev", 'strrev("a ☃")', "☃ a"),
    ("substr", 'substr("hello world", 1, 4)', "ello"),
    ("substr", 'substr("🤔🤷", 0, 1)', "🤔"),
    ("substr", 'substr("hello world", -5, -1)', "world"),
    ("substr", 'substr("hello world", 6, 10)', "world"),
    ("sum", "sum([10, 13, 6, 4.5])", 33.5),
    ("textdecodebase64", 'textdecodebase64("SABlAGwAbABvACAAVwBvAHIAbABkAA==", "UTF-16LE")', "Hello World"),
    ("textencodebase64", 'textencodebase64("Hello World", "UTF-16LE")', "SABlAGwAbABvACAAVwBvAHIAbABkAA=="),
    ("timeadd", 'timeadd("2024-08-16T12:45:05Z", "10m")', "2024-08-16T12:55:05Z"),
    ("timeadd", 'timeadd("2024-08-16T12:45:05Z", "-10m")', "2024-08-16T12:35:05Z"),
    ("timecmp", 'timecmp("2017-11-22T00:00:00Z", "2017-11-22T00:00:00Z")', 0),
    ("timecmp", 'timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z")', -1),
    ("timecmp", 'timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00Z")', 1),
    ("timecmp", 'timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00")', 0),
    ("title", 'title("hello world")', "Hello World"),
    ("tobool", "tobool(true)", True),
    ("tobool", 'tobool("true")', True),
    ("tobool", "tobool(null)", None),
    ("tolist", 'tolist(["a", "b", "c"])', ["a", "b", "c"]),
    ("tolist", 'tolist(["a", "b", 3])', ["a", "b", "3"]),
    ("tomap", 'tomap({"a" = 1, "b" = 2})', {"a": 1, "b": 2}),
    ("tomap", 'tomap({"a" = "foo", "b" = true})', {"a": "foo", "b": "true"}),
    ("tonumber", "tonumber(1)", 1),
    ("tonumber", 'tonumber("1")', 1),
    ("tonumber", "tonumber(null)", None),
    ("toset", 'toset(["a", "b", "c"])', ["a", "b", "c"]),
    ("toset", 'toset(["a", "b", 3])', ["3", "a", "b"]),
    ("toset", 'toset(["c", "b", "b"])', ["b", "c"]),
    ("tostring", 'tostring("hello")', "hello"),
    ("tostring", "tostring(1)", "1"),
    ("tostring", "tostring(true)", "true"),
    ("tostring", "tostring(null)", None),
    ("transpose", 'transpose({"a" = ["1", "2"], "b" = ["2", "3"]})', {"1": ["a"], "2": ["a", "b"], "3": ["b"]}),
    ("trim", 'trim("?!hello?!", "!?")', "hello"),
    ("trim", 'trim("foobar", "far")', "oob"),
    ("trim", 'trim("   hello! world.!  ", "! ")', "hello! world."),
    ("trimprefix", 'trimprefix("helloworld", "hello")', "world"),
    ("trimprefix", 'trimprefix("helloworld", "cat")', "helloworld"),
    ("trimprefix", 'trimprefix("--hello", "-")', "-hello"),
    ("trimspace", 'trimspace("  hello\\n\\n")', "hello"),
    ("trimsuffix", 'trimsuffix("helloworld", "world")', "hello"),
    ("trimsuffix", 'trimsuffix("helloworld", "cat")', "helloworld"),
    ("trimsuffix", 'trimsuffix("hello--", "-")', "hello-"),
    ("upper", 'upper("hello")', "HELLO"),
    ("upper", 'upper("алло!")', "АЛЛО!"),
    ("urlencode", 'urlencode("Hello World!")', "Hello+World%21"),
    ("urlencode", 'urlencode("☃")', "%E2%98%83"),
    (
        "urlencode",
        '"http://example.com/search?q=${urlencode("terraform urlencode")}"',
        "http://example.com/search?q=terraform+urlencode",
    ),
    ("uuidv5", 'uuidv5("dns", "www.terraform.io")', "a5008fae-b28c-5ba5-96cd-82b4c53552d6"),
    ("uuidv5", 'uuidv5("url", "https://www.terraform.io/")', "9db6f67c-dd95-5ea0-aa5b-e70e5c5f7cf5"),
    ("uuidv5", 'uuidv5("oid", "1.3.6.1.4")', "af9d40a5-7a36-5c07-b23a-851cd99fbfa5"),
    ("uuidv5", 'uuidv5("x500", "CN=Example,C=GB")', "84e09961-4aa4-57f8-95b7-03edb1073253"),
    (
        "uuidv5",
        'uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.terraform.io")',
        "a5008fae-b28c-5ba5-96cd-82b4c53552d6",
    ),
    (
        "uuidv5",
        'uuidv5("743ac3c0-3bf7-4a5b-9e6c-59360447c757", "hub-of-the-platform-team")',
        "69189dec-fe3e-54dd-bd73-9d307efeb261",
    ),
    ("values", "values({a=3, c=2, d=1})", [3, 2, 1]),
    ("yamldecode", 'yamldecode("hello: world")', {"hello": "world"}),
    ("yamldecode", 'yamldecode("true")', True),
    ("zipmap", 'zipmap(["a", "b"], [1, 2])', {"a": 1, "b": 2}),
    # from the table of Terraform's own test
    ("abs", "abs(-1)", 1),
    ("can", "can({}.baz)", False),
    ("can", "can(true)", True),
    ("concat", 'concat([], [1, "a"], [[3], "c"])', [1, "a", [3], "c"]),
    ("convert", 'convert({}, object({attr=optional(string, "default")}))', {"attr": "default"}),
    ("convert", "convert({}, map(list(map(set(string)))))", {}),
    ("ephemeralasnull", 'ephemeralasnull("not ephemeral")', "not ephemeral"),
    ("file", 'file("hello.txt")', "hello!"),
    ("file", 'file("${path.module}/hello.txt")', "hello!"),
    ("filebase64", 'filebase64("hello.txt")', "aGVsbG8h"),
    ("filebase64sha256", 'filebase64sha256("hello.txt")', "zgYJL7lI2f+sfRo3bkBLJrdXW8wR7gWkYV/vT+w6MIs="),
    (
        "filebase64sha512",
        'filebase64sha512("hello.txt")',
        "xvgdsOn4IGyXHJ5YJuO6gj/7saOpAPgEdlKov3jqmP38dFhVo4U6Y1Z1RY620arxIJ6I6tLRkjgrXEy91oUOAg==",
    ),
    ("fileexists", 'fileexists("hello.txt")', True),
    ("filemd5", 'filemd5("hello.txt")', "5a8dd3ad0756a93ded72b823b19dd877"),
    ("fileset", 'fileset(path.module, "files/*.txt")', ["files/hello.txt", "files/world.txt"]),
    ("fileset", 'fileset(path.module, "files/{hello,world}.txt")', ["files/hello.txt", "files/world.txt"]),
    ("fileset", 'fileset("${path.module}/files", "*")', ["hello.txt", "world.txt"]),
    ("fileset", 'fileset("${path.module}/files", "**")', ["hello.txt", "world.txt"]),
    ("filesha1", 'filesha1("hello.txt")', "8f7d88e901a5ad3a05d8cc0de93313fd76028f8c"),
    ("filesha256", 'filesha256("hello.txt")', "ce06092fb948d9ffac7d1a376e404b26b7575bcc11ee05a4615fef4fec3a308b"),
    (
        "filesha512",
        'filesha512("hello.txt")',
        "c6f81db0e9f8206c971c9e5826e3ba823ffbb1a3a900f8047652a8bf78ea98fdfc745855a3853a635675458eb6d1aaf1209e88ead2d192382b5c4cbdd6850e02",
    ),
    ("indent", 'indent(4, "Fleas:\\nAdam\\nHad\'em")', "Fleas:\n    Adam\n    Had'em"),
    ("jsonencode", 'jsonencode({"hello"="<cats & kittens>"})', '{"hello":"\\u003ccats \\u0026 kittens\\u003e"}'),
    ("matchkeys", 'matchkeys(["a", "b", "c"], [1, 2, 3], [1, "3"])', ["a", "c"]),
    ("nonsensitive", "nonsensitive(1)", 1),
    ("reverse", 'reverse(["a", true, 0])', [0, True, "a"]),
    ("setunion", 'setunion(["a", "b"], ["b", "c"], ["d"])', ["a", "b", "c", "d"]),
    ("slice", 'slice(["a", "b", 3, 4], 1, 3)', ["b", 3]),
    ("templatefile", 'templatefile("hello.tmpl", {name = "Jodie"})', "Hello, Jodie!"),
    (
        "templatefile",
        'templatefile("backends.tftpl", { port = 8080, ip_addrs = ["10.0.0.1", "10.0.0.2"] })',
        "backend 10.0.0.1:8080\nbackend 10.0.0.2:8080\n",
    ),
    (
        "templatefile",
        'templatefile("config.tftpl", { config = { "x" = "y", "foo" = "bar", "key" = "value" } })',
        "set foo = bar\nset key = value\nset x = y\n",
    ),
    ("templatestring", 'templatestring("Hello, $${name}!", { name = "Arthur" })', "Hello, Arthur!"),
    ("try", 'try({}.baz, "fallback")', "fallback"),
    ("try", 'try("fallback")', "fallback"),
    ("yamlencode", 'yamlencode(["foo", "bar", true])', '- "foo"\n- "bar"\n- true\n'),
    ("yamlencode", 'yamlencode({a = "b", c = "d"})', '"a": "b"\n"c": "d"\n'),
    ("yamlencode", "yamlencode(true)", "true\n...\n"),
    (
        "yamlencode",
        'yamlencode({"foo":[1, {"a":"b","c":"d"}, 3], "bar": "baz"})',
        '"bar": "baz"\n"foo":\n- 1\n- "a": "b"\n  "c": "d"\n- 3\n',
    ),
    ("yamldecode", 'yamldecode("~")', None),
    ("uuidv5", 'uuidv5("dns", "tada")', "faa898db-9b9d-5b75-86a9-149e7bb8e3b8"),
    ("zipmap", 'zipmap(["hello", "bar"], ["world", "baz"])', {"hello": "world", "bar": "baz"}),
]
FILES = {
    "in/hello.txt": b"hello!",
    "in/hello.tmpl": b"Hello, ${name}!",
    "in/backends.tftpl": b"%{ for addr in ip_addrs ~}\nbackend ${addr}:${port}\n%{ endfor ~}\n",
    "in/config.tftpl": b"%{ for config_key, config_value in config }\nset ${config_key} = ${config_value}\n%{ endfor }\n".replace(
        b" }\n", b" ~}\n"
    ),
    "in/files/hello.txt": b"",
    "in/files/world.txt": b"",
    "other/far.txt": b"far",
    "in/latin.txt": b"gr\xfcn",
    "in/broken.tmpl": b"%{ if x }",
}

# What Terraform stops at, by the same pages: nothing is made of it, and try() goes on.
STOPS = [
    'coalesce({}, "hello")',
    'one(["hello", "goodbye"])',
    'one(toset(["hello","goodbye"]))',
    'parseint("12", 2)',
    'regex("[a-z]+", "53453453.34534523454")',
    'tobool("no")',
    "tobool(1)",
    'tonumber("no")',
    "tostring([])",
    'index(["a"], "b")',
    'lookup({a = 1}, "b")',
    "element([], 0)",
    'jsondecode("{")',
    'base64decode("!")',
    'coalesce(null, "")',
    "upper(null)",
    '"a${null}"',
    "!null",
    "0 / 0",
    "sum([])",
]

MAYBE = "{for k, v in {a = var.p, b = 1} : k => v if v != null}"

# expression, what it is worth, why
SEMANTICS: list[tuple[str, Any, str]] = [
    ("true == 1", False, "of two types never"),
    ('"1" == 1', False, "of two types never"),
    ("1.0 == 1", True, "one number"),
    ("{a = 1} == {a = 2}", False, "members differ"),
    ("[] == tolist([])", False, "a tuple and a list"),
    ("null == null", True, "null is null"),
    ("{} == null", False, "and nothing else is"),
    ('10 < "9"', False, "as numbers"),
    ('"${1.0}-${true}"', "1-true", "numbers and truths in a text"),
    ('"${0.5}-${1000000}"', "0.5-1000000", "without exponents"),
    ("0.1 + 0.2", 0.3, "not in binary"),
    ("1 / 3", "?{/(1,3)}", "what cannot be kept is not told"),
    ("1 / 0", "?{/(1,0)}", "without end, which is a number to Terraform until it is written down"),
    ("-7 % 3", -1, "the sign of the dividend"),
    ("5.5 % 2", 1.5, "and of parts"),
    ("2 * 9007199254740993", 18014398509481986, "more than 53 bits"),
    ('true ? 1 : "x"', "1", "both results have one type"),
    ('"true" ? 1 : 2', 1, "a text that is a truth"),
    ("[for k, v in {b = 1, a = 2} : k]", ["a", "b"], "maps go by name"),
    ('{for x in ["a", "b", "a"] : x => x...}', {"a": ["a", "a"], "b": ["b"]}, "grouped"),
    ('{for k, v in toset(["x"]) : k => v}', {"x": "x"}, "a set has no numbers"),
    ('{for k, v in ["x"] : k => v}', {"0": "x"}, "a list has"),
    ('["a", "b"]["1"]', "b", "a text as a number"),
    ('{ "1" = "a" }[1]', "a", "a number as a name"),
    ('try(["a"][1], "none")', "none", "behind the end"),
    ("null[*]", [], "a splat over null"),
    ('"x"[*]', ["x"], "over one"),
    ('lookup({a = null}, "a", "d")', None, "there, and null"),
    ("merge({a = 1}, null, {b = 2})", {"a": 1, "b": 2}, "null is left out"),
    ('toset(["b", "a", "b"])', ["a", "b"], "in order, none twice"),
    ('distinct(["1", 1])', ["1"], "of one kind first"),
    ('jsondecode("{\\"a\\":1.0}").a', 1, "numbers"),
    ("jsondecode(jsonencode({a = var.p})).a", "?{param:p}", "there and back, whatever is not known"),
    ("length(jsonencode({a = 1}))", 7, "a text, not an object"),
    ("distinct([{a = 1}, {a = 2}, {a = 1}])", [{"a": 1}, {"a": 2}], "objects of one type"),
    ("toset([{a = 1}, {a = 1}])", [{"a": 1}], "in a set, too"),
    ("distinct([{a = 1}, {a = var.p}])", [{"a": 1}, "…"], "one or two"),
    ("jsonencode(jsonencode([1]))", '"[1]"', "a text of a text"),
    ("base64encode(jsonencode({a = 1}))", "eyJhIjoxfQ==", "and of that"),
    ('jsonencode({a = 1}) == "{\\"a\\":1}"', True, "equal to what it is"),
    ('"a%{ if true }b%{ else }c%{ endif }"', "ab", "a directive"),
    ('"%{ for i, x in ["a", "b"] }${i}${x}%{ endfor }"', "0a1b", "a loop"),
    ('"%{ if var.b }b%{ endif }"', {"?": ["b", ""]}, "a test nobody knows"),
    ('format("%05d|%-4s|%q|%x", 42, "a", "b", 255)', '00042|a   |"b"|ff', "verbs"),
    ('format("%s-%s", var.p, "x")', "?{param:p}-x", "a hole"),
    ('format("%v", 1000000)', "1e+06", "with an exponent"),
    ('format("%#v", null)', "?{format('%#v',null)}", "a null that is written is of no type: known to no Terraform"),
    ('replace("a-b", "/(\\\\w)-(\\\\w)/", "$2$${1}x")', "bax", "groups"),
    ('regex("(?P<a>\\\\d+)-(?P<b>[[:alpha:]]+)", "12-xy")', {"a": "12", "b": "xy"}, "groups by name"),
    ('regexall("a*?b|c", "aabcc")', ["aab", "c", "c"], "lazy"),
    ('regex("(?i)AB", "xab")', "ab", "whatever the case"),
    ('regex("\\\\bfoo$", "a foo")', "foo", "places"),
    ('regex("(a)\\\\1", "aa")', "?{regex('(a)\\1','aa')}", "RE2 has no references back: in doubt, no failure"),
    ('regex("a(?=b)", "ab")', "?{regex('a(?=b)','ab')}", "nor looks ahead"),
    ('coalesce(var.p, "x")', "?{??({param:p},'x')}", "it may be null"),
    ('coalesce("a", var.p)', "a", "the first is there"),
    ('coalesce(null, "a-${var.p}", "z")', "?a-{param:p}", "a text with letters in it is neither null nor empty"),
    ('coalesce("${var.p}${var.q}", "z")', "?{??('{param:p}{param:q}','z')}", "one of nothing but holes may be empty"),
    ('"a-${var.p}" == null', False, "a text is not null, whatever is in it"),
    ("var.p == null", "?{==({param:p},null)}", "a variable may be"),
    (f"{MAYBE}.b", 1, "a member that is there in any case"),
    (f"{MAYBE}.a", "?None", "a member that may be there"),
    (f'lookup({MAYBE}, "c", "d")', "d", "a name that no member in doubt has"),
    (f'lookup({MAYBE}, "a", "d")', "?None", "one that it has"),
    (f"length({MAYBE})", "?None", "one or two"),
    (f"keys({MAYBE})", ["b", "…"], "one or two"),
    (f"merge({{c = 2, a = 3}}, {MAYBE}).c", 2, "nothing of that name is laid over it"),
    (f"merge({{c = 2, a = 3}}, {MAYBE}).a", "?None", "perhaps there is"),
    (f'lookup(merge({{c = 2}}, {MAYBE}), "d", "none")', "none", "a name that nothing in the merge has"),
    (f'lookup(merge(var.o, {MAYBE}), "d", "none")', "?None", "or that something has of which nobody knows"),
    (f'lookup(merge({MAYBE}, var.o), "d", "none")', "?None", "in whatever order"),
    ("{for k, v in {a = var.p, b = 1} : v => k}.c", "?None", "a name that nobody knows may be any"),
    ('{for k, v in {a = 1, b = 2} : "x" => v if v == var.n}.x', "?None", "two in doubt, of one name"),
    ("{for k, v in var.o : k => v if v != null}.x", "?None", "members that nobody sees"),
    ('contains(["a", var.p], "a")', True, "one decides"),
    ('contains(["a", var.p], "b")', "?{contains(['a',{param:p}],'b')}", "or may"),
    ('toset(["a", var.p])', ["a", "…"], "it may be the other one"),
    ("length(toset([var.p, var.q]))", "?{length({toset([{param:p},{param:q}])})}", "they may be one"),
    ("alltrue([var.b, false])", False, "one decides"),
    ('try(var.o.x, "d")', "?{try({param:o.x},'d')}", "nobody knows whether it is there"),
    ('try(var.p, "d")', "?{param:p}", "a variable is always there"),
    ('try({a = var.p}.a, "d")', "?{param:p}", "so is what is seen"),
    ("can(var.o.x)", "?{can({param:o.x})}", "nobody knows"),
    ("can(var.p)", True, "a variable is"),
    ('try(tonumber("x"), 1)', 1, "goes on"),
    (
        'try(regex("(a)\\\\1", "aa"), "d")',
        "?{try({regex('(a)\\1','aa')},'d')}",
        "does not go on for what is merely not told",
    ),
    ("nonsensitive(var.secret)", "?{param:secret}", "a secret stays one"),
    ("issensitive(var.secret)", True, "and is known to be one"),
    ("timestamp()", "?None", "another one each time"),
    ("terraform.workspace", "?{terraform.workspace}", "one in a deployment"),
    ('provider::x::y("a")', "?{provider::x::y('a')}", "pure by contract"),
    ('file("../other/far.txt")', "far", "inside of the boundary"),
    ('file("/etc/passwd")', "?{file('/etc/passwd')}", "outside of it"),
    ('file("../../x")', "?{file('../../x')}", "outside of it"),
    ('file("latin.txt")', "?{file('latin.txt')}", "no UTF-8"),
    ('fileexists("nothing.txt")', "?{fileexists('nothing.txt')}", "it may be made before"),
    ('templatefile("broken.tmpl", {x = true})', "?{templatefile('broken.tmpl',<'x':true>)}", "it cannot be read"),
    ('templatefile("hello.tmpl", {name = var.p})', "?Hello, {param:p}!", "with a hole"),
    ('templatefile("hello.tmpl", {})', "?Hello, {name:name@}!", "names of the caller are not seen"),
]


def content(file: str) -> bytes | None:
    return FILES.get(file)


def below(folder: str) -> list[str]:
    return [file.removeprefix(f"{folder}/") for file in FILES if file.startswith(f"{folder}/")]


@pytest.mark.parametrize(("function", "text", "expected"), ROWS, ids=[row[1][:60] for row in ROWS])
def test_examples(function: str, text: str, expected: Any) -> None:
    assert value_of(terraform(text, content, below=below)) == expected


@pytest.mark.parametrize(("text", "expected", "why"), SEMANTICS, ids=[row[0][:60] for row in SEMANTICS])
def test_semantics(text: str, expected: Any, why: str) -> None:
    found = value_of(terraform(text, content))
    assert found == expected, why
    assert type(found) is type(expected) or isinstance(found, str), why


@pytest.mark.parametrize("text", STOPS)
def test_what_terraform_stops_at(text: str) -> None:
    assert isinstance(terraform(text).value, Unknown)
    assert value_of(terraform(f'try({text}, "next")')) == "next"
    assert value_of(terraform(f'try([{text}], "next")')) == "next"
    assert value_of(terraform(f"can({text})")) is False


def test_every_function_is_met_as_the_catalogue_says() -> None:
    signs = {"known after apply"}
    evaluated = {name for name in (*OVER_NODES, *OVER_KNOWN, *SPECIAL) if name.isidentifier()} - signs
    assert evaluated == set(FUNCTIONS[Kind.EVALUATED])
    assert len(KIND_OF) == sum(map(len, FUNCTIONS.values())), "a function is met in one way"
    shown = {name for name, _, _ in ROWS} | {"sensitive"}
    assert set(FUNCTIONS[Kind.EVALUATED]) <= shown, "every function that is evaluated has an example"


def test_every_function_of_the_language_is_in_the_catalogue() -> None:
    listed = set(LANGUAGE.split())
    assert listed <= set(KIND_OF)
    assert {name for name in KIND_OF if "::" not in name} <= listed | {"plantimestamp", "type"}


# The table of core functions of Terraform 1.14 (internal/lang/functions.go).
LANGUAGE = """
abs abspath alltrue anytrue basename base64decode base64encode base64gzip base64sha256 base64sha512 bcrypt can
ceil chomp cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains convert
csvdecode dirname distinct element endswith ephemeralasnull chunklist file fileexists fileset filebase64
filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256 filesha512 flatten floor format formatdate
formatlist indent index join jsondecode jsonencode keys length list log lookup lower map matchkeys max md5
merge min one parseint pathexpand pow range regex regexall replace reverse rsadecrypt sensitive nonsensitive
issensitive setintersection setproduct setsubtract setunion sha1 sha256 sha512 signum slice sort split
startswith strcontains strrev substr sum textdecodebase64 textencodebase64 timestamp timeadd timecmp title
tostring tonumber tobool toset tolist tomap transpose trim trimprefix trimspace trimsuffix try upper urlencode
uuid uuidv5 values yamldecode yamlencode zipmap templatefile templatestring
"""


HOSTILE = [
    ('regex("(a*)*b", "AAAA")', "a star of a star"),
    ('regex("(a|a)*b", "AAAA")', "two ways to one"),
    ('regex("a*a*a*a*a*a*a*a*b", "AAAA")', "many stars"),
    ('regexall("(?:a?){1000}a{1000}", "AAAA")', "many counts"),
    ('replace("AAAA", "/(x+x+)+y/", "z")', "nothing found"),
    ('regex("((((((((((a{100}){100}){100}){100}))))))))", "AAAA")', "counts of counts"),
    ('regex("' + "(" * 500 + ")" * 500 + '", "a")', "nested groups"),
    ('jsondecode("' + "[" * 50_000 + '")', "nested lists"),
    ('indent(1000000, "a\\nb\\nc")', "a wide text"),
    ('format("%999999999d", 1)', "a wide number"),
    ("range(0, 100000000)", "a long list"),
    ("pow(9, 999999999)", "a large number"),
    ("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]", "loops in loops"),
    ("setproduct(range(1000), range(1000), range(1000))", "a product"),
    ("flatten([for a in range(1000) : range(1000)])", "a million members"),
    ('join("", [for a in range(300) : join("", [for b in range(1000) : "xxxxxxxxxxxxxxxxxxxx"])])', "a long text"),
    ('yamldecode("' + "{a: " * 5_000 + '")', "YAML that is nested"),
    ('templatestring("' + "%%{ if true }" * 100 + '", {})', "directives in directives"),
]
MOST = 60  # seconds, on a slow machine


@pytest.mark.parametrize(("text", "why"), HOSTILE, ids=[row[1] for row in HOSTILE])
def test_hostile_calls_end(text: str, why: str) -> None:
    started = time.process_time()
    made = terraform(text.replace("AAAA", "a" * 2_000))
    assert isinstance(made, Node)
    assert time.process_time() - started < MOST, why


def test_members_of_a_json_text_keep_their_places() -> None:
    made = terraform('jsondecode(jsonencode({ a = { b = "x" } }))')
    assert isinstance(made.value, Map)
    inner = made.value.entries["a"].value
    assert isinstance(inner, Map)
    assert inner.entries["b"].origin.end - inner.entries["b"].origin.start == len('"x"')


def test_a_set_forgets_its_numbers() -> None:
    made = terraform('toset(["b", "a"])').value
    assert isinstance(made, Seq)
    assert made.is_set
    assert not getattr(terraform('tolist(toset(["b", "a"]))').value, "is_set", True)


def test_names_of_variables_keep_their_case() -> None:
    before = 'variable "Mode" {}\nvariable "mode" {}\n'
    assert value_of(terraform("var.Mode == var.mode", before=before)) == "?{==({param:Mode},{param:mode})}"


GUARDED = """
resource "x_y" "maybe" {
  count = var.b ? 1 : 0
}
resource "x_y" "many" {
  count = var.n
}
resource "x_y" "sure" {}
resource "x_y" "other" {}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('try(x_y.maybe[0].id, "none")', {"?": ["?x_y.maybe[0]", "none"]}),
        ('try(x_y.many[0].id, "none")', {"?": ["?x_y.many[0]", "none"]}),
        ('try(x_y.sure.id, "none")', "?x_y.sure"),
        ("can(x_y.sure.id)", True),
        ("toset([x_y.sure.id, x_y.sure.id, x_y.other.id])", ["?x_y.sure", "?x_y.other"]),
        ("can(x_y.sure.id) && false", False),
    ],
)
def test_a_resource_that_may_not_be_there_is_in_doubt(text: str, expected: Any) -> None:
    assert value_of(terraform(text, before=GUARDED)) == expected
