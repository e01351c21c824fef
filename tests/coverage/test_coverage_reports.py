"""What the reports of coverage say, from what was reached."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from abidance.core.coverage import CoverageReport, Exercise, LibraryReach
from abidance.core.source_reach import Barrier, Branch, FileReach, FunctionCount, FunctionReach
from abidance.report.coverage.document import document
from abidance.report.coverage.lcov import lcov
from abidance.report.coverage.text import Detail, spans, text
from abidance.report.text.style import Style
from abidance.toolchain.source_coverage.merging import merged

pytestmark = pytest.mark.unit

SOURCE = (
    "int f(int x)\n{\n    if (x == 7) {\n        x = 2;\n    }\n    return x;\n}\nint g(void) { return 1; }\n"
)


@pytest.fixture
def file(tmp_path):
    (tmp_path / "a.c").write_text(SOURCE)
    return FileReach(
        tmp_path / "a.c",
        {1: 12, 3: 12, 4: 0, 6: 12, 8: 0},
        (Branch(3, 0, 0, 0), Branch(3, 0, 1, 12)),
        (FunctionCount("f", 1, 12, 4), FunctionCount("g", 8, 0, 1)),
        (Barrier(3, 12, (4,), "true", 9, 15),),
    )


@pytest.fixture
def report(file, tmp_path):
    exercises = (
        Exercise("function", "f", "called", "`f`: no call of it came back", ("c",), ()),
        Exercise("status", "f", "status:result:BAD", "`BAD` of `f`: no call returned it", (), ("c",)),
        Exercise(
            "clause", "f", "left:out", "what `f` leaves in `out`: nothing", (), ("c",), "status:result:BAD"
        ),
    )
    libraries = (
        LibraryReach("c", (file,), 12, counted=True),
        LibraryReach("z", (), 3, prebuilt=True),
    )
    return CoverageReport("demo", tmp_path / "demo.contract.yaml", 4, 1, libraries, exercises)


def test_the_text_tells_what_was_reached_what_stands_before_the_rest_and_what_never_was_exercised(
    report, tmp_path
):
    assert text(report, Style(base=tmp_path), Detail()) == (
        "demo   1 function, 2 libraries   seed 4\n"
        "\n"
        "  c   12 cases   3 of 5 lines   60 %   1 of 2 branches   1 of 2 functions   a.c\n"
        "  z    3 cases   lines not judged\n"
        "\n"
        "never reached in `c`: 1 line behind 1 condition\n"
        "\n"
        "  --> a.c:3: come to 12 times, never true\n"
        "      12     3 |     if (x == 7) {\n"
        "               |         ^^^^^^\n"
        "       0     4 |         x = 2;\n"
        "\n"
        "never entered in `c`\n"
        "  `g`   1 line   a.c:8\n"
        "\n"
        "exercised of the contract\n"
        "  functions   1 of 1\n"
        "  statuses    0 of 1\n"
        "  clauses     0 of 1\n"
        "\n"
        "never exercised\n"
        "  `BAD` of `f`: no call returned it\n"
        "\n"
        "not judged\n"
        "  which lines of `z` ran: a shared object that is not built here has no counters; name its source with "
        "`cmake`, `cargo` or `command`\n"
    )


def test_every_line_is_shown_where_that_is_asked(report, tmp_path):
    shown = text(report, Style(base=tmp_path), Detail(annotated=True))

    assert "      12     3 |     if (x == 7) {   1 of 2 ways\n       0     4 |         x = 2;\n" in shown
    assert "             5 |     }\n" in shown


def test_nothing_is_said_of_what_was_wholly_reached(report, file, tmp_path):
    whole = replace(file, lines={1: 1}, branches=(), functions=(FunctionCount("f", 1, 1, 1),), barriers=())
    sound = replace(
        report, libraries=(LibraryReach("c", (whole,), 1, counted=True),), exercises=report.exercises[:1]
    )

    shown = text(sound, Style(base=tmp_path), Detail())
    assert "never" not in shown
    assert "100 %" in shown


def test_what_is_no_condition_is_not_called_one(report, file, tmp_path):
    before = replace(file, barriers=(Barrier(3, 12, (4,), decides=False),))
    told = replace(report, libraries=(LibraryReach("rust", (before,), 12, counted=True),))

    assert "a.c:3: ran 12 times, and line 4 after it never did\n" in text(
        told, Style(base=tmp_path), Detail()
    )


def test_a_list_is_cut_off_and_says_how_to_see_it_whole(report, file, tmp_path):
    many = tuple(FunctionCount(f"g{number}", number, 0, 1) for number in range(20))
    long = replace(report, libraries=(LibraryReach("c", (replace(file, functions=many),), 1, counted=True),))

    assert "  and 12 more: `-v` shows all\n" in text(long, Style(base=tmp_path), Detail())
    assert "more:" not in text(long, Style(base=tmp_path), Detail(everything=True))


def test_lcov_is_what_geninfo_writes(report, tmp_path):
    assert lcov([report], Style(base=tmp_path)) == (
        "TN:demo_c\nSF:a.c\nFN:1,f\nFN:8,g\nFNDA:12,f\nFNDA:0,g\nFNF:2\nFNH:1\n"
        "BRDA:3,0,0,0\nBRDA:3,0,1,12\nBRF:2\nBRH:1\n"
        "DA:1,12\nDA:3,12\nDA:4,0\nDA:6,12\nDA:8,0\nLF:5\nLH:3\nend_of_record\n"
    )


def test_the_document_has_all_of_it(report, tmp_path):
    (contract,) = json.loads(document([report], Style(base=tmp_path)))["contracts"]
    counted, prebuilt = contract["libraries"]

    assert (counted["lines"], prebuilt["lines"]) == ({"all": 5, "reached": 3}, None)
    (condition,) = counted["files"][0]["conditions"]
    assert (
        condition.items()
        >= {"line": 3, "column": 9, "end_column": 15, "reached": 12, "never": "true"}.items()
    )
    assert condition["lines_behind"] == [4]
    assert [each["never_in"] for each in contract["exercises"]] == [[], ["c"], ["c"]]


def test_copies_of_a_function_are_added_up_and_what_one_of_them_reached_was_reached():
    path = Path("box.h")
    one = FunctionReach(
        "f", path, 3, 2, {(path, 3): 2, (path, 4): 0}, barriers=((path, Barrier(3, 2, (4,))),)
    )
    other = replace(one, count=1, lines={(path, 3): 1, (path, 4): 1}, barriers=())

    (file,) = merged([one, other])
    assert (file.lines, file.functions, file.barriers) == (
        {3: 3, 4: 1},
        (FunctionCount("f", 3, 3, 2),),
        (),
    )


def test_lines_are_shown_as_spans():
    assert spans([12, 13, 14, 20, 3]) == "3, 12-14, 20"
