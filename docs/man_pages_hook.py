"""Puts the manual pages into the wheel, so that `man abidance` works where it is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPages(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Writes the pages below `build/`, and has them installed in `share/man`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the pages to what the wheel installs; one that only points here has none."""
        if version == "editable":
            return
        root = Path(self.root)
        spec = importlib.util.spec_from_file_location("make_man_pages", root / "docs" / "make_man_pages.py")
        assert spec is not None
        assert spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        for page in made.write(root / "build" / "man"):
            build_data["shared_data"][str(page)] = f"share/man/man1/{page.name}"
