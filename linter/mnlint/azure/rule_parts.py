"""What a rule of each type needs, and what of it is missing or contradicts the rule's type."""

from __future__ import annotations

from collections.abc import Callable

from mnlint.azure import azurerm
from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.azure.views import View
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Seq, Unknown, choice, doubt, member

Part = Callable[[str], Node]

_TYPES: Final = {"fqdn": "FQDN", "privateendpoint": "PrivateEndpoint", "servicetag": "ServiceTag"}
# What Azure ML YAML calls the parts of a destination.
_SNAKE: Final = {
    "serviceResourceId": "service_resource_id",
    "subresourceTarget": "subresource_target",
    "sparkEnabled": "spark_enabled",
    "serviceTag": "service_tag",
    "portRanges": "port_ranges",
}
# The loader of Azure ML YAML asks for more than the service does; source: azure-ai-ml, `_schema/workspace`.
_ENDPOINT: Final = ("serviceResourceId", "subresourceTarget")
_LOADED: Final = {
    "PrivateEndpoint": (*_ENDPOINT, "sparkEnabled"),
    "ServiceTag": ("serviceTag", "protocol", "portRanges"),
}
_AZURERM: Final = {
    "FQDN": ("destination_fqdn",),
    "PrivateEndpoint": ("service_resource_id", "sub_resource_target"),
    "ServiceTag": ("service_tag", "protocol", "port_ranges"),
}


def part_fault(view: View, whole: Node) -> Node:
    """What is missing of a rule or contradicts its type, in words; absent if nothing.

    `whole` is its object in ARM's shape; azurerm's rules are resources with arguments of their own.
    """
    if view.terraform:
        return _first([_needed(view.at(name), name) for name in _AZURERM[azurerm.RULES[view.terraform]]], whole)
    found = _of_object(whole, yaml=view.dialect == "azureml")
    if view.updates and not missing(found):
        # What it changes has parts already.
        return found.holding(doubt(found) or Unknown(Cause.RUNTIME, found.origin, "the rule that is updated"))
    return found


def _of_object(whole: Node, *, yaml: bool) -> Node:
    value = whole.value
    if isinstance(value, Choice):
        return choice([_of_object(option, yaml=yaml) for option in value.options], value.why, whole)
    kind, destination = member(whole, "type", fold=True), member(whole, "destination", fold=True)
    if yaml:
        written = member(whole, "typeWritten", fold=True)
        return _first([_of_type(kind, destination, yaml=True), _other_type(written, kind)], whole)
    return _of_type(kind, destination, yaml=False)


def _of_type(kind: Node, destination: Node, *, yaml: bool) -> Node:
    value = kind.value
    if isinstance(value, Choice):
        return choice([_of_type(option, destination, yaml=yaml) for option in value.options], value.why, kind)
    if is_there(destination) is Tri.FALSE:
        return destination.holding("has no destination")
    if missing(kind):
        return kind.holding("has no type")
    why = doubt(kind)
    if why is not None or not isinstance(value, str):
        return _open(kind)
    if value.lower() not in _TYPES:
        return kind.holding(f"is of type {value}, and there are only {', '.join(_TYPES.values())}")
    return _leads(_TYPES[value.lower()], kind, destination, yaml=yaml)


def _leads(name: str, kind: Node, destination: Node, *, yaml: bool) -> Node:
    """What is wrong with the destination of a rule whose type is known."""
    value = destination.value
    if isinstance(value, Choice):
        made = [_leads(name, kind, option, yaml=yaml) for option in value.options]
        return choice(made, value.why, destination)
    if is_there(destination) is Tri.FALSE:
        return destination.holding("has no destination")
    if name == "FQDN":
        if isinstance(value, Map | Seq):
            return kind.holding("is of type FQDN, but its destination is no host name")
        return destination.holding(ABSENT) if is_there(destination) is Tri.TRUE else _open(destination)
    if not isinstance(value, Map):
        scalar = isinstance(value, str | bool | int | float | Seq) or is_there(destination) is Tri.TRUE
        return kind.holding(f"is of type {name}, but its destination is no object") if scalar else _open(destination)
    return _parts(name, kind, destination, yaml=yaml)


