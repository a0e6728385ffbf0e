"""The index of views answers what asking every view would: which ones an id means or may mean, and parents."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnlint import catalogue, deploying, lists, reading
from mnlint.azure import arm_types
from mnlint.azure.alike import Alike
from mnlint.azure.index import Index, _is_below
from mnlint.azure.one_resource import together
from mnlint.azure.same import apart, same_target
from mnlint.azure.targets import target_of
from mnlint.azure.views import View, views_of
from mnlint.model.ids import id_of, same_text
from mnlint.model.settings import Settings
from mnlint.model.tri import Tri, both
from mnlint.model.value import Choice, Node, Ref, Unknown, form_of, walk

FIXTURES = Path(__file__).parents[2] / "fixtures"
TABLES = lists.load(catalogue.shipped() / "lists")
FOLDERS = sorted(folder for kind in ("triplets", "scenarios") for folder in (FIXTURES / kind).iterdir())
STORE = "resource %s 'Microsoft.Storage/storageAccounts@2023-01-01' %s= { name: %s }\n"
ASKING = (
    "resource ask%s 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = { name: 'h', properties: { s: %s } }\n"
)
# Names that are known, that have holes, that are one of two; what is declared and what is only there already.
MIXED = (
    "param p string\nparam q bool\n"
    + STORE % ("a", "", "'st'")
    + STORE % ("b", "existing ", "'ST'")
    + STORE % ("c", "", "'${p}st'")
    + STORE % ("d", "existing ", "'${p}ST'")
    + STORE % ("e", "", "q ? 'st' : 'xx'")
    + "resource f 'Microsoft.KeyVault/vaults@2023-07-01' = { name: 'st' }\n"
    + "".join(
        ASKING % (at, value)
        for at, value in enumerate(
            [
                *(f"{symbol}.id" for symbol in "abcdef"),
                "resourceId('Microsoft.Storage/storageAccounts', 'St')",
                "resourceId('Microsoft.Storage/storageAccounts', p)",
                "resourceId('g', 'Microsoft.Storage/storageAccounts', '${p}sT')",
                "resourceId('Microsoft.Storage/storageAccounts/blobServices', 'st', 'default')",
                "q ? a.id : b.id",
                "q ? b.id : c.id",
                "q ? a.id : 'nothing'",
                "p",
                "'st'",
                "nobody.id",
            ]
        )
    )
)

GROUP, SPACE = "/subscriptions/s/resourceGroups/g", "Microsoft.MachineLearningServices/workspaces"
# azapi's, which say where they are; of some, that is known, of some, it is the same as of others.
AZAPI = """
variable "g" { type = string }
variable "q" { type = bool }
resource "azapi_resource" "group" {
  type = "Microsoft.Resources/resourceGroups@2024-03-01"
  name = "g"
}
""" + "".join(
    f'{mode} "{kind}" "{label}" {{\n  type = "{SPACE}{level}@2024-10-01"\n  {lines}\n}}\n'
    for mode, kind, label, level, lines in (
        ("resource", "azapi_resource", "a", "", f'name = "h"\n  parent_id = "{GROUP}"'),
        ("resource", "azapi_resource", "b", "", f'name = "h"\n  parent_id = "{GROUP}2"'),
        ("resource", "azapi_resource", "c", "", 'name = "h"\n  parent_id = var.g'),
        ("resource", "azapi_resource", "d", "", 'name = "h"\n  parent_id = azapi_resource.group.id'),
        ("resource", "azapi_resource", "e", "", f'name = var.q ? "h" : "i"\n  parent_id = "{GROUP}"'),
        ("data", "azapi_resource", "a", "", f'name = "h"\n  parent_id = "{GROUP}"'),
        ("data", "azapi_resource", "b", "", f'resource_id = "{GROUP}2/providers/{SPACE}/h"'),
        ("data", "azapi_resource", "c", "", "resource_id = azapi_resource.a.id"),
        ("resource", "azapi_update_resource", "a", "", f'name = "h"\n  parent_id = "{GROUP}"'),
        ("resource", "azapi_update_resource", "b", "", "resource_id = azapi_resource.b.id"),
        *(
            ("resource", "azapi_resource", f"r{at}", "/outboundRules", f'name = "r"\n  parent_id = {parent}')
            for at, parent in enumerate(
                [
                    *(f"azapi_resource.{label}.id" for label in "abcde"),
                    *(f"data.azapi_resource.{label}.id" for label in "abc"),
                    *(f"azapi_update_resource.{label}.id" for label in "ab"),
                    f'"{GROUP}/providers/{SPACE}/H"',
                    f'"${{var.g}}/providers/{SPACE}/h"',
                    f'"${{azapi_resource.group.id}}/providers/{SPACE}/h"',
                    f'"{GROUP}/providers/{SPACE}/${{var.q}}"',
                    f'"{GROUP}/providers/{SPACE}/h/outboundRules/r"',
                    "azapi_resource.r0.id",
                    '"nobody"',
                    "var.g",
                ]
            )
        ),
    )
)


def asked(index: Index) -> int:
    """How many values of all resources were asked about, each with the same answer as by asking every view."""
    count = 0
    for view in index.views:
        for _, node in walk(view.resource.body):
            if isinstance(node.value, str | Ref | Unknown | Choice):
                same(index, node)
                around = (v for v in index.views if v is not view and v.resource.body.span.covers(node.origin))
                assert index.written_in(node.origin, view) is next(around, None)
                count += 1
        for resource, others in index.by_resource.items():
            named = [(v, same_text(form_of(v.at("name")), form_of(view.name))) for v in others]
            assert index.called(view, resource, "name") == [(v, tri) for v, tri in named if tri is not Tri.FALSE]
        for kind in {other.type.lower() for other in index.views}:
            assert index._parents(view, [kind]) == parents(index, view, kind)
    return count


def same(index: Index, node: Node) -> None:
    for lift in (False, True):
        every = [(view, tri) for view in index.views if (tri := index.refers(node, view, lift=lift)) is not Tri.FALSE]
        assert index.possible(node, lift=lift) == every
        assert index.meant(node, lift=lift) == [view for view, tri in every if tri is Tri.TRUE]
    if not isinstance(node.value, Choice):
        views = [view for view, _ in every]
        assert index.few_possible(node, 2) == (views if len(views) <= 2 else None)


def parents(index: Index, view: View, kind: str) -> list[tuple[View, Tri]]:
    """The parents of a type that a child may have, by asking every view."""
    others = [other for other in index.views if other.type.lower() == kind and other is not view and not other.updates]
    node = view.resource.parent or view.parent_id
    if node is None:
        answers = [(other, both(_is_below(view.names, other.names), together(view, other))) for other in others]
    else:
        whole = isinstance(node.value, Ref) and not node.value.rest
        node = node.holding(Ref(node.value.address, ("id",))) if whole and isinstance(node.value, Ref) else node
        answers = [(other, index.refers(node, other)) for other in others]
    return [(other, tri) for other, tri in answers if tri is not Tri.FALSE]


def indexes(folder: Path) -> list[Index]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".bicep", ".json", ".tf", ".yml"))
    project = reading.open_project(files, Settings(boundary=folder))
    made = []
    for root in project.plan.roots:
        templates = {file: project.readers.template(file) for file in root.files}
        deployment, _ = deploying.facts_of(root, root.bindings[0], templates, TABLES, Settings(), project.readers)
        made.append(Index.of(views_of(deployment.resources, lambda: arm_types(TABLES))))
    return made


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_value_of_a_fixture(folder: Path) -> None:
    found = indexes(folder)
    assert not found or sum(asked(index) for index in found) > 0


def test_names_with_holes_and_existing_ones(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(MIXED, "utf-8")
    (index,) = indexes(tmp_path)
    assert len(index.views) == 22
    assert asked(index) > 40


def test_targets_that_may_be_one_are_near(tmp_path: Path) -> None:
    """Of more accounts than are told one by one, as of few, and with a resource whose type nobody knows."""
    untyped = "resource u 'Microsoft.Storage/${p}@2023-01-01' = { name: 'st' }\n"
    for name, more in (("few", ""), ("many", "".join(STORE % (f"m{n}", "", f"'st${{p}}{n}'") for n in range(30)))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.bicep").write_text(MIXED + more + ASKING % ("m", "u.id") + untyped, "utf-8")
        (index,) = indexes(tmp_path / name)
        nodes = [view.at("properties", "s") for view in index.views if view.type.lower() == SPACE.lower()]
        says = [target_of(index, node) for node in nodes]
        for one, own in zip(nodes, says, strict=True):
            near = set(Alike({number: other.texts for number, other in enumerate(says)}).near(own.asks))
            for number, other in enumerate(nodes):
                tri = same_target(index, one, other)
                if tri is Tri.TRUE:
                    assert own.is_sure(says[number])
                ids = [found for node in (one, other) if (found := id_of(node)[1]) is not None and found.root is None]
                begin = [found.names[0].lower().partition("{")[0] for found in ids]
                told = len(begin) == 2 and apart(*(f"{text}{{?}}" for text in begin))
                assert tri is Tri.FALSE or number in near or told, (one, other)


def test_ids_of_others_are_not_near_each_other(tmp_path: Path) -> None:
    """Though each of them may be that of any of many accounts whose names only Azure knows."""
    made = "".join(STORE % (f"m{n}", "", f"'st${{uniqueString(resourceGroup().id, '{n}')}}'") for n in range(30))
    kind = "Microsoft.Storage/storageAccounts"
    given = "".join(ASKING % (n, f"resourceId('{kind}', 'st{n}')") for n in range(30)) + ASKING % ("x", "m0.id")
    (tmp_path / "main.bicep").write_text(made + given, "utf-8")
    (index,) = indexes(tmp_path)
    nodes = [view.at("properties", "s") for view in index.views if view.type.lower() == SPACE.lower()]
    says = [target_of(index, node) for node in nodes]
    near = Alike({number: one.texts for number, one in enumerate(says)})
    assert [set(near.near(one.asks)) for one in says[:-1]] == [{number, 30} for number in range(30)]
    assert set(near.near(says[-1].asks)) == set(range(31))


def test_where_azapi_says_that_a_resource_is(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(AZAPI, "utf-8")
    (index,) = indexes(tmp_path)
    assert len(index.views) == 29
    assert asked(index) > 60
    rules = {view.address.removeprefix("azapi_resource."): view for view in index.views}
    found = {
        name: index.parent_of(rules[name], [SPACE.lower()])[0] for name in ("r0", "r1", "r5", "r6", "r10", "r11", "r12")
    }
    assert {name: view.address if view else None for name, view in found.items()} == {
        "r0": "azapi_resource.a",
        "r1": "azapi_resource.b",
        "r5": "azapi_resource.a",  # the data source is of what is declared here
        "r6": "azapi_resource.b",
        "r10": "azapi_resource.a",
        "r11": "azapi_resource.c",
        "r12": "azapi_resource.d",
    }
