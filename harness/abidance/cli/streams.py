"""The three standard streams, whatever the process was started with, and what to do when stdout takes no more."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STDIN, _STDOUT, _STDERR = 0, 1, 2


def open_streams() -> None:
    """Put something in the place of streams that were closed.

    The next file that is opened would get the number of a closed one, and a report or a tool's words would go into
    it. What is written to a stdout that was closed fails as it should; what is written to a closed stderr is lost.
    """
    for number in (_STDIN, _STDOUT, _STDERR):
        try:
            os.fstat(number)
        except OSError:
            _occupy(number)
    if sys.stdout is None:
        sys.stdout = _stream(_STDOUT)
    if sys.stderr is None:
        sys.stderr = _stream(_STDERR)


def _occupy(number: int) -> None:
    """Open something under a number: what cannot be written to for stdout, and what can for stderr."""
    try:
        handle = os.open(os.devnull, os.O_RDWR if number == _STDERR else os.O_RDONLY)
    except OSError:
        reading, writing = os.pipe()
        handle, other = (writing, reading) if number == _STDERR else (reading, writing)
        if number != _STDERR:
            os.close(other)
    if handle != number:
        os.dup2(handle, number)
        os.close(handle)
    os.set_inheritable(number, True)


def _stream(number: int) -> IO[str]:
    return open(number, "w", encoding="utf-8", errors="backslashreplace", closefd=False)


class UnwrittenError(OSError):
    """What was to be printed could not be written; other errors of the system's are not about the report."""


class Stdout:
    """The stdout of one command, whose errors are told from those of other files."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write; raises UnwrittenError, or BrokenPipeError when whoever read the report has gone."""
        with _named():
            return self._stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each; raises what `write` does."""
        with _named():
            self._stream.writelines(lines)

    def flush(self) -> None:
        """Hand over what is buffered; raises what `write` does."""
        with _named():
            self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UnwrittenError(error.errno, error.strerror or str(error)) from None


@contextlib.contextmanager
def named_stdout() -> Iterator[None]:
    """Have what is printed in the block go through `Stdout`."""
    before = sys.stdout
    sys.stdout = Stdout(before)
    try:
        yield
    finally:
        sys.stdout = before


def give_up_stdout() -> None:
    """Let go of what could not be written, which Python would try and complain about once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        handle = os.open(os.devnull, os.O_WRONLY)
        os.dup2(handle, sys.stdout.fileno())
        os.close(handle)
