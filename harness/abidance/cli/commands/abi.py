"""`abidance abi`: the ABI gate, a group of commands."""

from __future__ import annotations

import gc
import importlib
import sys
from typing import TYPE_CHECKING

from abidance.cli.abi import ABI_COMMANDS
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import ModuleType


class Group:
    """Stands for the parser of a command that only has commands of its own."""

    prog = "abidance abi"

    def options(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the options of the command that is named first; raises UsageError."""
        if not arguments or arguments[0] in ("-h", "--help", "help"):
            words = arguments[1:2] if arguments[:1] == ["help"] else []
            if not words:
                sys.stdout.write(_overview())
                raise SystemExit(0 if arguments else 2)
            arguments = [words[0], "--help"]
        module = _module(arguments[0])
        options: argparse.Namespace = module.parser().options(arguments[1:])
        options.module = module
        return options


def parser() -> Group:
    """Return what stands for the options of the group."""
    return Group()


def execute(options: argparse.Namespace) -> int:
    """Run the command; return the exit status.

    Facts are values without cycles, and many: looking for garbage among them again and again is an eighth of the time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        status: int = options.module.execute(options)
    finally:
        if collects:
            gc.enable()
    return status


def _module(name: str) -> ModuleType:
    for command in ABI_COMMANDS:
        if command.name == name:
            return importlib.import_module(f"abidance.cli.abi.{command.module}")
    hint = (
        did_you_mean(name, [command.name for command in ABI_COMMANDS]) or "`abidance abi --help` lists them"
    )
    raise UsageError(Diagnostic(BAD_CONFIGURATION, f"there is no command `abi {name}`", help=hint))


def _overview() -> str:
    width = max(len(command.name) for command in ABI_COMMANDS)
    return "\n".join(
        (
            "usage: abidance abi COMMAND ...",
            "",
            "Reports which changes to a boundary break whom, and blocks their merge.",
            "",
            *(f"  {command.name:<{width}}   {command.summary}" for command in ABI_COMMANDS),
            "",
            "`abidance abi COMMAND --help` tells more.",
            "",
        )
    )
