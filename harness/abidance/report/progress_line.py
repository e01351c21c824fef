"""The live line: what is being tried, how far the run is, and what it found. On a terminal only, on stderr."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from abidance.core.events import CaseRan, ItemFinished, ItemStarted, RunStarted
from abidance.report.record import causes
from abidance.report.remaining import Remaining
from abidance.report.text.chars import one_line
from abidance.report.text.style import is_terminal
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from typing import TextIO

    from rich.live import Live

    from abidance.core.events import Event, ItemId


class RedrawnLine:
    """A line on a terminal that is written anew in place, and is gone before anything else is printed."""

    def __init__(self, stream: TextIO) -> None:
        # A log that keeps every redrawn line helps nobody, even where CI pretends to be a terminal.
        dumb = os.environ.get("TERM") == "dumb" or bool(os.environ.get("CI"))
        self._stream = None if dumb or not is_terminal(stream) else stream
        self._live: Live | None = None

    @property
    def seen(self) -> bool:
        """Tell whether anybody sees it."""
        return self._stream is not None

    def clear(self) -> None:
        """Take the line away; the next one brings it back."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def show(self, words: str) -> None:
        """Put these words in the place of those before."""
        if self._stream is None:
            return
        # rich takes 40 ms to import; who pipes the report never pays for it.
        from rich.console import Console  # noqa: PLC0415
        from rich.live import Live  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        line = Text(words, no_wrap=True, overflow="ellipsis", style="dim")
        if self._live is None:
            self._live = Live(
                line,
                console=Console(file=self._stream),
                transient=True,
                refresh_per_second=10,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        else:
            self._live.update(line)


class LiveLine:
    """Shows progress while items run, and is gone before anything else is printed."""

    def __init__(self, stream: TextIO, *, judges: bool = True) -> None:
        """Show findings as well where it `judges`."""
        self._line = RedrawnLine(stream)
        self._judges = judges
        self._item: ItemId | None = None
        self._done = 0
        self._cases = 0
        self._findings: list[ItemFinished] = []
        self._remaining = Remaining()

    def __call__(self, event: Event) -> None:
        """Show the progress that `event` tells, or make room for what will be printed."""
        if not self._line.seen:
            return
        match event:
            case ItemStarted(item=item):
                self._item, self._cases = item, 0
            case CaseRan(item=item, cases=cases):
                self._item, self._cases = item, cases
            case ItemFinished():
                self._done += event.cases
                self._cases = 0
                self._findings += [event] if event.findings else []
                self._remaining.note(event)
            case _:
                if isinstance(event, RunStarted):
                    self._remaining = Remaining.of(event)
                self.clear()
                return
        self._line.show(self.text())

    def clear(self) -> None:
        """Take the line away; the next item brings it back."""
        self._line.clear()

    def text(self) -> str:
        """Return the line."""
        found = len(causes(self._findings))
        parts = (
            one_line(str(self._item)) if self._item else "",
            self._remaining.words,
            count(self._done + self._cases, "case"),
            count(found, "finding") if self._judges else "",
        )
        return "   ".join(filter(None, parts))
