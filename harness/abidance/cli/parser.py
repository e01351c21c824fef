"""argparse, made plain: short help with an example, and usage errors that name the near miss."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from typing import TYPE_CHECKING, NoReturn

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.durations import parse_duration
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from _typeshed import SupportsWrite

_WIDEST = 100
_TELLING = 4  # letters of a word that are more than chance in a sentence
_PROGRAM = "--"


class Parser(argparse.ArgumentParser):
    """The options of one command. What is wrong with them is raised as UsageError, never printed."""

    def __init__(
        self, command: str, usage: str, description: str, *, example: str, starts: bool = False
    ) -> None:
        """With `starts`, the words behind ``--`` are a program and its arguments, and stand in `command`."""
        super().__init__(
            prog=f"abidance {command}",
            usage=f"%(prog)s {usage}".rstrip(),
            description=description,
            epilog=f"example: abidance {command} {example}".rstrip(),
            formatter_class=_Formatter,
            add_help=False,
            allow_abbrev=False,
        )
        self._positionals.title = "arguments"
        self._starts = starts
        self.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)

    def options(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the options that `arguments` give; raises UsageError."""
        words, started = list(arguments), None
        if self._starts:
            at = words.index(_PROGRAM) if _PROGRAM in words else len(words)
            words, started = words[:at], tuple(words[at + 1 :])
        # Intermixed: options may stand between contracts.
        options, unknown = self.parse_known_intermixed_args(words)
        for word in unknown:
            self._refuse(word)
        if started is not None:
            if not started:
                self.error("the program is missing: write `-- COMMAND ...` behind the options")
            options.command = started
        return options

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION,
                message.removeprefix("argument "),
                help=f"`{self.prog} --help` lists the options",
            )
        )

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print help; argparse would pass over that it could not be written."""
        (file or sys.stdout).write(message)

    def _refuse(self, word: str) -> NoReturn:
        option = word.split("=", 1)[0]
        if not option.startswith("-"):
            self.error(f"`{word}` is one argument too many")
        known = [name for action in self._actions for name in action.option_strings]
        letter = self._letter_for(option.lstrip("-"))
        meant = f"did you mean `{letter}`?" if letter else did_you_mean(option, known)
        help_text = meant or f"`{self.prog} --help` lists the options"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, f"there is no option `{option}`", help=help_text))

    def _letter_for(self, word: str) -> str:
        """Return the option that is a letter alone and whose help has this word: `--define` is meant as `-D`."""
        pattern = re.compile(rf"\b{re.escape(word)}")
        found = (
            action.option_strings[0]
            for action in self._actions
            if action.option_strings and all(name[1:2] != "-" for name in action.option_strings)
            if len(word) >= _TELLING and pattern.search(action.help or "")
        )
        return next(found, "")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """As argparse's, but narrow enough to read, and with a metavar shown once."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=min(shutil.get_terminal_size().columns, _WIDEST))

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        metavar = self._format_args(action, action.metavar if isinstance(action.metavar, str) else "")
        return f"{', '.join(action.option_strings)} {metavar}"


def at_least(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` up."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a whole number, not `{text}`") from None
        if number < least:
            raise argparse.ArgumentTypeError(f"expected at least {least}, not {number}")
        return number

    return read


def duration(text: str) -> float:
    """Read seconds, minutes and hours, such as ``90s`` and ``1h30m``."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def seconds(text: str) -> float:
    """Read a number of seconds, or none."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number of seconds, not `{text}`")
    return number


def share(text: str) -> tuple[int, int]:
    """Read a share of all items, such as ``2/8``."""
    from abidance.run.inputs.selection import parse_partition  # noqa: PLC0415

    try:
        return parse_partition(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class OneOf:
    """A reader of one of some names, which shells complete."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def __call__(self, text: str) -> str:
        """Return the name; raises what argparse shows as a mistake."""
        if text in self.names:
            return text
        hint = did_you_mean(text, self.names) or f"choose from {', '.join(self.names)}"
        raise argparse.ArgumentTypeError(f"there is no `{text}`; {hint}")


def one_of(*names: str) -> OneOf:
    """Return a reader of one of `names`."""
    return OneOf(names)
