"""Policy files in, judgements on facts out."""

from __future__ import annotations

from mnlint.policy.judge import judge
from mnlint.policy.load import PolicyError, load

__all__ = ["PolicyError", "judge", "load"]
