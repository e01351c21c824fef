"""`abidance abi`: its own commands, one file each, one table. They have the shape of those in `cli.commands`."""

from __future__ import annotations

from abidance.cli.commands import Command

ABI_COMMANDS: tuple[Command, ...] = (
    Command("check", "hold contracts against their accepted baselines", "check"),
    Command("diff", "compare two headers, libraries, object files or snapshots", "diff"),
    Command("accept", "accept what a boundary is now as its baseline", "accept"),
    Command("snapshot", "write down what a boundary is now", "snapshot"),
)
