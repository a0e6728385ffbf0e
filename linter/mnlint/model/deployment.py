"""Resource and Deployment: what would be deployed, as located values."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint.model.expr import Mode
from mnlint.model.finding import Notice
from mnlint.model.record import Deferrable, dataclass, field
from mnlint.model.text import Span
from mnlint.model.value import Node


@dataclass(frozen=True, slots=True, eq=False)
class Resource(Deferrable):
    """One resource, or several with equal values (`instances`).

    `guards` are the conditions not known to hold under which it exists: each a Node that is not decided, all of which
    must be true. A condition known to fail leaves no Resource behind.
    """

    address: str
    type: str
    language: str
    name: Node
    body: Node  # a Map unless the body itself is in doubt
    head: Span
    mode: Mode = Mode.DECLARED
    api_version: Node | None = None
    guards: tuple[Node, ...] = ()
    callers: tuple[Span, ...] = ()  # heads of the module calls that lead here, the nearest first
    provider: str = ""  # a key of Deployment.providers; empty where the language has none
    parent: Node | None = None
    instances: int = 1
    symbolic: bool = False  # stands for the unknown members of a loop: never compared with itself
    declared_in: str = ""  # file of the declaration, for fingerprints
    symbol: str = ""
    scope: str | None = None  # the id of what it is deployed to, with holes; None if its language has no word for it


@dataclass(frozen=True, slots=True, eq=False)
class Step(Deferrable):
    """After what a resource or a module is deployed: what it waits for, and what the module it is `within` waits for.

    Each that is waited for is a Ref to a resource, a module or all that a loop makes; a text by which Azure finds a
    resource; a Choice where only some of them may be; or unknown if there may be others.
    """

    waits_for: tuple[Node, ...] = ()
    within: str = ""  # the address of a module
    loop: str = ""  # the address of a declaration that makes several; empty if it makes one
    batch: Node | None = None  # how many of the loop are deployed at a time; None if all are
    guards: tuple[Node, ...] = ()  # under which there is such a step; none where it is always one, as in Terraform
    symbol: str = ""
    symbolic: bool = False  # stands for the unknown members of its loop


@dataclass(frozen=True, slots=True, eq=False)
class Deployment(Deferrable):
    """Everything one root deploys with one set of bindings."""

    root: str
    resources: tuple[Resource, ...]
    providers: Mapping[str, Node] = field(default_factory=dict)  # "azurerm" or "azurerm.alias" to its configuration
    requires: Mapping[str, Node] = field(default_factory=dict)
    binding: str | None = None
    notices: tuple[Notice, ...] = ()
    before: Deployment | None = None
    steps: Mapping[str, Step] = field(default_factory=dict)  # by the address of a resource or module
    replaced: frozenset[str] = frozenset()  # addresses that a plan gives to a new resource in place of the old one
