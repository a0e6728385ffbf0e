"""One doubt about a list of facts is enough, and keeps nothing out of it that is sure to be there."""

from __future__ import annotations

from mnlint import azure, testing
from mnlint.model.fact import Facts
from mnlint.model.value import Node, Seq
from mnlint.resolve import resolve
from shipped import TABLES

HUB = """param id string
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'AllowOnlyApprovedOutbound' } }
}
resource st 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'st${uniqueString(resourceGroup().id)}'
  kind: 'StorageV2'
}
"""
NAMED = "resourceId('Microsoft.Storage/storageAccounts', 'st1')"


def facts(text: str) -> Facts:
    templates, (root,) = testing.read_case({"main.bicep": text})
    return azure.extract(resolve(templates, root), TABLES)


def rule(name: str, symbol: str, target: str, kind: str = "outboundRules") -> str:
    return f"""resource {symbol} 'Microsoft.MachineLearningServices/workspaces/{kind}@2024-10-01' = {{
  parent: hub
  name: {name}
  properties: {{
    type: 'PrivateEndpoint'
    destination: {{ serviceResourceId: {target}, subresourceTarget: 'blob' }}
  }}
}}
"""


def end(symbol: str, target: str) -> str:
    return f"""resource {symbol} 'Microsoft.Network/privateEndpoints@2024-05-01' = {{
  name: '{symbol}'
  properties: {{ privateLinkServiceConnections: [{{ properties: {{ privateLinkServiceId: {target} }} }}] }}
}}
"""


def listed(node: Node) -> tuple[int, bool]:
    """How many members of a list are known, and whether there may be others."""
    assert isinstance(node.value, Seq)
    return len(node.value.items), node.value.more is not None


def test_private_endpoints_behind_a_doubt() -> None:
    ways = {
        "a rule": (rule("'a'", "a", "id"), rule("'b'", "b", "st.id"), (1, True)),
        "a name that it may have": (rule("'a'", "a", NAMED), rule("'b'", "b", "st.id"), (1, True)),
        "a customer's": (rule("'a'", "a", "id") + rule("'b'", "b", "st.id"), end("pe", "st.id"), (2, True)),
        "two of a customer's": (rule("'b'", "b", "st.id") + end("pa", "id"), end("pb", "st.id"), (2, True)),
        "nothing in doubt": (rule("'b'", "b", "st.id"), end("pe", "st.id"), (2, False)),
    }
    for reason, (before, after, expected) in ways.items():
        found = facts(HUB + before + after).of("dependency")
        (used,) = [fact for fact in found if fact.address.startswith("st ")]
        assert listed(used.fields.entries["privateEndpoints"]) == expected, reason


def test_twins_behind_a_doubt() -> None:
    texts = [rule("id", "a", NAMED), *(rule("'same'", symbol, NAMED) for symbol in "bcd")]
    found = {fact.address: fact for fact in facts(HUB + "".join(texts)).of("outboundRule")}
    assert listed(found["c"].fields.entries["sameNameBefore"]) == (1, True)
    assert listed(found["d"].fields.entries["sameNameBefore"]) == (2, True)
    texts = [rule("'a'", "a", "id"), *(rule(f"'{symbol}'", symbol, NAMED) for symbol in "bcd")]
    found = {fact.address: fact for fact in facts(HUB + "".join(texts)).of("outboundRule")}
    assert listed(found["d"].fields.entries["sameDestinationBefore"]) == (2, True)
