"""All commands as one parser, for what describes them: shell completion and manual pages. No command is run by it."""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING

from abidance.cli.abi import ABI_COMMANDS
from abidance.cli.commands import COMMANDS
from abidance.cli.parser import OneOf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.cli.commands import Command

DESCRIPTION = "Tests C and Rust libraries against one YAML contract."


def whole_parser() -> argparse.ArgumentParser:
    """Return a parser with every command as a subparser."""
    made = argparse.ArgumentParser("abidance", description=DESCRIPTION, allow_abbrev=False)
    made.add_argument("-V", "--version", action="store_true", help="print the version")
    commands = made.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        if command.name == "abi":
            group = commands.add_parser(command.name, help=command.summary, description=command.summary)
            _add(group.add_subparsers(title="commands", metavar="COMMAND"), ABI_COMMANDS, "abidance.cli.abi")
        else:
            _add(commands, [command], "abidance.cli.commands")
    return made


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], listed: Sequence[Command], package: str
) -> None:
    for command in listed:
        own = importlib.import_module(f"{package}.{command.module}").parser()
        made = commands.add_parser(
            command.name,
            help=command.summary,
            usage=own.usage,
            description=own.description,
            epilog=own.epilog,
            formatter_class=own.formatter_class,
            parents=[own],
            add_help=False,
            allow_abbrev=False,
        )
        for action in made._actions:  # noqa: SLF001 - argparse has no other way to them
            if isinstance(action.type, OneOf) and action.choices is None:
                action.choices = action.type.names
