"""Codes: the stable identity of everything that abidance can find or complain about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How a diagnostic is shown; verdicts and outcomes are other axes."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Code:
    """A code such as ``ABD321``, its name (the bad thing, in kebab case) and how it is shown.

    `explain` is Markdown under the headings of the style guide; a check fills it from its docstring. `formerly` has the
    names of earlier versions, which are understood wherever a name is.
    """

    id: str
    name: str
    severity: Severity = Severity.ERROR
    explain: str = ""
    formerly: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.id

    def is_called(self, word: str) -> bool:
        """Tell whether somebody who writes `word` means this code: its id in either case, its name or a former one."""
        return word.lower() in (self.id.lower(), self.name, *self.formerly)

    @property
    def summary(self) -> str:
        """Return the first sentence of the explanation."""
        return self.explain.strip().split("\n\n")[0].replace("\n", " ")
