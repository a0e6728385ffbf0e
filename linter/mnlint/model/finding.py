"""What a run says: verdicts, findings with their places, doubts, notices, and the report of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum

from mnlint.model.record import dataclass, field
from mnlint.model.text import Comment, Source, Span
from mnlint.model.value import Node, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mnlint.model.change import NetworkChange
    from mnlint.model.past import PastNetwork

# Policy, the file and the symbol where the subject is declared, and the property: all that stays when code moves.
Identity = tuple[str, str, str, str]


class Severity(IntEnum):
    """How bad a violation is; the names are SARIF's levels."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def level(self) -> str:
        return self.name.lower()


class Verdict(Enum):
    """What a policy says of one subject."""

    PASS = "pass"  # noqa: S105  (a verdict, not a password)
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Place:
    """A range of a file, and a few words on what it is."""

    span: Span
    says: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the reading, not about Azure.

    Codes with a card (MN910 unreadable, MN911 syntax, MN912 limit, MN913 module out of reach, MN914 hidden order)
    become findings; others concern the run. `level` is error, warning or note.
    """

    level: str
    code: str
    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """One policy's verdict on one subject; if it fails the message is filled in, while the fact is at hand."""

    policy: str
    severity: Severity
    subject: str  # the fact's address
    name: str  # the subject's own name for readers, `hub`
    kind: str
    dialect: str
    head: Span
    verdict: Verdict
    message: str
    help: str | None
    because: tuple[Node, ...]
    guards: tuple[Node, ...] = ()
    callers: tuple[Span, ...] = ()  # heads of the module calls that lead to the subject
    field: str = ""  # the field the policy asked for first: part of the fingerprint
    declared_in: str = ""  # with `symbol` where the subject is declared; the head's file and the address if not given
    symbol: str = ""
    instances: int = 1  # equal subjects that this one stands for
    deployment: str = ""  # the parameter file it was judged with, where there is one
    touched: bool | None = None  # whether the change that is asked about has to do with its network; None: not asked
    names: tuple[str, ...] = ()  # the names in the message, in order, if they are marked in `frame`
    frame: str = ""  # the message with NUL for each of its names: equal for equal faults of what has other names


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding is kept quiet, and where that is written: without a place in the baseline."""

    reason: str
    place: Place | None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """How many findings of one identity there were, and what somebody has noted beside them."""

    count: int
    reason: str = ""
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was there when a team began."""

    entries: Mapping[Identity, BaselineEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A violation: the few characters to mend (`primary`), and how they came to matter (`related`)."""

    policy: str
    severity: Severity
    message: str
    help: str | None
    subject: str
    name: str
    primary: Place
    related: tuple[Place, ...]
    fingerprint: str
    identity: Identity
    instances: int = 1
    suppressed: Suppression | None = None
    touched: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """One value nobody knows, and the judgements that wait for it: (policy, subject's name) pairs."""

    cause: Unknown
    place: Place
    remedy: str
    judgements: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at, so that silence can be read: nothing wrong, or nothing seen."""

    seen: int = 0
    read: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)  # reason to number of files
    networks: int = 0
    decided: int = 0
    by_default: int = 0
    undecided: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one root gave; made of data only, so that it can come from another process."""

    root: str
    judgements: tuple[Judgement, ...]  # those that fail and those that nobody can tell: all others are silent
    notices: tuple[Notice, ...]
    sources: Mapping[str, Source]
    coverage: Coverage
    comments: tuple[Comment, ...] = ()  # those that may speak to us
    compiled_from: str = ""  # the root of which this one is the compiled form
    deployments: tuple[str, ...] = ()  # the parameter files of the root, one for each of its deployments
    networks: tuple[PastNetwork, ...] = ()  # its managed networks, to be compared with those of a base revision
    changes: tuple[NetworkChange, ...] | None = None  # what a plan changes; None if it is no plan, or does not say
    open: frozenset[str] = frozenset()  # what could not be read, in words: there may be networks in it
    changed: bool = False  # all of it, so that no line has to say so
    complete: bool = True  # False if time or memory was over first: another run may say more

    @property
    def whole(self) -> bool:
        """Whether everything was judged: neither a limit of the machine nor a fault of ours came between."""
        return self.complete and not any(notice.code == "crash" for notice in self.notices)


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Everything a renderer may say. No clock in it: the same input gives the same bytes."""

    findings: tuple[Finding, ...]
    doubts: tuple[Doubt, ...]
    notices: tuple[Notice, ...]
    cards: tuple[Card, ...]  # of the policies that ran and of our own MN9xx, by id
    coverage: Coverage
    sources: Mapping[str, Source]
    baseline: Baseline | None = None  # what is left of the one that it was compared with
    elsewhere: int = 0  # findings, and checks that are not decided, that a change has nothing to do with
    changes: tuple[NetworkChange, ...] | None = None  # how networks differ from what was; None if nobody knows that
    whole: bool = True  # False if a root was not judged


@dataclass(frozen=True, slots=True)
class Card:
    """What reports print about a rule, ours or a policy: everything but its condition."""

    id: str
    name: str
    title: str
    severity: Severity
    why: str
    fix: str
    see: tuple[str, ...]
    tags: tuple[str, ...] = ()
    added: str = "0.1"
    seed: str | None = None  # the heading of the article under which it stands
    basis: tuple[str, ...] = ()
    security: float | None = None  # SARIF's security-severity, 0.1 to 10.0
    cwe: tuple[str, ...] = ()
    azure_policy: tuple[str, ...] = ()
    mcsb: tuple[str, ...] = ()
    precision: str = "very-high"
    suppressible: bool = True
