"""Policy files in, judgements on facts out. Most runs have policies compiled: who reads one imports `load`."""

from __future__ import annotations

from mnlint.policy.judge import is_about, judge, told

__all__ = ["is_about", "judge", "told"]
