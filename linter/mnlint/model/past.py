"""PastNetwork: what is remembered of a managed network as it was, without a place in the files of today."""

from __future__ import annotations

from dataclasses import dataclass

from mnlint.model.value import Node


@dataclass(frozen=True, slots=True, eq=False)
class PastNetwork:
    """A managed network of a base revision or of what is deployed now.

    `name` is the form of the name of its workspace or account, None if nobody can compare it; `address` is that of its
    resource, `mode` the isolation mode in effect, with any place, and `where` says where it was written.
    """

    family: str
    address: str
    name: str | None
    mode: Node
    where: str
