"""Does what a page says, in a folder of its own, and holds the page to what comes of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from literal_pages import blocks, changed, commands
from shown_output import cases, difference, matches, plain

from own_objects import with_own_objects

_OF_THIS_RUN = ("PYTEST_", "COV_", "ABIDANCE_", "HYPOTHESIS_")
_STOP = 240


class Reader:
    """Somebody who follows pages in `folder`, with the abidance of this environment on the PATH."""

    def __init__(self, folder, cache):
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(_OF_THIS_RUN)
        }
        self.environment |= {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "ABIDANCE_CACHE_DIR": str(with_own_objects(cache)),
            "COLUMNS": "80",
            # Readers have the phase; that it takes its whole budget shows on no page.
            "ABIDANCE_EXPLORE": "0.1",
            # From some seeds the smallest call holds another letter than the page shows.
            "PYTEST_ADDOPTS": "--hypothesis-seed=1",
        }
        for name in ("CI", "CC", "CFLAGS"):
            self.environment.pop(name, None)
        self.case_ids = {}

    def write(self, page):
        """Make a page's files and changes, and type none of its commands."""
        for block in blocks(page):
            self._make(block)

    def follow(self, page, runner=None, typed=lambda command: command):
        """Make the files, type the commands, and compare what is printed with what is shown.

        `runner` runs the workflows of what is pushed, where a page shows what comes of them. `typed` returns what
        is typed for a command: None where that is not to be.
        """
        for block in blocks(page):
            self._make(block)
            for command in filter(None, map(typed, commands(block))):
                self.type(command, page)
            if block.check:
                self._check(block, runner.check(block.check.branch, block.check.workflow), page)

    def follow_sessions(self, page):
        """Type the commands of which a page shows what they print, and leave its files alone."""
        for block in blocks(page):
            for command in commands(block):
                if command.shown is not None:
                    self.type(command, page)

    def type(self, command, page):
        """Run one command as typed, but for case ids, which are those of this machine."""
        typed = command.typed
        for shown, real in self.case_ids.items():
            typed = typed.replace(shown, real)
        ran = self.run(typed)
        where = f"{page.name}:{command.line}: $ {typed}"
        assert ran.returncode == command.status, f"{where}\nexit {ran.returncode}\n{ran.stdout}"
        if command.shown is not None:
            self._compare(command.shown, ran.stdout, where)

    def run(self, typed):
        """Run a line as a shell does and return how it ended."""
        return subprocess.run(
            ["bash", "-c", typed],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_STOP,
            check=False,
        )

    def _check(self, block, check, page):
        where = f"{page.name}:{block.line}: {block.check.workflow} on {block.check.branch}"
        assert check.passed == block.check.passes, f"{where}\n{check.log}\n{check.summary}"
        self._compare(block.text, check.annotations, where)

    def _compare(self, shown, printed, where):
        self.case_ids |= dict(zip(cases(shown), cases(printed), strict=False))
        for theirs, ours in self.case_ids.items():
            printed = printed.replace(ours, theirs)
        wanted, had = plain(shown), plain(printed, self.folder)
        assert matches(wanted, had), f"{where}\n{difference(wanted, had)}"

    def _make(self, block):
        if not block.file:
            return
        path = self.folder / block.file
        if block.language == "diff":
            path.write_text(changed(path.read_text(), block.text))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
