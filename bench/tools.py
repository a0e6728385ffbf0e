"""The programs that are compared: how each is started on a tree, and what its own report says that it saw."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
HOME: Final = ROOT / ".bench"
OWN: Final = HOME / "mnlint" / "bin"  # the wheel, installed: what users start
PEERS: Final = HOME / "peers" / "bin"
PYTHON: Final = str(OWN / "python")
MNLINT: Final = str(OWN / "mnlint")
PEER_NAMES: Final = ("checkov", "semgrep", "tfparse")


class Seen(NamedTuple):
    """What a program says of a tree. None where it does not say."""

    files: int | None = None
    failures: int | None = None  # files, or parts of files, that it could not read
    networks: int | None = None  # hubs and workspaces
    findings: int | None = None


class Tool(NamedTuple):
    """A program: its command for a tree and a file for its report, and how that report or what it printed is read."""

    name: str
    command: Callable[[Path, Path], list[str]]
    seen: Callable[[str], Seen] = lambda _: Seen()
    printed: bool = True  # whether the report is what it prints; else it is written to the file
    peer: str = ""  # its package, if it is a peer


# ── ours ──


def mnlint(name: str, *options: str, report: str = "json") -> Tool:
    """The linter itself, with all its policies."""

    def command(tree: Path, out: Path) -> list[str]:
        boundary = tree if tree.is_dir() else tree.parent
        output = ["--output", f"{report}={out}"]
        return [MNLINT, "check", "--exit-zero", "--boundary", str(boundary), *output, *options, str(tree)]

    return Tool(name, command, seen_by_mnlint if report == "json" else lambda _: Seen(), printed=False)


def started(name: str, *options: str) -> Tool:
    """The linter as a hook starts it: the folder lies in a repository of git, and nothing is said that need not be."""
    return Tool(name, lambda tree, _out: [MNLINT, "check", *options, str(tree)])


def seen_by_mnlint(report: str) -> Seen:
    """Of our own report. A file counts once as a failure, and so does each place of it that cannot be read."""
    found = json.loads(report)
    broken = {
        (one["place"]["file"], one["place"]["line"]) for one in found["findings"] if one["policy"] in ("MN910", "MN911")
    }
    coverage = found["coverage"]
    return Seen(coverage["files_seen"], len(broken), coverage["networks"], len(found["findings"]))


@cache
def has(option: str) -> bool:
    """Whether the installed linter knows an option."""
    done = subprocess.run([MNLINT, "check", "--help"], capture_output=True, text=True)
    return option in done.stdout


# ── the floor ──


def bare(name: str = "python -c pass") -> Tool:
    """Python that does nothing."""
    return Tool(name, lambda _tree, _out: [PYTHON, "-c", "pass"])


def floor() -> Tool:
    """Python that reads the files of a tree and looks for words in them."""
    script = str(Path(__file__).with_name("floor.py"))
    return Tool("raw read and scan", lambda tree, _: [PYTHON, script, str(tree)], seen_by_floor)


def seen_by_floor(printed: str) -> Seen:
    """How many files it read."""
    return Seen(files=int(printed.split()[0]))


# ── peers ──


def version_of(peer: str, *options: str) -> Tool:
    """What a peer takes to say which version it is."""
    return Tool(f"{peer} --version", lambda _tree, _out: [str(PEERS / peer), "--version", *options], peer=peer)


_WORKSPACE: Final = re.compile(
    r"machinelearningservices/workspaces\.|azurerm_machine_learning_workspace\.|azurerm_ai_foundry\.", re.IGNORECASE
)


def checkov(frameworks: Sequence[str], report: str = "json") -> Tool:
    """All checks for some languages. What it could not read and what it saw are in its report."""

    def command(tree: Path, out: Path) -> list[str]:
        what = ["-d" if tree.is_dir() else "-f", str(tree)]
        form = ["-o", report, "--compact", *(["--output-file-path", str(out.parent)] if report == "sarif" else [])]
        return [str(PEERS / "checkov"), *what, "--framework", *frameworks, "--skip-download", "--soft-fail", *form]

    seen = seen_by_checkov if report == "json" else lambda _: Seen()
    return Tool(f"checkov --framework {' '.join(frameworks)}", command, seen, peer="checkov")


def seen_by_checkov(printed: str) -> Seen:
    """A resource is seen if any check was asked about it."""
    found = json.loads(printed)
    reports: list[dict[str, Any]] = found if isinstance(found, list) else [found]
    if "results" not in reports[0]:  # it found nothing to check
        return Seen(failures=reports[0].get("parsing_errors"), networks=0, findings=0)
    kinds = ("passed_checks", "failed_checks")
    checks = [check for one in reports for kind in kinds for check in one["results"].get(kind, ())]
    networks = {(c["file_path"], c["resource"]) for c in checks if _WORKSPACE.search(c["resource"])}
    summaries = [one["summary"] for one in reports]
    failures, findings = (sum(summary[key] for summary in summaries) for key in ("parsing_errors", "failed"))
    return Seen(failures=failures, networks=len(networks), findings=findings)


def semgrep() -> Tool:
    """One rule, for Terraform's own workspace: it matches what has no mode or the mode Disabled written in it."""
    rule = str(Path(__file__).with_name("semgrep.yaml"))
    options = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "--json", "--quiet"]
    return Tool(
        "semgrep, one rule",
        lambda tree, _: [str(PEERS / "semgrep"), "scan", "--config", rule, *options, str(tree)],
        seen_by_semgrep,
        peer="semgrep",
    )


def seen_by_semgrep(printed: str) -> Seen:
    """It tells files and errors; of what a rule does not match it says nothing."""
    found = json.loads(printed)
    return Seen(len(found["paths"]["scanned"]), len(found["errors"]), None, len(found["results"]))


def tfparse() -> Tool:
    """Trivy's evaluator of Terraform, from each folder that no other one calls as a module; it has no rules."""
    script = str(Path(__file__).with_name("roots.py"))
    return Tool(
        "tfparse, no rules", lambda tree, _: [str(PEERS / "python"), script, str(tree)], seen_by_tfparse, peer="tfparse"
    )


def seen_by_tfparse(printed: str) -> Seen:
    """What the script of ours that calls it prints."""
    files, failures, networks = map(int, printed.split())
    return Seen(files, failures, networks)


def versions() -> dict[str, str]:
    """The versions of the peers that are installed."""
    ask = "import importlib.metadata as m, sys\nfor n in sys.argv[1:]: print(n, m.version(n))"
    if not PEERS.exists():
        return {}
    done = subprocess.run([str(PEERS / "python"), "-c", ask, *PEER_NAMES], capture_output=True, text=True)
    return dict(line.split() for line in done.stdout.splitlines())
