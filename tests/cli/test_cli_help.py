from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

from abidance import __version__
from abidance.cli import commands
from abidance.cli.commands import COMMANDS

pytestmark = pytest.mark.unit

NAMES = [command.name for command in COMMANDS]
HEAVY = ("hypothesis", "pytest", "yaml", "pycparser", "rich", "elftools")


def test_overview(run, golden):
    ran = run("--help")
    assert (ran.code, ran.err) == (0, "")
    golden("help.txt", ran.out)
    assert run("-h").out == run("help").out == ran.out


@pytest.mark.parametrize("name", NAMES)
def test_help_of_each_command(run, golden, name):
    ran = run(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    golden(f"help_{name}.txt", ran.out)
    assert run("help", name).out == ran.out


def test_no_command_shows_the_overview_and_is_a_mistake(run):
    ran = run()
    assert ran.code == 2
    assert ran.out.startswith("usage: abidance COMMAND")


def test_version(run):
    assert run("--version").out == run("-V").out == f"abidance {__version__}\n"


@pytest.mark.native
@pytest.mark.parametrize("words", [["--help"], ["--version"], *([name, "--help"] for name in NAMES)])
def test_help_imports_nothing_heavy(words):
    code = (
        "import sys; from abidance.cli.main import main\n"
        f"main({words!r})\n"
        f"sys.exit([name for name in {HEAVY} if name in sys.modules] or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.native
def test_the_overview_imports_no_command():
    code = (
        "import sys; from abidance.cli.main import main\n"
        "main(['--help'])\n"
        "sys.exit([name for name in sys.modules if name.startswith('abidance.cli.commands.')] or 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_every_command_module_is_in_the_table():
    modules = {module.name for module in pkgutil.iter_modules(commands.__path__)}
    assert modules == {command.module for command in COMMANDS}
    for command in COMMANDS:
        module = importlib.import_module(f"abidance.cli.commands.{command.module}")
        assert module.parser().prog == f"abidance {command.name}"
        assert callable(module.execute)
