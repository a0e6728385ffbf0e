"""Digests without the libraries that `hashlib` loads, which take as long as a small check."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import blake2b
    from typing import Any
else:
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b

__all__ = ["digest", "sha256"]

_sha256: list[Callable[[bytes], Any]] = []  # once somebody has asked


def digest(*parts: bytes | str) -> str:
    """32 hexadecimal digits for some texts or bytes: other ones for any others, or for another way to part them."""
    made = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(len(data).to_bytes(8, "little"))
        made.update(data)
    return made.hexdigest()


def sha256(data: bytes) -> str:
    """The 64 hexadecimal digits of SHA-256, which others compute as well. Not every run asks for them."""
    if not _sha256:  # looking in vain for a module takes longer than a digest
        _sha256.append(_found())
    made: str = _sha256[0](data).hexdigest()
    return made


def _found() -> Callable[[bytes], Any]:
    try:
        from _sha2 import sha256  # type: ignore[import-not-found]
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found]  # before Python 3.12
        except ImportError:
            from hashlib import sha256
    found: Callable[[bytes], Any] = sha256
    return found
