"""`abidance abi`: its own commands, one file each, one table. They have the shape of those in `cli.commands`."""

from __future__ import annotations

from abidance.cli.commands import Command

ABI_COMMANDS: tuple[Command, ...] = (
    Command("check", "compare contracts with their accepted baselines", "check"),
    Command("diff", "compare two headers, libraries, object files or snapshots", "diff"),
    Command("accept", "accept the present ABI of a boundary as its baseline", "accept"),
    Command("snapshot", "write the present ABI of a boundary to a file", "snapshot"),
)
