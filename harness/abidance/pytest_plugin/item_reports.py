"""How an item tells pytest what it found."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.core.internal_errors import internal_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.core.diagnostic import Diagnostic, Finding


class FindingsError(Exception):
    """An item found something about the user's code; shown as the findings' blocks.

    `reasons` say what else of the item could not be judged.
    """

    def __init__(self, findings: tuple[Finding, ...], reasons: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__("; ".join(f"[{f.diagnostic.code.id}] {f.diagnostic.message}" for f in findings))
        self.findings = findings
        self.reasons = reasons


class CouldNotJudgeError(AbidanceError):
    """An item could not be judged: never passed, never skipped in silence."""


@contextmanager
def internal_errors_reported(root: Path) -> Iterator[None]:
    """Turn what abidance itself does wrong into a diagnostic; the traceback goes to a file below `root`."""
    try:
        yield
    except (AbidanceError, FindingsError):
        raise
    except Exception as error:  # noqa: BLE001 - nobody is to read our traceback for their library's
        raise CouldNotJudgeError(internal_error(error, root)) from None
