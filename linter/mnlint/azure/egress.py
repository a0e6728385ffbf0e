"""What the destinations of FQDN and service-tag rules are worth, by the lists: derived fields of every rule."""

from __future__ import annotations

from mnlint.azure import hosts
from mnlint.azure.covering import join_covering
from mnlint.azure.draft import Drafts
from mnlint.azure.texts import told


def judge_destinations(drafts: Drafts) -> None:
    """The derived fields of every rule."""
    broad = _broad(drafts)
    endings = [str(e["ending"]) for e in drafts.tables.get("storage-hosts", ()) if e.get("environment")]
    for rule in drafts.of("outboundRule"):
        rule.fields["hostFault"] = told(rule["host"], hosts.fault, endings)
        rule.fields["hostOpens"] = told(rule["host"], broad.opens, endings)
        rule.fields["storageHost"] = told(rule["host"], broad.storage, endings)
    join_covering(drafts, broad)


def _broad(drafts: Drafts) -> hosts.Broad:
    entries = drafts.tables.get("broad-destinations", ())
    return hosts.Broad(
        suffixes={str(e["suffix"]): str(e["opens"]) for e in entries if "suffix" in e},
        hosts={str(e["host"]): str(e["opens"]) for e in entries if "host" in e},
        closed=frozenset(str(e["closed"]) for e in entries if "closed" in e),
        documented=frozenset(str(e["host"]).lower() for e in drafts.tables.get("scenario-hosts", ())),
        storage_hosts=frozenset(
            f"{service}.{e['ending']}" for e in drafts.tables.get("storage-hosts", ()) for service in e["services"]
        ),
    )
