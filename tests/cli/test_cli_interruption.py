"""A Ctrl-C that comes while Python collects garbage ends the run all the same."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

IN_A_CALLBACK = """
def callback(phase, info):
    gc.callbacks.remove(callback)
    signal.raise_signal(signal.SIGINT)
    sum(range(10))
gc.callbacks.append(callback)
gc.collect()
"""
IN_A_DESTRUCTOR = """
class Ends:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        sum(range(10))
Ends()
"""
PROGRAM = """
import gc, signal, sys, time
from abidance.cli.interruption import persistent_interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)
until = time.monotonic() + 10
try:
    with persistent_interrupts():
        {INTERRUPTED}
        while time.monotonic() < until:
            time.sleep(0.01)
    sys.exit("lost")
except KeyboardInterrupt:
    sys.exit(7)
"""


@pytest.mark.parametrize("where", [IN_A_CALLBACK, IN_A_DESTRUCTOR], ids=["callback", "destructor"])
def test_an_interruption_that_python_drops_comes_again(where):
    program = PROGRAM.replace("{INTERRUPTED}", textwrap.indent(where, " " * 8).strip())
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )

    assert (ran.returncode, ran.stderr) == (7, "")


def test_other_things_that_python_drops_are_still_told():
    where = IN_A_DESTRUCTOR.replace("signal.raise_signal(signal.SIGINT)", "1 // 0")
    program = PROGRAM.replace("{INTERRUPTED}", textwrap.indent(where, " " * 8).strip())
    ran = subprocess.run(
        [sys.executable, "-c", program.replace("+ 10", "+ 0")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert "ZeroDivisionError" in ran.stderr
    assert "lost" in ran.stderr
