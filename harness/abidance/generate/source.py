"""Where choices come from: Hypothesis, which searches and shrinks, or always the simplest one.

Values are made by one piece of code, whoever chooses. The first of several options is the simplest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, NoSuchExample, Unsatisfiable
from hypothesis.statistics import collector

from abidance.generate.constants import without_constants_of_modules

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[object]], Any]


class UnlawfulDrawError(Exception):
    """The values that were chosen make no valid call; others may."""


class ChoiceSource(Protocol):
    """Makes choices. Bounds are inclusive."""

    def integer(self, low: int, high: int) -> int:
        """Return a number."""
        ...

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, of which there is at least one."""
        ...

    def flag(self) -> bool:
        """Return true or false."""
        ...

    def binary(self, low: int, high: int) -> bytes:
        """Return between `low` and `high` bytes."""
        ...

    def text(self, low: int, high: int, codec: str) -> str:
        """Return between `low` and `high` characters of a codec, none of them NUL."""
        ...

    def real(self, low: float, high: float, width: int) -> float:
        """Return a number of 32 or 64 bits; also NaN when both bounds are infinite."""
        ...

    def drawn(
        self, strategy: st.SearchStrategy[T], otherwise: Callable[[ChoiceSource], T] | None = None
    ) -> T:
        """Return a value of a strategy; `otherwise` makes one where nothing draws from strategies."""
        ...


class Drawn:
    """Choices of Hypothesis, through the `draw` of a composite strategy."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """Return a number."""
        chosen: int = self._draw(_integers(low, high))
        return chosen

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[0] if len(options) == 1 else options[self._draw(_indexes(len(options)))]

    def flag(self) -> bool:
        """Return true or false."""
        return bool(self._draw(_FLAGS))

    def binary(self, low: int, high: int) -> bytes:
        """Return between `low` and `high` bytes."""
        raw: bytes = self._draw(_binary(low, high))
        return raw

    def text(self, low: int, high: int, codec: str) -> str:
        """Return between `low` and `high` characters."""
        text: str = self._draw(_text(low, high, codec))
        return text

    def real(self, low: float, high: float, width: int) -> float:
        """Return a number of 32 or 64 bits."""
        number: float = self._draw(_reals(low, high, width))
        return number

    def drawn(self, strategy: st.SearchStrategy[T], otherwise: object = None) -> T:  # noqa: ARG002 - strategies are drawn from
        """Return a value of a strategy."""
        value: T = self._draw(strategy)
        return value


class Simplest:
    """Always the simplest choice."""

    def integer(self, low: int, high: int) -> int:
        """Return the number nearest to zero."""
        return max(low, min(0, high))

    def pick(self, options: Sequence[T]) -> T:
        """Return the first option."""
        return options[0]

    def flag(self) -> bool:
        """Return false."""
        return False

    def binary(self, low: int, high: int) -> bytes:  # noqa: ARG002 - the longest is never the simplest
        """Return as few zero bytes as can be."""
        return bytes(low)

    def text(self, low: int, high: int, codec: str) -> str:  # noqa: ARG002 - every codec has an `a`
        """Return as few letters as can be."""
        return "a" * low

    def real(self, low: float, high: float, width: int) -> float:  # noqa: ARG002 - zero fits both
        """Return the number nearest to zero."""
        return float(max(low, min(0.0, high)))

    def drawn(self, strategy: st.SearchStrategy[T], otherwise: object = None) -> T:  # noqa: ARG002 - strategies are drawn from
        """Return what the strategy holds for the simplest."""
        value: T = simplest_of(strategy)
        return value


@lru_cache(1024)
def simplest_of(strategy: st.SearchStrategy[T]) -> T:
    """Return the simplest value of a strategy, the same one every time; raises InvalidArgument where it has none."""
    try:
        # Under pytest, statistics are those of what is put to the test.
        with without_constants_of_modules(), collector.with_value(None):
            return find(strategy, lambda _: True, settings=_FIND)
    except (NoSuchExample, Unsatisfiable):
        raise InvalidArgument("it has no values") from None


_FIND = settings(
    max_examples=50,
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
# Making and validating a strategy takes longer than drawing from it, so those that were made are kept.
_FLAGS = st.booleans()
_KEPT = 4096


@lru_cache(_KEPT)
def _indexes(count: int) -> st.SearchStrategy[int]:
    # Not `integers`: Hypothesis copies what it drew from one strategy to other places that draw from the same,
    # and an index makes a poor number. It would spend half of its calls on that.
    return st.sampled_from(range(count))


@lru_cache(_KEPT)
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@lru_cache(_KEPT)
def _binary(low: int, high: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=low, max_size=high)


@lru_cache(_KEPT)
def _text(low: int, high: int, codec: str) -> st.SearchStrategy[str]:
    # By `codec`, Hypothesis would encode each of a million characters to know which it has: a second of every process.
    last = 0x7F if codec == "ascii" else None
    letters = st.characters(min_codepoint=1, max_codepoint=last, exclude_categories=["Cs"])
    return st.text(letters, min_size=low, max_size=high)


@lru_cache(_KEPT)
def _reals(low: float, high: float, width: int) -> st.SearchStrategy[float]:
    size: Any = width
    if low == float("-inf") and high == float("inf"):
        return st.floats(width=size)
    return st.floats(low, high, width=size)
