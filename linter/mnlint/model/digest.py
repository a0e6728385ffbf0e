"""Digests without the libraries that `hashlib` loads, which take as long as a small check."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import blake2b
else:
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b

__all__ = ["digest", "sha256"]


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
    try:
        from _sha2 import sha256 as make  # type: ignore[import-not-found]
    except ImportError:
        try:
            from _sha256 import sha256 as make  # type: ignore[import-not-found]  # before Python 3.12
        except ImportError:
            from hashlib import sha256 as make
    made: str = make(data).hexdigest()
    return made
