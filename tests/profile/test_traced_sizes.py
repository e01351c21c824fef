"""A profile takes the sizes that a kept trace has seen in production."""

from __future__ import annotations

import pytest

from abidance.cli.codes import codes
from abidance.core.costs import Histogram
from abidance.core.errors import NothingCollectedError
from abidance.core.traces import Traced, TracedFunction, TracedSize
from abidance.history import recorder_of, store_of
from abidance.history.origin import Origin
from abidance.history.past import Past
from abidance.run.profiling.traced_sizes import traced_sizes

pytestmark = pytest.mark.unit

SIZES = (
    TracedSize("data", Histogram.of_counts({16: 90, 512: 10})),
    TracedSize("request.route", Histogram.of([7])),
    TracedSize("out", Histogram.of([64]), written=True),
)


@pytest.fixture(autouse=True)
def _no_git(monkeypatch):
    origin = Origin("a" * 40, changed=False, machine="m")
    monkeypatch.setattr("abidance.history.recorder.origin", lambda _: origin)


def sizes(folder, function, kept):
    contract = folder / "b.contract.yaml"
    recorder = recorder_of(folder, "trace", 9)
    recorder(
        Traced(
            "b", str(contract), "c", ("app",), 1.0, 0, 1, 50.0, (TracedFunction(function, 9, 9, sizes=kept),)
        )
    )
    recorder.close(0)
    with store_of(folder) as store:
        past = Past(store, folder, {code.id: code for code in codes()})
        return traced_sizes(past, folder, contract, "f")


def test_sizes_are_those_of_parameters_that_are_read(tmp_path):
    assert sizes(tmp_path, "f", SIZES) == (("data", 16), ("data", 512))


@pytest.mark.parametrize(("function", "kept"), [("g", SIZES), ("f", SIZES[1:])])
def test_without_a_size_it_is_told_how_to_trace(function, kept, tmp_path):
    with pytest.raises(NothingCollectedError, match="no trace of `f` is kept"):
        sizes(tmp_path, function, kept)
