"""Numbers behind pointers that calls return, in a compiled contract."""

from __future__ import annotations

import re
import sys

import pytest
from built_contract import of_texts
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
from behind_results import CONTRACT, FOUND, HEADER, SOURCE

LEFT = {"nb_find"}
"""What lies behind two pointers is not read in C."""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nb")
    return of_texts(folder, "nb", HEADER, CONTRACT, SOURCE, lambda name: (f"-DWRONG={name}",))


@pytest.mark.parametrize("wrong", [wrong for wrong, (function, _) in FOUND.items() if function not in LEFT])
def test_one_that_is_outside_is_found(wrong, results):
    function, place = FOUND[wrong]
    ended = results.run(wrong, function, 20_000, 1)

    assert ended.returncode != 0
    # One whose result lasts is called twice in a case.
    assert re.search(f"ABD322 {function} step [01]: {re.escape(place)}", ended.stderr)


@pytest.mark.parametrize("function", ["nb_of", "nb_steps", "nb_find"])
def test_others_are_left_alone(function, results):
    ended = results.run("NOTHING", function, 20_000, 1)

    assert (ended.returncode, ended.stderr) == (0, "")
