"""What is kept from one run for the next, and the form in which it is kept."""

from __future__ import annotations

from mnlint.cache.records import decode, encode

__all__ = ["decode", "encode"]
