"""The live line of a campaign: how fast engines are, what they reached, what was found, and the time that is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.durations import clock
from abidance.core.events import Campaigning
from abidance.report.progress_line import RedrawnLine
from abidance.report.text.chars import one_line
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from typing import TextIO

    from abidance.core.events import Event


class CampaignLine:
    """Shows progress while engines run, and is gone before anything else is printed."""

    def __init__(self, stream: TextIO) -> None:
        self._line = RedrawnLine(stream)

    def __call__(self, event: Event) -> None:
        """Show the progress that `event` tells, or make room for what will be printed."""
        if isinstance(event, Campaigning):
            self._line.show(text(event))
        else:
            self.clear()

    def clear(self) -> None:
        """Take the line away; the next event brings it back."""
        self._line.clear()


def text(now: Campaigning) -> str:
    """Return the line."""
    parts = (
        one_line(" ".join(now.running)),
        f"{now.rate:,.0f}/s",
        count(now.executions, "execution"),
        count(now.edges, "edge"),
        f"corpus {now.corpus}",
        count(now.findings, "finding"),
        f"{clock(now.left)} left",
    )
    return "   ".join(filter(None, parts))
