"""Opaque tokens for addresses: an identifier or a filter goes out sealed and comes back only through our own key.

Nothing is stored: the token is the text itself, encrypted and authenticated (AES-SIV), so that the same view has the
same address, a sent link works, and nobody learns or forges an identifier. What is inside is padded, so that its
length tells nothing either.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_PAD = 32
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are read as another."""


@dataclass(frozen=True)
class Tokens:
    """Seals and opens the tokens of one home."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, home: Path) -> "Tokens":
        """The tokens of a home; the same for all of its workers and over restarts."""
        return cls(hashlib.sha512(b"tokens:" + secret_key(home).encode()).digest())

    def seal(self, kind: str, text: str) -> str:
        """The token of a text; ``kind`` says what it stands for and must be the same when it is opened."""
        data = text.encode()
        padded = data + b"\0" * (-len(data) % _PAD or _PAD)
        return base64.urlsafe_b64encode(AESSIV(self.key).encrypt(padded, [kind.encode()])).decode().rstrip("=")

    def open(self, kind: str, token: str) -> str | None:
        """The text of a token; None for one that this home never gave, or gave for something else."""
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            return AESSIV(self.key).decrypt(sealed, [kind.encode()]).rstrip(b"\0").decode()
        except (InvalidTag, ValueError, binascii.Error):
            return None

    def code(self, kind: str, text: str, length: int) -> str:
        """So many letters and digits that stand for a text, the same each time; nobody without the key can tell which.

        Two texts may have the same code, seldom: of 31 signs each.
        """
        digest = hmac.digest(self.key, f"{kind}\0{text}".encode(), "sha512")
        number, signs = int.from_bytes(digest), []
        for _ in range(length):
            number, place = divmod(number, len(_LETTERS))
            signs.append(_LETTERS[place])
        return "".join(signs)


def secret_key(home: Path) -> str:
    """The secret of a home: made once, the same for all of its workers, for the owner's eyes only."""
    path = home / "secret-key"
    home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=home, prefix="secret-key-")  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # whole at once, and only for the first
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text(encoding="ascii")
