"""Azure ML workspaces in YAML: which files are taken for one, and what their placeholders become."""

from __future__ import annotations

from time import process_time

import pytest

from mnlint import formats
from mnlint.formats.azureml import is_workspace, read
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.text import Source

SCHEMA = "$schema: https://azuremlschemas.azureedge.net/latest/workspace.schema.json\n"
ID = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/sa"


@pytest.mark.parametrize(
    ("text", "ours", "reason"),
    [
        (SCHEMA + "name: a", True, "the schema says so"),
        ('"$schema": "https://azuremlschemas.azureedge.net/latest/workspace.schema.json"\nname: a', True, "in quotes"),
        ("$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json\nkind: hub", False, "a job"),
        (
            (
                "$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json\n"
                "name: e\npublic_network_access: disabled\nkey_vault: x\n"
            ),
            False,
            "an endpoint",
        ),
        ("managed_network:\n  isolation_mode: disabled\n", True, "nothing but the network"),
        ("managed_network:\r\n  isolation_mode: disabled\r\n", True, "with the line ends of Windows"),
        ("# a\n\n  # b\n  managed_network:\n    isolation_mode: disabled\n", True, "all of it stands further in"),
        ("  # a\nnetworks:\n  managed_network:\n    isolation_mode: disabled\n", False, "a comment stands further in"),
        ("managed_network:\n  name: br0\n", False, "a network of some other tool"),
        ("name: h\nkind: hub\npublic_network_access: enabled\n", True, "a kind, and a key of workspaces"),
        ("name: h\nkind: featurestore\nkey_vault: x\n", True, "a feature store"),
        ("name: h\nkind: ${KIND}\nhbi_workspace: true\n", True, "a kind that is to be filled in"),
        ("name: h\nkind: hub\n", False, "a kind alone may be anything's"),
        ("name: h\nlocation: x\nhbi_workspace: true\nimage_build_compute: cpu\n", True, "keys of workspaces only"),
        (f"name: h\nstorage_account: {ID}\nkey_vault: x\n", True, "ids of what a workspace uses"),
        ("name: h\nstorage_account: stdata\nkey_vault: kv\n", False, "variables of a pipeline have such names"),
        ("storage_account: stdata\nkey_vault: kv\ncontainer_registry: cr\n", False, "so do those of Ansible"),
        ("name: registry\nreplication_locations: []\npublic_network_access: x\nhub_id: y\n", False, "a registry"),
        ("apiVersion: v1\nkind: ConfigMap\ndata:\n  managed_network: x\n  isolation_mode: y\n", False, "Kubernetes"),
        (
            (
                "apiVersion: machinelearning.azure/v1\nkind: Workspace\nmetadata: {}\nmanaged_network:\n"
                "  isolation_mode: a\n"
            ),
            False,
            "a resource of some operator",
        ),
        ("on: push\njobs:\n  a:\n    managed_network:\n      isolation_mode: x\n", False, "a workflow"),
        ("- hosts: all\n  tasks:\n  - name: managed_network\n    isolation_mode: x\n", False, "Ansible"),
        ("openapi: 3.0.0\nmanaged_network:\n  isolation_mode: {type: string}\n", False, "OpenAPI"),
        ("type: object\nmanaged_network:\n  isolation_mode: x\n", False, "a schema"),
        ("networks:\n  managed_network:\n    isolation_mode: x\n", False, "not at the root"),
        ("# managed_network:\n#   isolation_mode: disabled\nname: x\n", False, "in a comment"),
        ("a: |\n  managed_network:\n    isolation_mode: x\n", False, "in a text"),
        ("kind: Deployment\napiVersion: v1\n---\n" + SCHEMA + "name: a\n", True, "the second document"),
        ("", False, "nothing"),
    ],
)
def test_what_is_a_workspace(text: str, ours: bool, reason: str) -> None:
    assert is_workspace(text.lower().encode()) is ours, reason
    for name in ("a.yml", "b.YAML"):
        found = formats.language_of(name, text.lower().encode())
        assert (found is not None and found.name == "azureml") is ours, reason


def test_looking_takes_no_time() -> None:
    key = b"key_vault: x\n"
    for text in (
        (key + b"---\n") * 200_000,
        b"a" * 5_000_000,
        b"a:\n" * 1_500_000,
        b"---\n" * 1_000_000,
        b" " * 5_000_000,
        b"a: /resourcegroups/" * 200_000,
        b" \n" * 2_500_000,
        b" #\n" * 1_500_000,
        b"  a: b\n" * 1_000_000 + key,
    ):
        start = process_time()
        is_workspace(text)
        assert process_time() - start < 60


def template(text: str) -> Template:
    return read(Source("a.yml", text))


def member(text: str, *path: str) -> tuple[Expr, str]:
    """The value at a path into the first document, and the text it is marked at."""
    made = template(text).resources[0].body
    for step in path:
        made = next(value for key, value in made.args if key.args[0] == step)
    return made, text[made.span.start : made.span.end]


def words(expr: Expr) -> list[str]:
    parts = expr.args if expr.op is Op.TEXT else (expr,)
    return [f"<{p.args[0]}>" if p.op is Op.NAME else repr(p.args[0]) for p in parts]


