"""Kinds of value with a unit, and dates."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import Define, Schema, ValueKind
from abidance.contract.source.nodes import Node, ScalarNode

if TYPE_CHECKING:
    from abidance.contract.language.reader import ContractReader


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with a unit, in seconds, in calls per second, or as a fraction of one."""

    value: float
    text: str


@dataclass(frozen=True)
class Quantity(ValueKind):
    """A number with one of some units; each unit has its worth in the model's unit."""

    units: tuple[tuple[str, float], ...]

    @property
    def _pattern(self) -> str:
        units = "|".join(re.escape(unit) for unit, _ in self.units)
        return rf"^(\d+(?:\.\d+)?) ?({units})$"

    def read(self, node: Node, reader: ContractReader) -> Measure | None:
        """Return the quantity."""
        found = re.search(self._pattern, node.text) if isinstance(node, ScalarNode) else None
        if found:
            return Measure(float(found[1]) * dict(self.units)[found[2]], found[0])
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return text of this form."""
        return {"type": "string", "pattern": self._pattern}


@dataclass(frozen=True)
class Date(ValueKind):
    """A day."""

    _: KW_ONLY
    words: str = "a date such as `2027-06-30`"

    def read(self, node: Node, reader: ContractReader) -> dt.date | None:
        """Return the day."""
        try:
            if isinstance(node, ScalarNode) and re.fullmatch(r"\d{4}-\d\d-\d\d", node.text):
                return dt.date.fromisoformat(node.text)
        except ValueError:
            pass  # such as 2027-02-30
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return text of this form."""
        return {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}


@dataclass(frozen=True)
class Fraction(ValueKind):
    """A part of one, such as ``1e-9``."""

    _: KW_ONLY
    words: str = "a number between 0 and 1, such as `1e-9`"

    def read(self, node: Node, reader: ContractReader) -> float | None:
        """Return the number."""
        try:
            number = float(node.text) if isinstance(node, ScalarNode) else -1.0
        except ValueError:
            number = -1.0
        if 0 < number < 1:
            return number
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return a number between 0 and 1, which some YAML readers take for text when it has an exponent."""
        return {"type": ["number", "string"], "exclusiveMinimum": 0, "exclusiveMaximum": 1}


@dataclass(frozen=True)
class Factor(ValueKind):
    """How many times something, such as ``1.1``."""

    _: KW_ONLY
    words: str = "a number above 0, such as `1.1`"

    def read(self, node: Node, reader: ContractReader) -> float | None:
        """Return the number."""
        try:
            number = float(node.text) if isinstance(node, ScalarNode) else 0.0
        except ValueError:
            number = 0.0
        if 0 < number < float("inf"):
            return number
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return a number above 0."""
        return {"type": "number", "exclusiveMinimum": 0}


@dataclass(frozen=True)
class Seconds(ValueKind):
    """A number of seconds, or none."""

    _: KW_ONLY
    words: str = "a number of seconds, such as `2` or `0.5`"

    def read(self, node: Node, reader: ContractReader) -> float | None:
        """Return the number."""
        try:
            number = float(node.text) if isinstance(node, ScalarNode) else -1.0
        except ValueError:
            number = -1.0
        if 0 <= number < float("inf"):
            return number
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return a number from 0."""
        return {"type": "number", "minimum": 0}


DURATION = Quantity(
    (("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3)), words="a time such as `250ns`, `1us` or `2ms`"
)
RATE = Quantity((("/s", 1), ("k/s", 1e3), ("M/s", 1e6), ("G/s", 1e9)), words="a rate such as `5M/s`")
PERCENT = Quantity((("%", 0.01),), words="a share such as `2%`")
DATE = Date()
FRACTION = Fraction()
FACTOR = Factor()
SECONDS = Seconds()
