"""The commands that a plan names, as they can be typed in the project's folder."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.migration.model import MoveUnit

_FEW = 4
"""So many functions are named one by one."""


@dataclass(frozen=True, slots=True)
class GateCommands:
    """The gate's commands for one contract, of which `names` are all names that `--function` takes."""

    contract: str
    names: tuple[str, ...]

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

    def trace(self, library: str) -> str:
        """Return what traces a program, up to the program's own words."""
        return self._line("trace", after=["--library", library, "--"]) + " PROGRAM"

    def replay(self, case: str) -> str:
        """Return what makes a failing call again."""
        return shlex.join(["abidance", "replay", case])

    def _line(self, *command: str, after: Sequence[str] = ()) -> str:
        return shlex.join(["abidance", *command, self.contract, *after])

    def _selected(self, unit: MoveUnit) -> tuple[str, ...]:
        """Return what selects a unit with its handles: nothing where that is all, names, or what their names share."""
        wanted = {*(each.name for each in unit.functions), *unit.handles}
        others = [name for name in self.names if name not in wanted]
        if not others:
            return ()
        named = tuple(each.name for each in unit.functions)
        if len(named) + len(unit.handles) <= _FEW:
            return (*named, *unit.handles)
        prefix = _common(min(wanted), max(wanted))
        if prefix and not any(name.startswith(prefix) for name in others):
            return (f"{prefix}*",)
        return (*named, *unit.handles) if len(named) <= 2 * _FEW else ()


def _common(one: str, other: str) -> str:
    """Return what two names begin with; of the first and last of sorted ones, that is what all begin with."""
    for length, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return one[:length]
    return one[: len(other)]
