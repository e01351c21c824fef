"""Candidates for how far memory is accessed: what a contract could say of the numbers that a function is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Values = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExtentCandidate:
    """An expression as a contract writes it, what it comes to, and the names in it. `cost` prefers simple ones."""

    text: str
    value: Callable[[Values], int]
    names: tuple[str, ...]
    cost: int


def candidates(names: tuple[str, ...]) -> Iterator[ExtentCandidate]:
    """Yield the candidates over some numbers, simple ones first."""
    for name in names:
        yield from _over(name)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            yield ExtentCandidate(f"{one} * {other}", _product(one, other), (one, other), 6)
            yield ExtentCandidate(f"{one} + {other}", _sum(one, other), (one, other), 7)


def constant(value: int) -> ExtentCandidate:
    """Return the candidate that says the same number always."""
    return ExtentCandidate(str(value), lambda _: value, (), 1)


def _over(name: str) -> Iterator[ExtentCandidate]:
    forms: tuple[tuple[str, Callable[[int], int], int], ...] = (
        ("{}", lambda n: n, 0),
        ("{} + 1", lambda n: n + 1, 2),
        ("{} - 1", lambda n: max(n - 1, 0), 3),
        ("2 * {}", lambda n: 2 * n, 2),
        ("2 * {} + 1", lambda n: 2 * n + 1, 3),
        ("3 * {}", lambda n: 3 * n, 4),
        ("4 * {}", lambda n: 4 * n, 3),
        ("8 * {}", lambda n: 8 * n, 4),
        ("{} // 2", lambda n: n // 2, 4),
        ("({} + 1) // 2", lambda n: (n + 1) // 2, 5),
        ("({} + 7) // 8", lambda n: (n + 7) // 8, 5),
        ("4 * (({} + 2) // 3)", lambda n: 4 * ((n + 2) // 3), 5),
        ("4 * (({} + 2) // 3) + 1", lambda n: 4 * ((n + 2) // 3) + 1, 6),
        ("{} * {}", lambda n: n * n, 6),
    )
    for text, value, cost in forms:
        yield ExtentCandidate(text.replace("{}", name), _of(name, value), (name,), cost)


def _of(name: str, value: Callable[[int], int]) -> Callable[[Values], int]:
    return lambda values: value(max(values[name], 0))


def _product(one: str, other: str) -> Callable[[Values], int]:
    return lambda values: max(values[one], 0) * max(values[other], 0)


def _sum(one: str, other: str) -> Callable[[Values], int]:
    return lambda values: max(values[one], 0) + max(values[other], 0)
