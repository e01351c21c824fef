"""The functions of the library that a target calls: linked into it, or looked up in one or two shared objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.binding.stub_source import PREFIX
from abidance.boundary.resolve.freeing import is_libcs
from abidance.native.target.c_text import string
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.binding.stub_files import StubFiles
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction


@dataclass(slots=True)
class Symbols:
    """Symbols of the library, each with its number."""

    stubs: StubFiles | None = None
    """The compiled call stubs of the boundary; None for a target that is to do without this machine's files."""
    numbers: dict[str, int] = field(default_factory=dict)
    _stubs: dict[str, Path] = field(default_factory=dict)

    def stub(self, function: BoundaryFunction) -> str:
        """Return a call through a stub, as a C expression with places for arguments and result.

        Raises NotCompiledError where there is no stub.
        """
        assert function.signature is not None
        if self.stubs is None:
            raise NotCompiledError("its call stub needs the header")
        direct = function.signature.direct
        file = self.stubs.direct if direct else self.stubs.calls
        if file is None:
            raise NotCompiledError("its call stub was not compiled")
        self._stubs[function.name] = file
        number = [*self._stubs].index(function.name)
        callee = "NULL" if direct else self.function(function.declaration.symbol)
        return f"abidance_stubs[{number}]({callee}, {{}}, {{}})"

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
        stubs = ", ".join(
            f'{{{string(str(file).encode())}, "{PREFIX}{name}"}}' for name, file in self._stubs.items()
        )
        return f"""
#ifdef ABIDANCE_STATIC
{declared}
static void *abidance_functions[2][{count}] = {{{{{listed}}}}};
#else
static void *abidance_functions[2][{count}];
static const char *const abidance_names[] = {{{names}}};
#endif
enum {{ ABIDANCE_FUNCTIONS = {len(self.numbers)}, ABIDANCE_STUBS = {len(self._stubs)} }};
static void (*abidance_stubs[{max(len(self._stubs), 1)}])(void *, void **, void *);
static const char *const abidance_stub_names[][2] = {{{stubs or "{NULL, NULL}"}}};
static void **abidance_called = abidance_functions[0];
"""
