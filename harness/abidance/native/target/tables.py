"""What all functions of a target share: constant tables, the kinds of handles, and the texts of the dictionary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.generate.hints import LONGEST_WORD
from abidance.native.target.c_text import integer, real, string

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence


@dataclass(slots=True)
class Tables:
    """Constant arrays of the target, each declared once, by what is in them."""

    declarations: list[str] = field(default_factory=list)
    dictionary: dict[bytes, None] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    """The handles that functions take or make, each with its number."""
    functions: dict[str, int] = field(default_factory=dict)
    """The functions that are given handles, each with its number."""
    untils: dict[tuple[str, ...], int] = field(default_factory=lambda: {(): 0})
    """The sets of functions whose calls end what handles are there for, each with its number."""
    _names: dict[tuple[object, ...], str] = field(default_factory=dict)

    def kind(self, handle: str) -> int:
        """Return the number of a kind of handle."""
        return self.kinds.setdefault(handle, len(self.kinds))

    def function(self, name: str) -> int:
        """Return the number of a function that is given handles."""
        return self.functions.setdefault(name, len(self.functions))

    def until(self, names: tuple[str, ...]) -> int:
        """Return the number of a set of functions."""
        return self.untils.setdefault(names, len(self.untils))

    def numbers(self, values: Sequence[int]) -> str:
        """Return the name of an array of numbers; NULL for none."""
        return self._table("abidance_int", "numbers", tuple(values), [integer(v) for v in values])

    def reals(self, values: Sequence[float]) -> str:
        """Return the name of an array of floating-point numbers; NULL for none."""
        return self._table("double", "reals", tuple(map(str, values)), [real(v) for v in values])

    def texts(self, values: Sequence[bytes]) -> str:
        """Return the name of an array of texts; NULL for none."""
        self.dictionary.update(dict.fromkeys(value for value in values if 0 < len(value) <= LONGEST_WORD))
        items = [f"{{{string(value)}, {len(value)}}}" for value in values]
        return self._table("abidance_text", "texts", tuple(values), items)

    def flags(self, values: Sequence[int]) -> str:
        """Return the name of an array of bytes."""
        return self._table("unsigned char", "flags", tuple(values), [str(v) for v in values])

    def declared(self, stem: str, key: Hashable, declare: Callable[[str], Iterable[str]]) -> str:
        """Return the name of what is declared once for a key; `declare` gets that name."""
        if (stem, key) not in self._names:
            name = self._names[stem, key] = f"abidance_{stem}{len(self._names)}"
            self.declarations += declare(name)
        return self._names[stem, key]

    def _table(self, type_: str, stem: str, values: tuple[object, ...], items: list[str]) -> str:
        if not values:
            return "NULL"
        key = (stem, *values)
        if key not in self._names:
            name = self._names[key] = f"abidance_{stem}{len(self._names)}"
            self.declarations.append(f"static const {type_} {name}[] = {{{', '.join(items)}}};")
        return self._names[key]