@pytest.mark.parametrize(
    ("written", "parts", "reason"),
    [
        ("plain", ["'plain'"], "no placeholder"),
        ("'*.pypi.org'", ["'*.pypi.org'"], "nor is a wildcard"),
        ("${MODE}", ["<${MODE}>"], "of a shell"),
        ("$MODE", ["<$MODE>"], "of a shell, in short"),
        ("$(mode)", ["<$(mode)>"], "of a pipeline"),
        ("${{ parameters.mode }}", ["<${{ parameters.mode }}>"], "of a pipeline's template"),
        ("{{ mode }}", ["<{{ mode }}>"], "of Jinja, without quotes"),
        ('"{{ mode }}"', ["<{{ mode }}>"], "in quotes"),
        ("{{ .Values.mode }}-x", ["<{{ .Values.mode }}>", "'-x'"], "of Helm, with more behind"),
        ('"{mode}"', ["<{mode}>"], "of Python"),
        ("<MODE>", ["<<MODE>>"], "of documentation"),
        ("<your mode here>", ["<<your mode here>>"], "with blanks"),
        ("__MODE__", ["<__MODE__>"], "of a replacing task"),
        ("#{MODE}#", ["<#{MODE}#>"], "which YAML takes for a comment"),
        ("'#{MODE}#'", ["<#{MODE}#>"], "in quotes"),
        ("'%MODE%'", ["<%MODE%>"], "of Windows"),
        ("a-${B}-<c>", ["'a-'", "<${B}>", "'-'", "<<c>>"], "several in a text"),
        ('"a\\t{{ b }}"', ['<"a\\t{{ b }}">'], "with an escape: nothing of it is sure"),
        ("3", ["3"], "a number"),
    ],
)
def test_placeholders(written: str, parts: list[str], reason: str) -> None:
    text = f"{SCHEMA}name: {written} # why\nlocation: x\n"
    made, marked = member(text, "name")
    assert words(made) == parts, reason
    assert marked in (written, written[1:-1]), reason
    assert template(text).notices == (), reason


def test_only_a_shell_variable_is_the_same_wherever_it_stands() -> None:
    made = template(SCHEMA + "name: <ID>\nkey_vault: <ID>\nstorage_account: ${ID}\ncontainer_registry: ${ID}\n")
    values = {key.args[0]: words(value) for key, value in made.resources[0].body.args[1:]}
    assert values["name"] != values["key_vault"]
    assert values["storage_account"] == values["container_registry"]
    assert sorted(i.name for i in made.inputs) == ["${ID}", "<ID>", "<ID> (2)"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% if a %}\nmanaged_network:\n  isolation_mode: x\n{% endif %}\n", "Jinja"),
        ("{{- if .Values.a }}\nmanaged_network:\n  isolation_mode: x\n{{- end }}\n", "Helm"),
        ("{{ include 'network' . }}\n", "a line that nobody knows"),
        ("${{ if eq(parameters.a, 'b') }}:\n  managed_network: {}\n", "a pipeline's template"),
        ("managed_network:\n{{ toYaml .Values.network | indent 2 }}\n", "members that nobody knows"),
    ],
)
def test_of_a_template_with_statements_nothing_is_known(text: str, reason: str) -> None:
    made = template(SCHEMA + "name: a\n" + text)
    assert [declared.body.op for declared in made.resources] == [Op.NAME], reason
    assert made.notices == (), "it is no error, it is no YAML yet"


def test_only_workspaces_of_several_documents_are_read() -> None:
    text = f"a: [\n---\n{SCHEMA}name: a\n---\nname: b\nkind: hub\nhbi_workspace: true\n--- # c\n{SCHEMA}name: d\n"
    made = template(text)
    assert [(d.symbol, text[d.head.start : d.head.end]) for d in made.resources] == [
        ("workspace", "name: a"),
        ("hub", "kind: hub"),
        ("workspace 2", "name: d"),
    ]
    assert made.notices == (), "what is broken is not ours"


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("managed_network: {isolation_mode: disabled", "MN911", "never closed"),
        ("managed_network:\n  isolation_mode: disabled\n isolation_mode: x\n", "MN911", "indented wrongly"),
        ("managed_network: {}\nmanaged_network: {}\n", "MN911", "written twice"),
        ("managed_network: !!python/object:os.system x\n", "MN911", "a tag that makes objects"),
        ("tags: " + "[" * 300 + "\n", "MN912", "nested too deeply"),
        ("name: \0\n", "MN911", "a NUL"),
    ],
)
def test_broken_ones_are_told(text: str, code: str, reason: str) -> None:
    made = template(f"{SCHEMA}name: a\n{text}")
    assert [notice.code for notice in made.notices] == [code], reason
    assert len(made.resources) == 1, reason


def test_a_file_that_is_no_text_is_told() -> None:
    made = formats.read("a.yml", b"\xff\xfe\xff" + SCHEMA.encode(), "azureml")
    assert [notice.code for notice in made.notices] in (["MN910"], [])
    assert formats.read("a.yml", SCHEMA.encode() + b"name: \xff", "azureml").notices[0].code == "MN910"


def test_comments_are_those_outside_of_scalars() -> None:
    made = template(f"# one\n{SCHEMA}name: 'a # b' # two\ndescription: |\n  # text\n  more\n# three\n")
    assert [comment.text for comment in made.comments] == ["# one", "# two", "# three"]


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_file_cut_anywhere_is_read(cut: int) -> None:
    text = (
        SCHEMA + "name: a\nkind: hub\nmanaged_network:\n  isolation_mode: allow_only_approved_outbound\n"
        '  outbound_rules:\n  - name: "x"\n    destination: {service_tag: DataFactory, protocol: TCP}\n'
        "    type: service_tag\n  - name: {{ y }}\n    destination: '*.x'\n"
    )[:cut]
    made = template(text)
    assert all(n.place is not None and n.place.span.end <= max(len(text), 1) for n in made.notices)
