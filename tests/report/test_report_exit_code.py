from __future__ import annotations

import pytest
from report_scenes import NO_CARGO, item

from abidance.core.catalogue import NOT_JUDGED
from abidance.core.diagnostic import Diagnostic
from abidance.core.outcome import Outcome, exit_code

pytestmark = pytest.mark.unit

HELD = item("c", "release")
BROKEN = item("c", "release", outcome=Outcome.FAILED)
ERRORED = item("c", "release", outcome=Outcome.ERRORED, reasons=(NO_CARGO,))
TOOL_MISSING = item("rust", "release", outcome=Outcome.SKIPPED, reasons=(NO_CARGO,))
UNEXPLAINED = item("rust", "release", outcome=Outcome.SKIPPED)
NOT_APPLICABLE = item("c", "tsan", outcome=Outcome.SKIPPED, reasons=(Diagnostic(NOT_JUDGED, "no handles"),))


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([HELD], 0),
        ([HELD, NOT_APPLICABLE], 0),
        ([HELD, BROKEN], 1),
        ([BROKEN, ERRORED, TOOL_MISSING], 1),
        ([HELD, ERRORED], 3),
        ([HELD, TOOL_MISSING], 3),
        ([HELD, UNEXPLAINED], 3),
        ([NOT_APPLICABLE], 5),
        ([], 5),
    ],
)
def test_items_decide(items, code):
    assert exit_code(items) == code


@pytest.mark.parametrize(
    ("items", "stopped", "code"),
    [
        ([HELD], [2], 2),
        ([HELD], [3], 3),
        ([HELD], [3, 2], 2),
        ([BROKEN], [2], 1),
        ([], [5], 5),
        ([HELD], [5], 5),
        ([BROKEN], [5], 1),
    ],
)
def test_contracts_that_could_not_be_run_count(items, stopped, code):
    assert exit_code(items, stopped=stopped) == code


def test_an_interruption_is_never_ok():
    assert exit_code([HELD], interrupted=True) == 3
    assert exit_code([BROKEN], interrupted=True) == 1
    assert exit_code([], interrupted=True) == 3
