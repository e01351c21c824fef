"""`abidance doctor`: what this machine has, and what cannot be judged without the rest."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from abidance.cli.parser import Parser
from abidance.core.outcome import ExitCode
from abidance.report.text.chars import one_line
from abidance.report.text.style import Color, Style
from abidance.report.text.table import Cell, columns

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from abidance.run.execution.instruments import Tried
    from abidance.toolchain.doctor import Survey, Tool

_HARMLESS = "nothing, but "
"""How an absence begins that slows things down and switches nothing off."""


def parser() -> Parser:
    """Return the options of the command."""
    return Parser(
        "doctor",
        "",
        "Shows the compilers, sanitizers and tools of this machine, and what cannot be judged without others.",
        example="",
    )


def execute(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Print what was found; return the exit status."""
    from abidance.toolchain.doctor import survey  # noqa: PLC0415 - `--help` asks no compiler

    facts = survey()
    tried: tuple[Tried, ...] = ()
    if facts.compiler:
        from abidance.run.execution.instruments import tried_here  # noqa: PLC0415 - it starts processes

        tried = tried_here(name for name in ("asan", "tsan", "ubsan") if facts.sanitizers.get(name))
    sys.stdout.write("\n".join(screen(facts, Style.of(sys.stdout), tried)) + "\n")
    return ExitCode.OK if facts.compiler else ExitCode.COULD_NOT_JUDGE


def screen(facts: Survey, look: Style, tried: Iterable[Tried] = ()) -> Iterator[str]:
    """Return the lines that show a survey, and the instruments that were tried."""
    tried = tuple(tried)
    lacking = [(each.what, each.switches_off, each.remedy) for each in facts.absences]
    lacking += _off(tried)
    rows = [(name, said or "none") for name, said in (*_facts(facts), *_watching(tried))]
    yield from columns([[Cell(name), Cell(one_line(said))] for name, said in rows], look, indent="")
    yield ""
    if lacking:
        yield "Not here:"
        yield from columns(list(_absent(lacking)), look)
        yield ""
    off = [effect for _, effect, _ in lacking if not effect.startswith(_HARMLESS)]
    if off:
        yield look.paint(f"Everything can be judged here but: {'; '.join(off)}.", Color.WARNING)
    else:
        yield look.paint("Everything can be judged here.", Color.GOOD)


def _facts(facts: Survey) -> Iterator[tuple[str, str]]:
    used = facts.compiler.family if facts.compiler else ""
    yield "cc", _named(sorted(facts.compilers, key=lambda tool: tool.name != used))
    yield "rust", _named(_present(facts, "rustc", "cargo"))
    yield "builds", _named(_present(facts, "cmake", "ninja"))
    alike: dict[tuple[str, ...], list[str]] = {}
    for sanitizer, compilers in facts.sanitizers.items():
        alike.setdefault(compilers, []).append(sanitizer)
    for compilers, sanitizers in alike.items():
        yield " ".join(sanitizers), ", ".join(compilers)
    yield "costs", "time, and instructions one by one" if facts.measures else ""
    yield "profiles", ", ".join(facts.profilers)
    yield "symbols", ", ".join(facts.symbolizers)
    yield "cache", facts.cache


def _watching(tried: Iterable[Tried]) -> Iterator[tuple[str, str]]:
    live = dict.fromkeys(each.instrument.shown for each in tried if not each.missed)
    if live:
        yield "watching", ", ".join(live)


def _off(tried: Iterable[Tried]) -> Iterator[tuple[str, str, str]]:
    for each in tried:
        if each.missed:
            effect = f"judgement where the {each.instrument.shown} must watch: {each.missed}"
            yield each.instrument.shown, effect, each.instrument.remedy


def _absent(lacking: Iterable[tuple[str, str, str]]) -> Iterator[list[Cell]]:
    for what, off, remedy in lacking:
        effect = off.removeprefix(_HARMLESS) if off.startswith(_HARMLESS) else f"no {off}"
        yield [Cell(what), Cell(one_line(effect))]
        yield [Cell(""), Cell(f"help: {one_line(remedy)}")]


def _present(facts: Survey, *names: str) -> list[Tool]:
    return [tool for name in names if (tool := facts.tool(name))]


def _named(tools: Iterable[Tool]) -> str:
    return ", ".join(f"{tool.name} {tool.version}".rstrip() for tool in tools)
