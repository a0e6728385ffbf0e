"""Policy files in, judgements on facts out."""

from __future__ import annotations

from mnlint.policy.judge import is_about, judge
from mnlint.policy.load import load
from mnlint.policy.mistakes import PolicyError

__all__ = ["PolicyError", "is_about", "judge", "load"]
