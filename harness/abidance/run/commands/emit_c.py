"""The C program for a kept failing call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.run.commands.replay import run_again
from abidance.run.emit_c.compare import one_side
from abidance.run.emit_c.program import program_lines
from abidance.run.findings import case_store

if TYPE_CHECKING:
    from abidance.run.inputs.settings import Settings


def emit_c(case_id: str, settings: Settings, file: str = "") -> str:
    """Return the C program for a stored case, to be kept as `file`; raises UsageError as `replay` does.

    Of two libraries that were compared, the program is about the one that `one_side` says.
    """
    again, against = one_side(run_again(case_store.load(settings.root, case_id), settings))
    return "\n".join(program_lines(again, against, file or f"{again.stored.id}.c")) + "\n"
