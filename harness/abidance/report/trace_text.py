"""A trace for people: findings as blocks, then a line for each function, then what it cost and what was not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.costs import PICOSECOND, in_time
from abidance.report.text.block import headline, render
from abidance.report.text.chars import one_line
from abidance.report.text.source import SourceFiles
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.traces import Traced, TracedFunction
    from abidance.report.text.style import Style

_STATUSES = 3
_LONGEST = 60
_HEAD = ("function", "calls", "calls/s", "p50", "p99", "most", "bytes p50", "most", "threads", "results")
_UNITS = ((1 << 30, "G"), (1 << 20, "M"), (1 << 10, "k"))


def text(trace: Traced, look: Style) -> str:
    """Return the report."""
    sources = SourceFiles()
    lines = [_header(trace, look), ""]
    for finding in trace.findings:
        lines += [render(finding.diagnostic, look, sources), ""]
    lines += [_note(note, look) for note in trace.notes]
    lines += [""] if trace.notes else []
    lines += [*_table(trace, look), "", *_samples(trace), *_overhead(trace)]
    lines += [one_line(f"  not judged: {'; '.join(trace.not_judged)}")] if trace.not_judged else []
    return "\n".join((*lines, "", _verdict(trace, look))) + "\n"


def _note(note: Diagnostic, look: Style) -> str:
    """Return what decides nothing on one line, with its place."""
    span = note.span
    place = f"   {look.path(span.path)}:{span.line}" if span is not None else ""
    return one_line(f"{headline(note)}{place}")


def _header(trace: Traced, look: Style) -> str:
    name = look.paint(one_line(trace.boundary), Color.STRONG)
    program = one_line(" ".join(trace.command))
    program = program if len(program) <= _LONGEST else f"{program[: _LONGEST - 3]}..."
    facts = [count(trace.calls, "call"), f"{trace.seconds:,.2f} s"]
    facts += [count(trace.processes, "process").replace("processs", "processes")] * (trace.processes != 1)
    return "   ".join((name, f"`{program}`", ", ".join(facts), one_line(trace.library)))


def _table(trace: Traced, look: Style) -> list[str]:
    sized = any(each.sizes for each in trace.functions)
    promised = [each for each in trace.functions if each.promised]
    rows = [[Cell(word, Color.FRAME, right=index > 0) for index, word in enumerate(_HEAD[:-1])]]
    rows[0].append(Cell(_HEAD[-1], Color.FRAME))
    rows = [*rows, *(_row(each, trace.seconds) for each in promised)] if promised else []
    if not sized:
        rows = [[*row[:6], *row[8:]] for row in rows]
    others = [f"`{each.name}` {each.calls:,}" for each in trace.functions if not each.promised]
    beside = [one_line(f"  counted, not in the contract: {', '.join(others)}")] if others else []
    return [*columns(rows, look), *(["", *beside] if beside else [])]


def _row(function: TracedFunction, seconds: float) -> list[Cell]:
    rate = _short(function.calls / seconds) if seconds else ""
    cells = [one_line(function.name), f"{function.calls:,}", rate]
    if function.time is not None and function.time.count:
        times = (function.time.at(0.5), function.time.at(0.99), function.time.most)
        cells += [_time(each) for each in times]
    else:
        cells += ["", "", ""]
    sizes = max((each.histogram for each in function.sizes), key=lambda each: each.most, default=None)
    cells += [_bytes(sizes.at(0.5)), _bytes(sizes.most)] if sizes is not None else ["", ""]
    cells.append(f"{function.threads}")
    row = [Cell(cell, right=index > 0) for index, cell in enumerate(cells)]
    return [*row, Cell(one_line("; ".join(_results(function))))]


def _results(function: TracedFunction) -> Iterator[str]:
    shown = function.statuses[:_STATUSES]
    rest = sum(each.count for each in function.statuses[_STATUSES:])
    parts = [f"{each.value} {each.count:,}" for each in shown]
    if rest:
        parts.append(f"others {rest:,}")
    if parts and (len(parts) > 1 or shown[0].value != "a pointer"):
        yield ", ".join(parts)
    if function.refused:
        yield f"{function.refused:,} refused"
    if function.untimed:
        yield f"counted only: {function.untimed}"
    elif function.returned < function.calls:
        yield f"{function.calls - function.returned:,} did not come back"


def _samples(trace: Traced) -> list[str]:
    """Return the calls that were sampled, as the contract has examples."""
    lines = []
    for function in trace.functions:
        lines += [one_line(f"      - {example}") for example in function.examples]
        if function.examples:
            lines.insert(len(lines) - len(function.examples), f"  {one_line(function.name)}: examples:")
    return [*lines, ""] if lines else []


def _overhead(trace: Traced) -> Iterator[str]:
    """Yield what tracing cost: a call that does nothing on this machine, and these as far as they were sampled."""
    spent = [(e.overhead, e.calls) for e in trace.functions if e.overhead is not None]
    words = f"  overhead: {in_time(trace.overhead * PICOSECOND)} a call that does nothing"
    if spent:
        total = sum(each * calls for each, calls in spent)
        calls = sum(calls for _, calls in spent)
        words += f"; here {in_time(total / calls * PICOSECOND)} a call, {in_time(total * PICOSECOND)} in all"
    yield words
    if trace.lost:
        yield f"  {count(trace.lost, 'call')} could not be recorded"


def _verdict(trace: Traced, look: Style) -> str:
    ended = f"ended by signal {-trace.status}" if trace.status < 0 else f"exit status {trace.status}"
    program = "" if trace.status == 0 else f"  The program: {ended}."
    if trace.findings:
        where = ", ".join(f"`{name}`" for name in dict.fromkeys(each.function for each in trace.findings))
        words = f"{count(len(trace.findings), 'finding')} in {one_line(where)}."
        return look.paint(words, Color.ERROR) + program
    if not trace.judged:
        words = "nothing was judged: the program calls no function that the contract promises anything of."
        return look.paint(words, Color.WARNING) + program
    return look.paint("ok: no call that the contract forbids was seen.", Color.GOOD) + program


def _time(picoseconds: int) -> str:
    """Return a time, of which what is shorter than the clock can tell is not shown as nothing."""
    return in_time(picoseconds * PICOSECOND) if picoseconds >= 1000 else "< 1 ns"


def _short(number: float) -> str:
    for worth, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= worth:
            return f"{number / worth:.3g}{unit}"
    return f"{number:.3g}"


def _bytes(number: int) -> str:
    for worth, unit in _UNITS:
        if number >= worth:
            return f"{number / worth:.3g}{unit}"
    return f"{number}"
