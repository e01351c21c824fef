"""Builds whose code tells what of it is reached, to an engine or by counters: the flags of each compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from abidance.toolchain.source_coverage.counters import GCC, LLVM, link_flag

if TYPE_CHECKING:
    from abidance.toolchain.compiler import Family

Coverage = Literal["", "edges", "guards", "lines"]
"""Nothing, what our own engine and libFuzzer read, what AFL++ reads, or counters that lead to lines of the source."""

# What becomes arithmetic leaves no edge behind.
_GCC_BRANCHES = (
    "-fno-ssa-phiopt",
    "-fno-if-conversion",
    "-fno-if-conversion2",
    "-fno-tree-switch-conversion",
    "--param=logical-op-non-short-circuit=0",
)
# Inlined, they would compare without telling anybody.
_CALLED = ("memcmp", "bcmp", "strcmp", "strncmp", "strcasecmp", "strncasecmp", "strstr", "memmem")
_C_FLAGS: dict[tuple[Family, Coverage], str] = {
    # gcc says where it is, and no more than that: the engine makes edges of it.
    ("gcc", "edges"): "trace-pc,trace-cmp",
    ("clang", "edges"): "inline-8bit-counters,pc-table,trace-cmp",
    ("clang", "guards"): "trace-pc-guard",
}
_COUNTING: dict[Family, tuple[str, ...]] = {
    # Apart, so that the linker can put all of them together.
    "gcc": ("-fprofile-arcs", "-ftest-coverage", "-fdata-sections"),
    "clang": ("-fprofile-instr-generate", "-fcoverage-mapping"),
}
_RUST_FLAGS: dict[Coverage, tuple[str, ...]] = {
    "edges": ("inline-8bit-counters", "pc-table", "trace-compares"),
    "guards": ("trace-pc-guard",),
}


def coverage_flags(family: Family, coverage: Coverage) -> tuple[str, ...]:
    """Return what gcc or clang gets for each C and C++ file; nothing where it has no such coverage."""
    if coverage == "lines":
        return _COUNTING[family]
    kinds = _C_FLAGS.get((family, coverage))
    if kinds is None:
        return ()
    branches = _GCC_BRANCHES if family == "gcc" else ()
    return (f"-fsanitize-coverage={kinds}", *branches, *(f"-fno-builtin-{name}" for name in _CALLED))


def counter_link_flags(family: Family) -> tuple[str, ...]:
    """Return what the linker gets for a library with counters."""
    return tuple(filter(None, [link_flag(GCC if family == "gcc" else LLVM)]))


def rust_coverage_flags(coverage: Coverage) -> tuple[str, ...]:
    """Return what rustc gets; they are options of LLVM, or else its own, which the stable compiler takes as well."""
    if coverage == "lines":
        return ("-Cinstrument-coverage", *(f"-Clink-arg={flag}" for flag in counter_link_flags("clang")))
    kinds = _RUST_FLAGS.get(coverage, ())
    words = ["-Cpasses=sancov-module", "-Cllvm-args=-sanitizer-coverage-level=3"] if kinds else []
    return (*words, *(f"-Cllvm-args=-sanitizer-coverage-{kind}" for kind in kinds))
