"""Callbacks fill the memory that they are given, as far as there is room, and hand out memory of their own."""

from __future__ import annotations

import re

import pytest
from families import found_in, spared_in

from abidance.cli.main import main
from tiers import sample

# What must be found in the release build, and in the one with AddressSanitizer; empty where only the other sees it.
DEFECTS = {
    "fl_count": ("ABD321", "ABD321"),
    "fl_slurp": ("ABD322", "ABD343"),  # and most seeds see it write past the end as well
    "fl_line": ("", "ABD343"),
    "fl_skip": ("ABD343", "ABD343"),
    "fl_header": ("ABD321", "ABD321"),
    "fl_double": ("ABD321", "ABD321"),
    "fl_longest": ("ABD301", "ABD303"),
    "fl_total": ("ABD321", "ABD321"),
    "fl_items": ("ABD321", "ABD321"),
    "fl_area": ("ABD321", "ABD321"),
    "fl_where": ("ABD321", "ABD321"),
    "fl_pull": ("ABD321", "ABD321"),
    "fl_search": ("ABD321", "ABD321"),
    "fl_chunks": ("ABD312", "ABD312"),
    "fl_lent": ("ABD312", "ABD312"),
    "fl_named": ("ABD312", "ABD312"),
}
SILENT = ("fl_byte", "fl_open", "fl_stream")
KEPT = ("ABD321",)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_trusts_a_callback_too_much_or_lends_it_too_little_is_found(function, build, code, judge):
    found, reasons = judge("callback_writes", function, build, seed=1, examples=40)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, *SILENT, keep=KEPT))
def test_code_that_reads_until_there_is_no_more_is_left_alone(function, build, judge):
    assert judge("callback_writes", function, build, seed=2, examples=40) == ([], [])


@pytest.mark.slow
def test_an_answer_is_how_much_there_was_room_for(judge):
    (found,) = judge("callback_writes", "fl_items", "wrong", seed=1, examples=40)[0]

    function, call = found.call.splitlines()
    assert function.startswith("static size_t read(void *to, size_t size, size_t count, void *stream) {")
    assert "return abd_put(to, size * count, size, " in function
    assert call.startswith("fl_items(read, ")


@pytest.mark.slow
def test_a_callback_that_writes_all_of_it_is_shown_so(judge):
    (found,) = judge("callback_writes", "fl_header", "wrong", seed=1, examples=40)[0]

    # Any byte of 128 or more will do: one seed does not come by the same for every set of modules that is loaded.
    assert re.fullmatch(
        r"static void need\(void \*context, uint8_t \*data, size_t length\) "
        r'\{ abd_fill\(data, length, "\\[23]\d\d", 1\); \}',
        found.call.splitlines()[0],
    )


EMITTED = (
    "fl_count",
    "fl_slurp",
    "fl_header",
    "fl_double",
    "fl_longest",
    "fl_total",
    "fl_items",
    "fl_area",
    "fl_where",
)


@pytest.mark.slow
@pytest.mark.parametrize("function", sample(EMITTED, keep=["fl_count"]))
def test_the_emitted_program_fills_memory_alike(function, built, tmp_path, monkeypatch, capsys, execute):
    monkeypatch.chdir(tmp_path)
    options = ["--library", "wrong", "--function", function, "--seed", "1", "--max-examples", "40"]
    main(["run", str(built / "callback_writes.contract.yaml"), *options])
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]

    assert main(["replay", case]) == 1
    main(["replay", case, "--emit", "c", "--output", "case.c"])

    assert execute("callback_writes_wrong") not in (0, 2)
    assert execute("callback_writes_sound") == 0
