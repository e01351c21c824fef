"""The functions of the library that a target calls: linked into it, or looked up in one or two shared objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.resolve.freeing import is_libcs

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary, BoundaryFunction


@dataclass(slots=True)
class Symbols:
    """Symbols of the library, each with its number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def function(self, symbol: str) -> str:
        """Return a function of the library that is called now, as a C expression of type `void *`."""
        return f"abidance_called[{self.numbers.setdefault(symbol, len(self.numbers))}]"

    def freer(self, function: BoundaryFunction, boundary: Boundary) -> str:
        """Return a function that frees, as `function` does; the C library's is the target's own, which counts."""
        if is_libcs(function.name, boundary.declarations):
            return "((void *)free)"
        return self.function(function.declaration.symbol)

    @property
    def text(self) -> str:
        """Return the declarations of all."""
        count = max(len(self.numbers), 1)
        declared = "\n".join(
            f'extern void abidance_symbol{n}(void) __asm__("{symbol}");' for symbol, n in self.numbers.items()
        )
        listed = ", ".join(f"(void *)abidance_symbol{n}" for n in self.numbers.values())
        names = ", ".join(f'"{symbol}"' for symbol in self.numbers)
        return f"""
#ifdef ABIDANCE_STATIC
{declared}
static void *abidance_functions[2][{count}] = {{{{{listed}}}}};
#else
static void *abidance_functions[2][{count}];
static const char *const abidance_names[] = {{{names}}};
#endif
enum {{ ABIDANCE_FUNCTIONS = {len(self.numbers)} }};
static void **abidance_called = abidance_functions[0];
"""
