"""A contract that says everything there is to say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from abidance.contract.language.clauses import Clauses, table
from abidance.contract.load import load_text
from abidance.contract.model import Contract

pytestmark = pytest.mark.unit

HERE = Path(__file__).parent
WHOLE = HERE / "whole_language.yaml"


@pytest.fixture(scope="module")
def contract():
    return load_text(WHOLE.read_text(encoding="utf-8"), WHOLE)


def used(value, found):
    """Collect which clauses a part of the model has."""
    if isinstance(value, Clauses):
        found.setdefault(type(value), set()).update(value.places.keys)
        for clause in table(type(value)).values():
            used(getattr(value, clause.attribute), found)
            if clause.rest:
                found[type(value)].add(clause.key)
    elif isinstance(value, dict):
        for item in value.values():
            used(item, found)
    elif isinstance(value, tuple):
        for item in value:
            used(item, found)
    return found


def test_no_clause_is_left_out_here(contract):
    found = used(contract, {})

    missing = {
        (record.__name__, key) for record, keys in found.items() for key in table(record).keys() - keys
    }
    assert missing == {
        ("Contract", "prefix"),  # `select` is there
    }


def test_paths_start_at_the_contract(contract):
    assert contract.header == HERE / "everything.h"
    assert contract.include_dirs == (HERE / "include", Path("/usr/include"))
    assert contract.libraries["shipped"].path == HERE.parent / "build" / "libeverything.so.1"
    assert contract.libraries["bazel"].artifact == HERE / "bazel-bin" / "e" / "libe.so"


def test_libraries_know_their_kind(contract):
    kinds = {name: library.kind for name, library in contract.libraries.items()}

    assert kinds == {"c": "cmake", "rust": "cargo", "shipped": "path", "system": "name", "bazel": "command"}
    assert [name for name, library in contract.libraries.items() if library.prebuilt] == ["shipped", "system"]
    assert contract.libraries["system"].soname == "z"
    assert contract.libraries["bazel"].command == ("bazel", "build", "-j", "4", "//e:e")
    assert contract.libraries["rust"].options == {"features": ("fast",), "default_features": False}
    assert contract.libraries["c"].cmake.source == HERE / "native"
    assert contract.libraries["c"].options == {
        "defines": {"EV_FAST": "ON", "EV_SLOTS": "8"},
        "preset": "ci",
        "toolchain": HERE / "native" / "gcc.cmake",
    }
    assert contract.libraries["shipped"].options == {"links": ("z", f"{HERE}/../build/libmore.a")}


def test_macros_are_text(contract):
    assert {str(name): text for name, text in contract.defines.items()} == {
        "PLAIN": "1",
        "NUMBER": "3",
        "TEXT": "a b",
    }


def test_types_and_handles(contract):
    record = contract.types["ev_record"]

    assert contract.types["ev_kind"].enum == "closed"
    assert contract.types["struct timeval"].layout.size.evaluate({}) == 16
    assert {str(name): offset.text for name, offset in record.layout.offsets.items()} == {
        "name": "0",
        "name_len": "EV_OFFSET",
    }
    assert record.fields["name"].nullable.text == "name_len == 0"
    assert [bound.text for bound in record.fields["name_len"].range] == ["0", "EV_MAX - 1"]
    assert contract.handles["view"].type.text == "ev_view *"
    (put,), (flush,) = contract.handles["ev_store"].prepare
    assert (put.text, flush.text) == ("ev_put", "ev_flush")


def test_an_empty_promise_is_a_promise(contract):
    assert contract.functions["ev_nothing"].params == {}
    assert contract.functions["ev_nothing"].returns is None


def test_parameters(contract):
    params = contract.functions["ev_call"].params

    assert params["src"].points_at.text == "bytes"
    assert params["dst"].capacity.text == "cap"
    assert params["record"].nullable is True
    assert params["store"].nullable is None
    assert params["in"].one_of[1].text == "EV_B"
    assert params["name"].max == 255
    assert params["on_msg"].callback.params["msg"].length.text == "len"


def test_results(contract):
    status = contract.functions["ev_call"].returns.status

    assert [value.text for value in status.ok] == ["EV_OK", "EV_DONE"]
    assert {str(name): meaning for name, meaning in status.errors.items()} == {
        "EV_SMALL": "the room is too small",
        "-1": "something else",
    }
    assert [value.text for value in contract.functions["ev_one"].returns.status.ok] == ["0"]
    assert contract.functions["ev_flag"].returns.bool is True


def test_calls_written_out(contract):
    function = contract.functions["ev_call"]
    first, second = function.rejects
    (example,) = function.examples

    assert [(str(path), value.null) for path, value in first.when.items()] == [("record", True)]
    assert [str(path) for path in second.when] == ["record.name_len", "src", "record"]
    assert second.returns.value == -1
    assert [str(name) for name in example.arguments] == ["record", "xs", "dst", "f"]
    dst = next(value for name, value in example.arguments.items() if name.text == "dst")
    assert dst.expression().evaluate({}) == b"\x00"


def test_an_expression_over_several_lines(contract):
    expression = contract.functions["ev_call"].requires[1]

    assert expression.holds({"xs": [1, 2], "EV_MAX": 3})
    (line, column) = next((span.line, span.column) for path, span in expression.paths if path == "EV_MAX")
    written = WHOLE.read_text(encoding="utf-8").split("\n")[line - 1]
    assert written[column - 1 :].startswith("EV_MAX   # each")


def test_measures_are_numbers(contract):
    cost = contract.functions["ev_call"].cost

    assert cost.p99.value == 1e-6
    assert cost.throughput.rate.value == 5e6
    assert cost.instructions.tolerance.value == 0.02
    assert contract.functions["ev_text"].cost.throughput.threads == 4
    assert contract.functions["ev_text"].cost.instructions.at_most == 400
    assert contract.suppressions[0].expires == dt.date(2027, 6, 30)


def test_what_is_read_and_not_judged_is_listed(contract):
    listed = {(note.place, note.name) for note in contract.not_judged}

    assert listed >= {
        ("functions.ev_call.effects", "async_signal_safe"),
    }  # fmt: skip
    lines = WHOLE.read_text(encoding="utf-8").split("\n")
    for note in contract.not_judged:
        assert lines[note.span.line - 1][note.span.column - 1 :].startswith(note.name)


def test_defaults(load):
    contract = load()

    assert contract.builds == ("release", "asan+ubsan")
    assert contract.libraries == contract.types == contract.handles == contract.defines == {}
    assert contract.prefix is contract.summary is contract.equivalence is None
    assert contract.not_judged == ()
    assert isinstance(contract, Contract)
