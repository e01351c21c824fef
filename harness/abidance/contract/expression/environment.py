"""What an expression is evaluated on: names with values, records with fields."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from abidance.contract.expression.errors import OperationError

CONSTANTS: Mapping[str, object] = {
    "null": None, "None": None, "NULL": None,
    "true": True, "True": True, "false": False, "False": False,
}  # fmt: skip
AFTER_ONLY = frozenset({"result", "errno", "last_error"})


class Environment(Protocol):
    """Gives each name its value; any Mapping will do.

    A value is an int, float, bool, None (null), bytes, a sequence, a record, or any other object, which
    can only be compared with null and with itself. A str counts as its UTF-8 bytes.
    """

    def __getitem__(self, name: str, /) -> object:
        """Return the value, or raise KeyError."""


@runtime_checkable
class RecordValue(Protocol):
    """A struct or union value. A Mapping from field names also counts as one."""

    def get_field(self, name: str) -> object:
        """Return the field's value, or raise KeyError."""


@runtime_checkable
class PlaceValue(Protocol):
    """A pointer of which nothing is looked at but where it leads: two are equal if that is the same place."""

    address: int


class StepValues(dict[str, object]):
    """What a step of a law left, keyed as an expression spells it: `result`, and a parameter `result` as `result_`."""

    __slots__ = ()


CALLS = "calls"
"""The field of a callback that has its invocations."""
CONTENTS = "contents"
"""The field of a callback that has all which it reads, where it is told at which place of that it is to begin."""


class RecordWithBefore(dict[str, object]):
    """A record that has a value of its own before it was written to: what a callback was given, in what it left.

    So has a callback as a whole, whose ``calls`` are those of this call before and after.
    """

    __slots__ = ("before",)

    def __init__(self, after: Mapping[str, object], before: Mapping[str, object]) -> None:
        super().__init__(after)
        self.before = before


class CallbackValue(RecordWithBefore):
    """A callback, with its ``calls``: one is another where its `address` is, whatever their calls were."""

    __slots__ = ("address",)

    def __init__(self, after: Mapping[str, object], before: Mapping[str, object], address: int) -> None:
        super().__init__(after, before)
        self.address = address


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A value that cannot be looked at; an expression that touches it cannot be judged, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class AnotherLives(Unavailable):
    """What stands in a record for a member of a union where another one lives: no part of the record's value."""


@dataclass(frozen=True, slots=True)
class NobodyKnows(Unavailable):
    """What the library alone knows: an expression that touches it says nothing of this call."""


@dataclass(frozen=True, slots=True)
class EachAnswer:
    """What the calls have left that one in a loop stands for, by the values that the loop variables had."""

    answers: Mapping[tuple[int, ...], object]


def spelling(name: str) -> str:
    """Return how an expression writes the C name `name`.

    A word that Python keeps for itself, or that the language uses, takes an underscore: a parameter `in`
    is written `in_`, a parameter `result` is written `result_`. Environments are keyed by this spelling.
    """
    stem = name.rstrip("_")
    taken = keyword.iskeyword(stem) or stem in CONSTANTS or stem in AFTER_ONLY
    return f"{name}_" if taken else name


def declared(name: str) -> str:
    """Return the C name that an expression's `name` stands for: the inverse of `spelling`."""
    shorter = name[:-1]
    return shorter if name.endswith("_") and spelling(shorter) == name else name


def field_of(record: object, name: str) -> object:
    """Return a field of a record value; `name` is as the expression spells it."""
    if record is None:
        raise OperationError(f"null has no field `{name}`")
    try:
        if isinstance(record, Mapping):
            return record[name if isinstance(record, StepValues) else declared(name)]
        if isinstance(record, RecordValue):
            return record.get_field(declared(name))
    except KeyError:
        raise OperationError(f"there is no field `{name}` in this value") from None
    raise OperationError(f"a value that is not a record has no field `{name}`")
