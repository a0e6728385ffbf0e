"""What parameter files give: in order, without placeholders, and unknown where they cannot be read whole."""

from __future__ import annotations

import pytest

from mnlint import discover, formats, reading
from mnlint.model import hints
from mnlint.model.value import Cause, Choice, Node, Unknown, member
from mnlint.resolve import resolve

MAIN = (
    "param x string = 'default'\nresource r 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = { name: x }\n"
)
OBJECT = MAIN.replace("string", "object").replace("'default'", "{}")


def given(text: str) -> str:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
    return f'{{"$schema": "{schema}", "parameters": {{"x": {text}}}}}'


def name_of(files: dict[str, str]) -> Node:
    """The name of the one resource of main.bicep with the one set of parameter files there is."""
    data = {file: text.encode() for file, text in files.items()}
    seen = discover.look(data, formats.language_of, hints.NEEDLES)
    read = reading.Templates(reading.Reading(data, seen.languages))
    (root,) = discover.plan(data, seen, lambda file: True, read).roots
    (bindings,) = root.bindings
    (resource,) = resolve({file: read(file) for file in root.files}, root, bindings).resources
    return resource.name


def why(node: Node) -> Unknown:
    assert isinstance(node.value, Unknown), node.value
    return node.value


# --- placeholders


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${AZURE_ENV_NAME}", "${AZURE_ENV_NAME}"),
        ("${AZURE_ENV_NAME}-hub", "${AZURE_ENV_NAME}"),
        ("#{HubName}#", "#{HubName}#"),
        ("hub-#{HubName}#", "#{HubName}#"),
        ("$(hubName)", "$(hubName)"),
        ("{{ hub.name }}", "{{ hub.name }}"),
        ("__HUB_NAME__", "__HUB_NAME__"),
        ("GEN-UNIQUE-8", "GEN-UNIQUE-8"),
        ("GET-PREREQ-workspaceName", "GET-PREREQ-workspaceName"),
        ("<name of the hub> e.g. hub", "<name of the hub>"),
        ("${ENABLED=true}", "${ENABLED=true}"),  # azd makes a truth of it if the parameter is one
    ],
)
def test_a_placeholder_is_no_value(text: str, found: str) -> None:
    doubt = why(name_of({"main.bicep": MAIN, "main.parameters.json": given(f'{{"value": "{text}"}}')}))
    assert (doubt.cause, doubt.label, doubt.form) == (
        Cause.PLACEHOLDER, f"the placeholder {found} for x", "{param:x}",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["hub", "changeme", "my__hub__name", "a<b", "GENERAL-X", "$5", "#1", "{hub}", "gen-unique", "<xml a='b'/>", "100%"],
)
def test_any_other_text_is_itself(text: str) -> None:
    node = name_of({"main.bicep": MAIN, "main.parameters.json": given(f'{{"value": "{text}"}}')})
    assert node.value == text if text != "my__hub__name" else isinstance(node.value, Unknown)


@pytest.mark.parametrize("text", ["${NAME=lab}", "${NAME:-lab}", "${NAME:=lab}", "${NAME-lab}"])
def test_the_default_of_a_placeholder_counts(text: str) -> None:
    node = name_of({"main.bicep": MAIN, "main.parameters.json": given(f'{{"value": "{text}"}}')})
    assert node.value == "lab"
    assert f"the default of {text}" in [hop.label for hop in node.trail]


def test_a_placeholder_inside_of_an_object_leaves_the_rest_known() -> None:
    text = '{"value": {"a": "${A}", "b": ["known", "${B}"], "c": "known"}}'
    files = {"main.bicep": OBJECT.replace("name: x", "name: 'n', properties: x"), "main.parameters.json": given(text)}
    data = {file: text.encode() for file, text in files.items()}
    seen = discover.look(data, formats.language_of, hints.NEEDLES)
    read = reading.Templates(reading.Reading(data, seen.languages))
    (root,) = discover.plan(data, seen, lambda file: True, read).roots
    (resource,) = resolve({file: read(file) for file in root.files}, root, root.bindings[0]).resources
    made = member(resource.body, "properties", fold=True)
    assert why(member(made, "a", fold=True)).form == "{param:x.a}"
    assert member(made, "c", fold=True).value == "known"


def test_a_secret_of_a_key_vault_is_one() -> None:
    reference = '{"reference": {"keyVault": {"id": "/subscriptions/s"}, "secretName": "n"}}'
    assert why(name_of({"main.bicep": MAIN, "main.parameters.json": given(reference)})).cause is Cause.SECRET


# --- files on files


def test_the_later_file_wins_and_base_is_what_lies_below() -> None:
    files = {
        "main.bicep": MAIN,
        "prod.bicepparam": "using 'main.bicep'\nextends 'all.bicepparam'\nparam x = '${base.x}-prod'\n",
        "all.bicepparam": "using none\nparam x = 'hub'\n",
    }
    assert name_of(files).value == "hub-prod"


def test_what_is_not_given_comes_from_below_and_then_from_the_default() -> None:
    files = {"main.bicep": MAIN, "prod.bicepparam": "using 'main.bicep'\nextends 'all.bicepparam'\n"}
    assert name_of({**files, "all.bicepparam": "using none\nparam x = 'hub'\n"}).value == "hub"
    assert name_of({**files, "all.bicepparam": "using none\nparam y = 'hub'\n"}).value == "default"


@pytest.mark.parametrize(
    ("reason", "files", "cause"),
    [
        ("a file that is not here",
            {"p.bicepparam": "using 'main.bicep'\nextends '../all.bicepparam'\n"}, Cause.MODULE),
        ("a syntax error", {"p.bicepparam": "using 'main.bicep'\npar am x = 'hub'\n"}, Cause.UNREADABLE),
        ("broken JSON", {"main.parameters.json": given("")[:-8]}, Cause.UNREADABLE),
        ("a broken file below", {
            "p.bicepparam": "using 'main.bicep'\nextends 'all.bicepparam'\n", "all.bicepparam": "par am x = 1\n"},
            Cause.UNREADABLE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_read_is_no_reason_for_the_default(reason: str, files: dict[str, str], cause: Cause) -> None:
    node = name_of({"main.bicep": MAIN, **files})
    assert not isinstance(node.value, str | Choice), reason
    assert why(node).cause is cause
