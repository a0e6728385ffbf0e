"""What the text of a service tag means."""

import pytest

from mnlint.azure.tags import Tag, Tags, ports_fault, protocol_fault
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
        ("Storge.WestEurope", "azurerm knows no tag Storge.WestEurope; did you mean Storage?"),
        ("ApiManagment", "azurerm knows no tag ApiManagment"),  # what it does not take is no advice
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


@pytest.mark.parametrize(
    ("text", "words", "by_azurerm"),
    [
        ("TCP", "", ""),
        ("*", "", ""),
        ("tcp", "", "azurerm wants the protocol tcp in capitals"),
        ("HTTPS", *["the protocol HTTPS is none of TCP, UDP, ICMP and *"] * 2),
        ("", *["the protocol  is none of TCP, UDP, ICMP and *"] * 2),
        (HOLE, None, None),
        (f"{HOLE}P", None, None),
        (f"t{HOLE}", None, "the protocol t… is none of TCP, UDP, ICMP and *"),
        (f"HTTP{HOLE}", *["the protocol HTTP… is none of TCP, UDP, ICMP and *"] * 2),
    ],
)
def test_protocols(text: str, words: str | None, by_azurerm: str | None) -> None:
    assert protocol_fault(text, exact=False) == words
    assert protocol_fault(text, exact=True) == by_azurerm


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("443", ""),
        ("80, 443", ""),
        ("80,8080-8089", ""),
        ("1024 - 65535", ""),
        ("0-65535", ""),
        (" * ", ""),
        ("", "the ports '' are no list of ports and ranges"),
        ("443,", "the ports '443,' are no list of ports and ranges"),
        ("80;443", "the ports '80;443' are no list of ports and ranges"),
        ("80 443", "the ports '80 443' are no list of ports and ranges"),
        ("80,*", "the ports '80,*' are no list of ports and ranges"),
        ("https", "the ports 'https' are no list of ports and ranges"),
        ("٤٤٣", "the ports '٤٤٣' are no list of ports and ranges"),
        ("1-2-3", "the ports '1-2-3' are no list of ports and ranges"),
        ("65536", "there is no port 65536"),
        ("1024-655535", "there is no port 655535"),  # a typo of azurerm's page
        ("1024-99999", "there is no port 99999"),
        ("443-80", "the range 443-80 runs backwards"),
        (HOLE, None),
        (f"80, {HOLE}", None),
        (f"80; {HOLE}", "the ports 80; … are no list of ports and ranges"),
    ],
)
def test_ports(text: str, words: str | None) -> None:
    assert ports_fault(text) == words
