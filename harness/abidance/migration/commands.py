"""The commands that a plan names, as they can be typed in the project's folder."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.evidence.model import ContractEvidence
    from abidance.migration.model import MoveUnit

_FEW = 5
"""No more patterns are written; a unit that needs more is run with all of its contract."""
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class GateCommands:
    """The gate's commands for one contract, of which `names` are all names that `--function` takes."""

    contract: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, evidence: ContractEvidence) -> GateCommands:
        """Return those for a contract whose facts are known."""
        facts = evidence.facts
        assert facts is not None
        names = (
            facts.name,
            *(each.name for each in evidence.subjects),
            *(each.name for each in facts.functions),
        )
        return cls(evidence.contract, tuple(dict.fromkeys(names)))

    @property
    def check(self) -> str:
        """Return what holds contract and header against each other."""
        return self._line("check")

    @property
    def accept(self) -> str:
        """Return what takes the present ABI as the baseline."""
        return self._line("abi", "accept")

    @property
    def gate(self) -> str:
        """Return what compares the ABI with the baseline."""
        return self._line("abi", "check")

    @property
    def map(self) -> str:
        """Return what shows the whole map."""
        return self._line("map")

    def run(self, library: str = "", unit: MoveUnit | None = None) -> str:
        """Return what runs the contract: one library of it or all, one unit or all."""
        words = ["--library", library] if library else []
        for name in self._selected(unit) if unit is not None else ():
            words += ["--function", name]
        return self._line("run", after=words)

    def run_function(self, name: str, *more: str) -> str:
        """Return what runs one function."""
        return self._line("run", after=["--function", name, *more])

    @property
    def coverage(self) -> str:
        """Return what tells which lines are reached."""
        return self._line("coverage")

    def trace(self, library: str) -> str:
        """Return what traces a program, up to the program's own words."""
        return self._line("trace", after=["--library", library, "--"]) + " PROGRAM"

    def replay(self, case: str) -> str:
        """Return what makes a failing call again."""
        return shlex.join(["abidance", "replay", case])

    def _line(self, *command: str, after: Sequence[str] = ()) -> str:
        return shlex.join(["abidance", *command, self.contract, *after])

    def _selected(self, unit: MoveUnit) -> tuple[str, ...]:
        """Return what selects a unit with its handles: names, and what several of its own begin with.

        Nothing where that is the whole contract, or too much to be typed: then all of it is run.
        """
        wanted = sorted({*(each.name for each in unit.functions), *unit.handles})
        others = [name for name in self.names if name not in wanted]
        if not others:
            return ()
        found: list[str] = []
        left = wanted
        while left:
            name = left[0]
            lengths = range(1, len(name) + 1)
            start = next(
                (name[:n] for n in lengths if not any(each.startswith(name[:n]) for each in others)), name
            )
            alike = [each for each in left if each.startswith(start)] or [name]
            found.append(name if len(alike) == 1 else f"{_common(alike[0], alike[-1])}*")
            left = [each for each in left if each not in alike]
        return tuple(found) if len(found) <= _FEW and sum(map(len, found)) <= _LONGEST else ()


def _common(one: str, other: str) -> str:
    """Return what two names begin with; of the first and last of sorted ones, that is what all begin with."""
    for length, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return one[:length]
    return one[: len(other)]
