"""A contract as one C file with libFuzzer's entry points: it calls the library as the contract says, and judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.native.target.program import compile_boundary
from abidance.native.target.reasons import Left
from abidance.native.target.source_text import source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.boundary import Boundary


@dataclass(frozen=True, slots=True)
class Target:
    """A contract in C. Its `entries` are functions and handles; `left` is what was not compiled, and why."""

    source: str
    entries: tuple[str, ...]
    dictionary: tuple[bytes, ...]
    left: tuple[Left, ...]


def emit(boundary: Boundary, entries: Iterable[str] | None = None, *, portable: bool = False) -> Target:
    """Return the target of a boundary, or of some of its functions and handles.

    A function of which a parameter, or a precondition, has no meaning in C stays out, with its reason in `left`. What
    is `portable` names no file of this machine, and leaves out what is called through a stub.
    """
    compiled = compile_boundary(boundary, entries, portable=portable)
    return Target(
        source(compiled),
        tuple(entry.name for entry in compiled.entries),
        tuple(compiled.tables.dictionary),
        compiled.left,
    )


__all__ = ["Left", "Target", "emit"]
