"""Coverage as lcov's tracefiles have it, for Codecov, editors and `genhtml` (geninfo(1), "TRACEFILE FORMAT")."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.core.coverage import CoverageReport
    from abidance.core.source_reach import FileReach
    from abidance.report.text.style import Style


def lcov(reports: Sequence[CoverageReport], look: Style) -> str:
    """Return a record for each source file of each library that was counted."""
    lines: list[str] = []
    for report in reports:
        for library in report.libraries:
            for file in library.files:
                lines += _record(f"{report.boundary}_{library.library}", file, look)
    return "".join(f"{line}\n" for line in lines)


def _record(test: str, file: FileReach, look: Style) -> Iterator[str]:
    # A name of a test may have letters, digits and underscores.
    yield f"TN:{''.join(each if each.isalnum() and each.isascii() else '_' for each in test)}"
    yield f"SF:{look.path(file.path)}"
    for function in file.functions:
        yield f"FN:{function.line},{function.name}"
    for function in file.functions:
        yield f"FNDA:{function.count},{function.name}"
    yield f"FNF:{len(file.functions)}"
    yield f"FNH:{file.entered}"
    for branch in file.branches:
        taken = "-" if branch.taken is None else branch.taken
        yield f"BRDA:{branch.line},{branch.condition},{branch.way},{taken}"
    yield f"BRF:{len(file.branches)}"
    yield f"BRH:{file.taken}"
    for line, count in file.lines.items():
        yield f"DA:{line},{count}"
    yield f"LF:{len(file.lines)}"
    yield f"LH:{file.reached}"
    yield "end_of_record"
