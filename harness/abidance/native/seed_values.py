"""What a case has at the places that an input says something of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from abidance.boundary.model.values import Earlier, NewHandle
from abidance.contract.expression import EvaluationError, declared, spelling
from abidance.native.script_seeds import MISSING, NoInputError
from abidance.native.target import input_format as fmt
from abidance.native.target.tagged_pointers import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.model.types import Shape


def refusal_byte(refuses: int) -> int:
    """Return the byte that says which block a call is refused, below 0 with all after it; raises NoInputError."""
    if abs(refuses) > fmt.DENIED:
        raise NoInputError
    return fmt.DENIES + 2 * (abs(refuses) - 1) + (refuses < 0) if refuses else 0


def alternative_told(step: fmt.ToldAlternative, numbers: dict[fmt.Path, int]) -> int:
    """Return which alternative of a union a tag says, of which the numbers are written by now; -1 for none."""
    tag = step.variant.tag
    paths = [tag.sole_name.split(".")] if tag.sole_name else [[declared(each)] for each in sorted(tag.names)]
    found = {path[-1]: numbers.get((*step.around, *path)) for path in paths}
    if tag.sole_name:
        told: object = found[paths[0][-1]]
    else:
        seen = {spelling(name): number for name, number in found.items() if number is not None}
        try:
            told = tag.evaluate({**step.variant.constants, **seen})
        except EvaluationError:
            raise NoInputError from None
    if not isinstance(told, int):
        raise NoInputError
    which = step.variant.alternative(told)
    return -1 if which is None else which


def place_among(value: object, among: Sequence[object], *, sampled: bool) -> int:
    """Return where a value stands; one of a strategy that is none of those drawn from it has another's place."""
    if value in among:
        return among.index(value)
    if not sampled:
        raise NoInputError
    return crc32(repr(value).encode()) % len(among)


def value_at(values: object, path: fmt.Path | None) -> object:
    """Return the value at a path; of a handle, what its fields are set to."""
    found = values
    for name in path or ():
        if isinstance(found, NewHandle | Earlier):
            found = found.state
        field_ = name_of(name)
        if name and not field_:
            continue  # a parameter that is one of several pointers
        if not isinstance(found, dict) or field_ not in found:
            return MISSING
        found = found[field_]
    return found


def no_pointer(_shape: Shape, _value: object, _at: int, _path: str, _around: object) -> None:
    """Leave a pointer out: there is none where any bytes will do."""
