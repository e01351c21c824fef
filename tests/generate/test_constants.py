"""What a seed tries does not depend on which Python modules are imported beside."""

from __future__ import annotations

import importlib.util
import sys

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from abidance.generate.constants import without_constants_of_modules

pytestmark = pytest.mark.unit

NUMBER = 708_090_100
SETTINGS = settings(
    max_examples=500,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def module(tmp_path):
    """What imports a module that stands in nobody's site-packages and has one number."""

    def imported():
        file = tmp_path / "neighbour.py"
        file.write_text(f"LIMIT = {NUMBER}\n")
        spec = importlib.util.spec_from_file_location("neighbour", file)
        loaded = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "neighbour", loaded)
        spec.loader.exec_module(loaded)

    monkeypatch = pytest.MonkeyPatch()
    yield imported
    monkeypatch.undo()


def drawn():
    values = []

    @SETTINGS
    @seed(4)
    @given(st.integers(NUMBER - 2**20, NUMBER + 2**20))
    def draw(value):
        values.append(value)

    draw()
    return values


def test_a_constant_of_a_module_is_not_tried(module):
    with without_constants_of_modules():
        before = drawn()
    module()
    with without_constants_of_modules():
        after = drawn()

    assert after == before
    assert NUMBER not in after


def test_others_have_their_constants(module):
    module()
    with without_constants_of_modules():
        drawn()

    assert NUMBER in drawn()
