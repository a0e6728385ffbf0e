"""Judgements, outcomes and reports over real sources, for the tests of settle and of the reports."""

from __future__ import annotations

from mnlint.model.finding import Card, Coverage, Judgement, Notice, Outcome, Place, Report, Severity, Verdict
from mnlint.model.record import replace
from mnlint.model.text import Source, Span
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown
from mnlint.settle import settle

CARD = Card(
    id="MN001",
    name="isolation-disabled",
    title="The managed network is Disabled",
    severity=Severity.ERROR,
    why="Nothing is isolated: every compute of the hub may talk to the whole internet.",
    fix="Set the isolation mode to AllowInternetOutbound or AllowOnlyApprovedOutbound. Plan the outbound rules first.",
    see=("https://learn.microsoft.com/azure/ai-studio/how-to/configure-managed-network",),
    tags=("managed-network",),
    security=7.5,
    cwe=("CWE-1188", "CWE-923"),
    azure_policy=("6ddb1705-c8cf-450e-aa4b-19ad6703c440",),
    mcsb=("NS-2",),
)
OTHER = replace(CARD, id="MN004", name="internet-outbound-open", severity=Severity.NOTE, security=None, cwe=())

MAIN = Source("main.tf", 'module "hub" {\n  source = "./hub"\n  mode   = "Disabled"\n}\n')
HUB = Source(
    "hub/main.tf",
    'variable "mode" {}\nlocals { m = var.mode }\nresource "azurerm_ai_foundry" "hub" {\n'
    '  name = "hub"\n  managed_network { isolation_mode = local.m }\n}\n',
)


def span(source: Source, text: str, nth: int = 1) -> Span:
    """The nth occurrence of a text in a source."""
    at = -1
    for _ in range(nth):
        at = source.text.index(text, at + 1)
    return Span(source.file, at, at + len(text))


def node(value: object, *way: tuple[HopKind, Span, str]) -> Node:
    """A value that came this way, its origin first."""
    trail = tuple(Hop(*hop) for hop in reversed(way))
    return Node(value, trail[0].span, trail)  # type: ignore[arg-type]


def written(source: Source, text: str, nth: int = 1) -> Node:
    """A value written at the nth occurrence of a text."""
    return node(text, (HopKind.LITERAL, span(source, text, nth), "written here"))


def by_module() -> Node:
    """The mode of section 9's example: written in the caller, used in the module."""
    return node(
        "Disabled",
        (HopKind.LITERAL, span(MAIN, '"Disabled"'), "written here"),
        (HopKind.REFERENCE, span(HUB, "var.mode"), "var.mode"),
        (HopKind.REFERENCE, span(HUB, "local.m"), "local.m"),
    )


def judged(
    *because: Node,
    head: Span,
    verdict: Verdict = Verdict.FAIL,
    policy: str = "MN001",
    message: str = "hub: managed network isolation is Disabled",
    subject: str = "azurerm_ai_foundry.hub",
    severity: Severity = Severity.ERROR,
    name: str = "hub",
    **others: object,
) -> Judgement:
    return Judgement(
        policy=policy,
        severity=severity,
        subject=subject,
        name=name,
        kind="managedNetwork",
        dialect="azurerm",
        head=head,
        verdict=verdict,
        message=message,
        help=None,
        because=because,
        **others,  # type: ignore[arg-type]
    )


def outcome(
    *judgements: Judgement,
    sources: tuple[Source, ...] = (MAIN, HUB),
    root: str = "main.tf",
    notices: tuple[Notice, ...] = (),
    coverage: Coverage | None = None,
) -> Outcome:
    seen = coverage or Coverage(seen=len(sources), read=len(sources), networks=1, decided=1)
    return Outcome(root, judgements, notices, {source.file: source for source in sources}, seen)


def at_module(**others: object) -> Judgement:
    """The judgement of section 9's example."""
    head = span(HUB, 'resource "azurerm_ai_foundry" "hub"')
    said = {"head": head, "subject": "module.hub.azurerm_ai_foundry.hub", **others}
    return judged(by_module(), **said)  # type: ignore[arg-type]


def doubted(policy: str = "MN001", name: str = "hub") -> Judgement:
    """A judgement that waits for the module's variable."""
    at = span(HUB, 'variable "mode"')
    unknown = Unknown(Cause.NO_VALUE, at, "parameter mode")
    return judged(
        node(unknown, (HopKind.DECLARATION, at, "parameter mode")),
        head=span(HUB, 'resource "azurerm_ai_foundry" "hub"'),
        verdict=Verdict.UNKNOWN,
        policy=policy,
        name=name,
    )


def report(*judgements: Judgement, **others: object) -> Report:
    """The report of one outcome."""
    return settle([outcome(*judgements, **others)], [CARD, OTHER])  # type: ignore[arg-type]


def one_line(source: Source, text: str, **others: object) -> Report:
    """The report of one finding on a text of a source, whose head is its first character."""
    head = Span(source.file, 0, 1)
    return report(judged(written(source, text), head=head, **others), sources=(source,))  # type: ignore[arg-type]


NOTICE = Notice("warning", "cache", "the cache could not be written", None)
BROKEN = Notice("error", "MN911", "expected } here", Place(span(MAIN, "source"), "here"))
