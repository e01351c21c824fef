"""Builds: the ways one library is compiled, named in a contract's `builds:`, and the flags they stand for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean
from abidance.toolchain.coverage import coverage_flags

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.toolchain.compiler import Family
    from abidance.toolchain.coverage import Coverage

Optimization = Literal["release", "debug", "sanitized"]

DEFAULT_BUILDS = ("release", "asan+ubsan")
PREBUILT = "prebuilt"
SANITIZERS = ("asan", "ubsan", "tsan")

_SPEED: dict[Optimization, tuple[str, ...]] = {
    "release": ("-O2", "-g", "-DNDEBUG"),
    "debug": ("-O0", "-g"),
    # No -DNDEBUG: this build is there to notice, and the project's own asserts notice too.
    "sanitized": ("-O1", "-g"),
}
# What is optimized has no lines of its own.
_AS_WRITTEN: dict[Optimization, tuple[str, ...]] = {
    "release": ("-O0", "-g", "-DNDEBUG"),
    "debug": ("-O0", "-g"),
    "sanitized": ("-O0", "-g"),
}
_GROUPS = {
    "asan": ("address",),
    # Neither gcc nor clang counts an out-of-range double to int conversion to `undefined`.
    "ubsan": ("undefined", "float-cast-overflow"),
    "tsan": ("thread",),
}


@dataclass(frozen=True, slots=True)
class Build:
    """One way to compile. `name` is as the user spelled it; two spellings of one build are one `key`.

    With `coverage`, which no name in a contract asks for, the code tells what of it is reached.
    """

    name: str
    optimization: Optimization
    sanitizers: frozenset[str]
    coverage: Coverage = ""

    def covered(self, coverage: Coverage) -> Build:
        """Return the same build with coverage."""
        return replace(self, name=f"{self.name} with coverage", coverage=coverage) if coverage else self

    @property
    def key(self) -> str:
        """Return the build's name in the one order that caches use."""
        parts = [] if self.optimization == "sanitized" else [self.optimization]
        return "+".join((*parts, *sorted(self.sanitizers), *([self.coverage] if self.coverage else [])))

    def compile_flags(self, family: Family) -> tuple[str, ...]:
        """Return what gcc or clang gets for each C and C++ file."""
        covered = coverage_flags(family, self.coverage)
        if self.coverage == "lines":
            return (*_AS_WRITTEN[self.optimization], *covered)
        if not self.sanitizers:
            return (*_SPEED[self.optimization], *covered)
        flags = (*_SPEED[self.optimization], self._groups(), "-fno-sanitize-recover=all")
        if family == "clang" and "ubsan" in self.sanitizers:
            # It reads 8 bytes before the callee: before a libffi closure, those may not be mapped.
            flags += ("-fno-sanitize=function",)
        if family == "clang":
            flags += ("-grecord-gcc-switches",)  # gcc notes its options of itself: `dwarf.flags` reads them
        return (*flags, "-fno-omit-frame-pointer", *covered)

    def link_flags(self, family: Family) -> tuple[str, ...]:
        """Return what the linker gets for shared objects."""
        if not self.sanitizers:
            return ()
        # clang leaves its runtime out of shared objects, which fails in projects that link with -z defs.
        # Its shared tsan runtime cannot be preloaded everywhere (clang 14: SIGSEGV), so that one stays out.
        shared = family == "clang" and "tsan" not in self.sanitizers
        return (self._groups(), *(("-shared-libsan",) if shared else ()))

    def _groups(self) -> str:
        return f"-fsanitize={','.join(group for name in sorted(self.sanitizers) for group in _GROUPS[name])}"


def parse_build(name: str, span: Span | None = None) -> Build:
    """Return the build called `name`: `release`, `debug`, or sanitizers joined by ``+``.

    `debug+asan` and `release+ubsan` say both; sanitizers alone are built with ``-O1`` and asserts kept.
    Raises UsageError for a name that means nothing, and for sanitizers that exclude each other.
    """
    parts = name.split("+")
    for part in parts:
        if part not in {"release", "debug", *SANITIZERS}:
            raise _unknown(name, part, span)
    speeds = [part for part in parts if part in {"release", "debug"}]
    sanitizers = frozenset(parts) & frozenset(SANITIZERS)
    if len(parts) != len(set(parts)) or len(speeds) > 1:
        raise _usage(f"the build `{name}` says a thing twice, or `release` and `debug` at once", span)
    if {"asan", "tsan"} <= sanitizers:
        raise _usage(
            f"the build `{name}` asks for `asan` and `tsan`, which exclude each other",
            span,
            remedy="write them as two builds",
        )
    optimization: Optimization = "debug" if "debug" in speeds else "release" if speeds else "sanitized"
    return Build(name, optimization, sanitizers)


def _unknown(name: str, part: str, span: Span | None) -> UsageError:
    if part == "msan":
        return _usage(
            "`msan` is no build: MemorySanitizer has no runtime that can be loaded into Python", span
        )
    if part == PREBUILT:
        return _usage("`prebuilt` is no build to ask for: it is what `path` and `name` libraries have", span)
    known = ("release", "debug", *SANITIZERS)
    whole = f" in `{name}`" if part != name else ""
    return _usage(
        f"unknown build `{part}`{whole}",
        span,
        remedy=did_you_mean(part, known) or f"builds are made of {', '.join(known)}, joined by `+`",
    )


def _usage(message: str, span: Span | None, remedy: str | None = None) -> UsageError:
    labels = (Label(span),) if span else ()
    return UsageError(Diagnostic(BAD_CONFIGURATION, message, labels=labels, help=remedy))