def _parts(name: str, kind: Node, destination: Node, *, yaml: bool) -> Node:
    def part(called: str) -> Node:
        return member(destination, called, fold=True)

    def needed(called: str) -> Node:
        return _needed(part(called), _SNAKE.get(called, called) if yaml else called)

    if yaml:
        return _first([*map(needed, _LOADED[name]), _unquoted(part("portRanges"))], destination)
    mine, other = (
        ("serviceResourceId", "serviceTag") if name == "PrivateEndpoint" else ("serviceTag", "serviceResourceId")
    )
    if missing(part(mine)) and is_there(part(other)) is Tri.TRUE:
        return kind.holding(f"is of type {name}, but its destination has a {other}")
    if name == "PrivateEndpoint":
        return _first([needed(called) for called in _ENDPOINT], destination)
    return _first([_tag_or_prefixes(part), needed("protocol"), _ports(part)], destination)


def _tag_or_prefixes(part: Part) -> Node:
    """Where there are address prefixes, the service does not look at the tag."""
    tag, prefixes = part("serviceTag"), part("addressPrefixes")
    there = is_there(prefixes)
    if there is Tri.TRUE and isinstance(prefixes.value, Seq) and not prefixes.value.items:
        there = Tri.FALSE if prefixes.value.more is None else Tri.UNKNOWN
    if there is Tri.TRUE:
        return tag.holding(ABSENT)
    found = _needed(tag, "serviceTag")
    return _open(prefixes) if there is Tri.UNKNOWN and isinstance(found.value, str) else found


def _ports(part: Part) -> Node:
    """ICMP has no ports."""
    ports = part("portRanges")
    found, bare = _needed(ports, "portRanges"), is_text(part("protocol"), "ICMP")
    if bare is Tri.TRUE:
        return ports.holding(ABSENT)
    return _open(part("protocol")) if bare is Tri.UNKNOWN and isinstance(found.value, str) else found


def _unquoted(ports: Node) -> Node:
    value = ports.value
    if isinstance(value, Choice):
        return choice([_unquoted(option) for option in value.options], value.why, ports)
    number = isinstance(value, int | float)
    return ports.holding(f"has port_ranges {value} without quotes, and a number is not taken" if number else ABSENT)


def _other_type(written: Node, kind: Node) -> Node:
    """A type that is written and is another one than that of the destination, which decides in Azure ML YAML."""
    if isinstance(written.value, Choice):
        options = [_other_type(option, kind) for option in written.value.options]
        return choice(options, written.value.why, written)
    if isinstance(kind.value, Choice):
        return choice([_other_type(written, option) for option in kind.value.options], kind.value.why, written)
    if missing(written) or not isinstance(kind.value, str):
        return written.holding(ABSENT)  # a doubt about the destination is one already
    if not isinstance(written.value, str):
        return _open(written)
    named = _TYPES.get(written.value.replace("_", "").lower())
    if named is None or is_text(kind, named) is Tri.TRUE:  # any other word is not looked at
        return written.holding(ABSENT)
    return written.holding(
        f"says that it is of type {written.value}, but its destination makes it one of type {kind.value}"
    )


def _needed(node: Node, name: str) -> Node:
    tri = is_there(node)
    if tri is Tri.FALSE:
        return node.holding(f"has no {name}")
    return node.holding(ABSENT) if tri is Tri.TRUE else _open(node)


def _first(found: list[Node], at: Node) -> Node:
    """The first fault; without one, the first doubt; without that, nothing at the place of `at`."""
    faults = (node for node in found if is_there(node) is Tri.TRUE)
    doubts = (node for node in found if is_there(node) is Tri.UNKNOWN)
    return next(faults, next(doubts, at.holding(ABSENT)))


def _open(node: Node) -> Node:
    """The same place, with the reason for doubt alone: what is wrong there has no form that could be compared."""
    why = doubt(node)
    if why is None:
        return node.holding(Unknown(Cause.RUNTIME, node.origin, "this value"))
    return node.holding(Unknown(why.cause, why.span, why.label))
