"""What the text of a service tag means."""

import pytest

from mnlint.azure.tags import Tag, Tags
from mnlint.azure.texts import HOLE

NAMES = {
    "AzureCloud": True,
    "Storage": True,
    "AzureKeyVault": True,
    "ApiManagement": False,
    "AzureFrontDoor.Backend": True,
}
TAGS = Tags(
    {name.lower(): Tag(name, "both", azurerm) for name, azurerm in NAMES.items()},
    broad={"Storage": "accounts", "AzureCloud": "all"},
    in_any_region=frozenset({"AzureCloud"}),
)

FAULTS = [
    ("Storage", ""),
    ("STORAGE", ""),
    ("Storage.WestEurope", ""),
    ("storage.westeurope", ""),
    ("AzureFrontDoor.Backend", ""),
    ("AzureFrontDoor.Backend.EastUS2", ""),
    ("Storage.", "Storage. has no region in one word behind Storage"),
    ("Storage.West Europe", "Storage.West Europe has no region in one word behind Storage"),
    ("Storage.a.b", "Storage.a.b has no region in one word behind Storage"),
    ("Storage ", "there is no known tag Storage ; did you mean Storage?"),
    ("Storge.WestEurope", "there is no known tag Storge.WestEurope; did you mean Storage.WestEurope?"),
    ("KeyVault", "there is no known tag KeyVault; did you mean AzureKeyVault?"),
    ("AzureFrontDoor", "there is no known tag AzureFrontDoor; there are AzureFrontDoor.Backend"),
    ("Contoso", "there is no known tag Contoso"),
    ("", "there is no known tag "),
    (HOLE, None),
    (f"Storage{HOLE}", None),
    (f"Storage.{HOLE}", None),
    (f"AzureFrontDoor.{HOLE}", None),
    (f"{HOLE}.WestEurope", None),
    (f"Storge.{HOLE}", "there is no known tag Storge.…; did you mean Storage.…?"),
    ("." * 100_000, "there is no known tag " + "." * 100_000),
]


@pytest.mark.parametrize(("text", "words"), FAULTS, ids=[row[0][:30] for row in FAULTS])
def test_whether_there_is_such_a_tag(text: str, words: str | None) -> None:
    assert TAGS.fault(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Storage", ""),
        ("storage", "azurerm wants the spelling Storage"),
        ("Storage.WestEurope", "azurerm takes Storage without a region only"),
        ("ApiManagement", "azurerm does not take ApiManagement"),
        ("Storge", "azurerm knows no tag Storge; did you mean Storage?"),
        (HOLE, None),
        (f"Stor{HOLE}", None),
        (f"Storage.{HOLE}", "azurerm takes Storage without a region only"),
        (f"AzureFrontDoor.{HOLE}", None),
        (f"ApiManagement{HOLE}", "azurerm knows no tag ApiManagement…; did you mean ApiManagement?"),
    ],
)
def test_whether_azurerm_takes_it(text: str, words: str | None) -> None:
    assert TAGS.azurerm_fault(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("storage", "accounts"),
        ("Storage.WestEurope", ""),
        ("AzureCloud", "all"),
        ("AzureCloud.WestEurope", "all"),
        ("AzureKeyVault", ""),
        ("Contoso", ""),
        (HOLE, None),
        (f"Storage{HOLE}", None),
        (f"Storage.{HOLE}", None),
        (f"AzureCloud.{HOLE}", "all"),
        (f"AzureKeyVault.{HOLE}", ""),
    ],
)
def test_what_a_tag_opens(text: str, words: str | None) -> None:
    assert TAGS.opens(text) == words
