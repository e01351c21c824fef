"""The C text of one wrapper while it is written, and what its checks are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.native.target.c_text import Lines

if TYPE_CHECKING:
    from abidance.core.codes import Code
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class TraceCheck:
    """One thing that a wrapper looks at: its place in what is promised, and how a finding calls it.

    `function` is its name, and for what is counted when a process ends, the handle's.
    """

    code: Code
    function: str
    what: str
    span: Span | None


@dataclass(slots=True)
class WrapperText:
    """Text, the checks of the whole interposer, and how a finding keeps the call."""

    function: str
    checks: list[TraceCheck]
    out: Lines = field(default_factory=Lines)
    shown: str = ""
    returned: bool = False
    """The call that keeps the values of a call for a finding, whose place is `kept`."""

    def finding(self, condition: str, code: Code, what: str, span: Span | None, then: str = "") -> None:
        """Compile a finding, and what follows from it; of one call each is told once."""
        number = len(self.checks)
        self.checks.append(TraceCheck(code, self.function, what, span))
        self.out(f"if (ABIDANCE_UNLIKELY({condition})) {{")
        self.out(f"    uint64_t *kept = abidance_note({number}, stats, from, {int(self.returned)});")
        self.out(f"    if (kept) {self.shown}")
        if then:
            self.out(f"    {then}")
        self.out("}")
