"""The text of a contract file, or why it cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import FILE_NOT_FOUND, NOT_YAML
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.files import read_regular
from abidance.core.span import Span

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 16 << 20
"""What 4 MiB of text, the most that a contract may have, take in UTF-8."""


def read_text(path: Path) -> str:
    """Return the text of a file; raises UsageError."""
    try:
        raw = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        raise _unreadable(path, "does not exist") from None
    except IsADirectoryError:
        raise _unreadable(path, "is a folder, not a contract") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(path, f"cannot be read: {reason.lower()}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="replace").split("\n")
        span = Span.at(path, len(before), len(before[-1]) + 1)
        message = f"a contract is UTF-8, and the byte 0x{raw[error.start]:02x} here is not"
        raise UsageError(Diagnostic(NOT_YAML, message, (Label(span),))) from None


def _unreadable(path: Path, why: str) -> UsageError:
    return UsageError(Diagnostic(FILE_NOT_FOUND, f"`{path}` {why}"))
