"""What the texts of a service-tag rule mean: a tag with its base name and region, a protocol, ranges of ports."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mnlint.azure.texts import HOLE, may_be, shown
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass

PROTOCOLS = ("TCP", "UDP", "ICMP", "*")
MOST_LABELS = 5  # no tag has more
_PORT_TEXT = pattern(rf"[\d\s,\-*{HOLE}]*", re.ASCII)
_RANGE = pattern(r"(\d{1,9})(?:\s*-\s*(\d{1,9}))?", re.ASCII)
HIGHEST = 65_535
_REGION = pattern("[a-z0-9]+", re.IGNORECASE)


def protocol_fault(text: str, *, exact: bool) -> str | None:
    """What is wrong with the protocol of a rule, in words; see `Tags.fault`. azurerm wants the `exact` case."""
    if text in PROTOCOLS or (not exact and text.upper() in PROTOCOLS):
        return ""
    if any(may_be(text if exact else text.upper(), name) for name in PROTOCOLS):
        return None
    if text.upper() in PROTOCOLS:
        return f"azurerm wants the protocol {text} in capitals"
    return f"the protocol {shown(text)} is none of {', '.join(PROTOCOLS[:-1])} and *"


def ports_fault(text: str) -> str | None:
    """What is wrong with the port ranges of a rule, in words; see `Tags.fault`."""
    if HOLE in text:
        return None if _PORT_TEXT.fullmatch(text) else f"the ports {shown(text)} are no list of ports and ranges"
    if text.strip() == "*":
        return ""
    for part in text.split(","):
        found = _RANGE.fullmatch(part.strip())
        if found is None:
            return f"the ports {text!r} are no list of ports and ranges"
        low, high = int(found[1]), int(found[2] or found[1])
        if high > HIGHEST or low > HIGHEST:
            return f"there is no port {max(low, high)}"
        if low > high:
            return f"the range {part.strip()} runs backwards"
    return ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A service tag of the list: its canonical name, its direction by Microsoft's advice, whether azurerm takes it."""

    name: str
    direction: str
    azurerm: bool


@dataclass(frozen=True, slots=True)
class Tags:
    """The known service tags, by their names in lower case, and those that are too broad."""

    known: Mapping[str, Tag]
    broad: Mapping[str, str]  # by canonical name: what a tag of every customer's resources opens
    in_any_region: frozenset[str]  # those of them that are too broad with a region, too
    approved: frozenset[str] = frozenset()  # in lower case: never too broad by the user's own word, with any region

    def split(self, text: str) -> tuple[Tag, str] | None:
        """The tag that a text names, and what follows it: a dot with a region, or nothing."""
        for end in (len(text), *(at for at, char in enumerate(text) if char == "."))[:MOST_LABELS]:
            tag = self.known.get(text[:end].lower())
            if tag is not None:
                return tag, text[end:]
        return None

    def fault(self, text: str) -> str | None:
        """Why a text names no tag, in words: empty if it does, None if that hangs on what nobody knows."""
        found = self.split(text)
        if found is not None and HOLE not in text:
            tag, rest = found
            fits = not rest or _REGION.fullmatch(rest[1:])
            return "" if fits else f"{text} has no region in one word behind {tag.name}"
        root = text.partition(".")[0].lower()
        if HOLE in text and (HOLE in root or any(name.partition(".")[0] == root for name in self.known)):
            return None
        return f"there is no known tag {shown(text)}{self._hint(text)}"

    def azurerm_fault(self, text: str) -> str | None:
        """The same by azurerm's closed list, which has no regions and wants the exact case."""
        taken = [tag.name for tag in self.known.values() if tag.azurerm]
        if text in taken:
            return ""
        if any(may_be(text, name) for name in taken):
            return None
        found = self.split(text)
        if found is None:
            return f"azurerm knows no tag {shown(text)}{self._hint(text, azurerm=True)}"
        tag, rest = found
        if not tag.azurerm:
            return f"azurerm does not take {tag.name}"
        return f"azurerm takes {tag.name} without a region only" if rest else f"azurerm wants the spelling {tag.name}"

    def opens(self, text: str) -> str | None:
        """What a tag that is too broad opens, in words; see `fault`."""
        found = self.split(text)
        if found is None:
            return None if HOLE in text else ""
        tag, rest = found
        words = self.broad.get(tag.name, "")
        if tag.name.lower() in self.approved:
            others = any(name.startswith(f"{tag.name}.") for name in self.broad)
            return None if HOLE in rest and others else ""
        if words and HOLE in rest and tag.name not in self.in_any_region:
            return None
        return words if not rest or tag.name in self.in_any_region else ""

    def direction(self, text: str) -> str | None:
        """Microsoft's advice for a tag: inbound, outbound or both; empty of one without advice. See `fault`."""
        found = self.split(text)
        if found is None:
            return None if HOLE in text else ""
        return found[0].direction

    def _hint(self, text: str, *, azurerm: bool = False) -> str:
        """The nearest known tags, in words: with the region behind it, but for azurerm, which takes none."""
        from difflib import get_close_matches

        base, _, region = text.strip().partition(".")
        known = {name: tag.name for name, tag in self.known.items() if tag.azurerm or not azurerm}
        below = [tag for name, tag in known.items() if name.startswith(f"{base.lower()}.")]
        if below and HOLE not in text:
            return f"; there are {', '.join(below)}"
        near = get_close_matches(base.lower(), known, 1, 0.75)
        if not near:
            return ""
        return f"; did you mean {known[near[0]]}{f'.{shown(region)}' if region and not azurerm else ''}?"
