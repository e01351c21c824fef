"""Scripts that complete `abidance` in shells.

shtab writes them from the options of the commands. What only a project knows is asked of `abidance completion --ask`
while somebody completes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import shtab

from abidance.cli.codes import codes
from abidance.cli.whole_parser import whole_parser
from abidance.contract.index import clause_names

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_MOST = 200


def script(shell: str) -> str:
    """Return the script for a shell: one that `completion` names."""
    parser = whole_parser()
    for each in _parsers(parser):
        for action in each._actions:  # noqa: SLF001 - argparse has no other way to them
            _mark(action)
    return str(shtab.complete(parser, shell))


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action.choices, dict):
            for each in action.choices.values():
                yield from _parsers(each)


def _mark(action: argparse.Action) -> None:
    """Say how the values of an option or argument are completed."""
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    complete = {
        "CONTRACT": shtab.glob("*.contract.yaml"),
        "HEADER": shtab.glob("*.h", "*.contract.yaml"),
        "OLD": shtab.FILE,
        "NEW": shtab.FILE,
        "FILE": shtab.FILE,
        "PATH|NAME": shtab.FILE,
        "MODULE.py": shtab.FILE,
        "DIR": shtab.DIRECTORY,
        "ID": _asked("cases"),
        "GLOB": _asked("functions"),
        "NAME[=PATH]": _asked("libraries"),
    }.get(metavar)
    if complete is not None:
        action.complete = complete  # type: ignore[attr-defined]
    elif metavar == "WORD":
        action.choices = [
            *(word for code in codes() for word in (code.id, code.name)),
            *sorted(clause_names()),
        ]


def _asked(what: str) -> dict[str, str | dict[str, str]]:
    """Return how the shells ask `abidance completion --ask`; each has the words so far in its own way."""
    name = f"_abidance_{what}"
    ask = f"abidance completion --ask {what}"
    return {
        "bash": name,
        "zsh": f"($({ask} ${{words[@]}} 2>/dev/null))",
        "fish": f"({ask} (commandline -opc) 2>/dev/null)",
        "preamble": {
            "bash": f'{name}() {{\n  compgen -W "$({ask} "${{COMP_WORDS[@]}}" 2>/dev/null)" -- "$1"\n}}'  # of the line
        },
    }


def answers(what: str, words: list[str]) -> list[str]:
    """Return what may be written on a line with these words; nothing where that cannot be told."""
    if what == "cases":
        from abidance.run.findings.case_store import latest  # noqa: PLC0415 - the other answers need none of it

        return latest(Path.cwd(), _MOST)
    from abidance.editor.outline import Pairs  # noqa: PLC0415
    from abidance.editor.outline_reader import read_outline  # noqa: PLC0415

    found: dict[str, None] = {}
    for word in words:
        path = Path(word)
        if not word.endswith(".yaml") or not path.is_file():
            continue
        tree = read_outline(path.read_text(encoding="utf-8", errors="replace"))
        section = tree.below(what) if isinstance(tree, Pairs) else Pairs(0)
        found |= dict.fromkeys(each.key.text for each in section.pairs if each.colon)
    return list(found)
