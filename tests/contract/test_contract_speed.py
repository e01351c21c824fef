"""Loading is fast enough to happen at every collection."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
import yaml

pytestmark = pytest.mark.unit

FUNCTION = """\
  f{n}:
    summary: One of many.
    params:
      a: {{in: bytes, length: n, nullable: n == 0}}
      n: {{range: [0, 1 << 32]}}
      dst: {{out: bytes, capacity: cap, length: used}}
    returns: {{status: {{ok: [A, B], errors: {{C: it failed}}}}}}
    requires: [len(a) > 0 and n < 100]
    ensures:
      - result == (a in ["x", "y"] and n < 4)
      - implies(not result, cap != 0)
    rejects: [{{when: {{a: null}}, returns: C}}]
    examples: [{{a: x, n: 3, returns: 0}}]
"""


def test_a_hundred_functions_load_in_the_time_that_yaml_alone_takes_in_python(load):
    text = "functions:\n" + "".join(FUNCTION.format(n=n) for n in range(100))

    ours = min(seconds(lambda: load(text)) for _ in range(8))
    theirs = min(seconds(lambda: yaml.compose(text, Loader=yaml.SafeLoader)) for _ in range(4))

    # About the same, or 0.1 s. A ratio, for the machine is another one every time.
    assert ours < 2 * theirs


def seconds(run):
    """Return the processor's time; other processes' work is not counted."""
    start = time.process_time()
    run()
    return time.process_time() - start


@pytest.mark.native
def test_loading_imports_nothing_heavy():
    script = (
        "import sys, abidance.contract.load\n"
        "heavy = {'hypothesis', 'pytest', 'rich', 'pycparser', 'jsonschema', 'ctypes', 'subprocess'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
