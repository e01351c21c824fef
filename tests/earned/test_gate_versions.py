"""Linked programs get the function of the same name and version, what is compiled again the default one."""

from __future__ import annotations

import pytest
from gate_builds import c_library, compared, headers

from abidance.abi.gate.sides import SideArguments, side

PLAIN = "int foo(int a) { return a; }\nint rest(void) { return 0; }\n"
TWO = """\
int foo_1(ONE) { return 1; }
int foo_2(OTHER) { return 2; }
__asm__(".symver foo_1, foo@V1");
__asm__(".symver foo_2, foo@@V2");
int rest(void) { return 0; }
"""


def built(folder, source, script, header=""):
    (folder).mkdir()
    (folder / "map").write_text(script)
    return c_library(folder, source, "-Wl,--version-script=map", header=header)


@pytest.fixture
def first(tmp_path):
    return built(
        tmp_path / "old", PLAIN, "V1 { global: foo; rest; local: *; };", "int foo(int a);\nint rest(void);\n"
    )


def second(tmp_path, one, other):
    script = "V1 { global: foo; rest; local: *; };\nV2 { global: foo; } V1;"
    source = TWO.replace("ONE", one).replace("OTHER", other)
    return built(tmp_path / "new", source, script, f"int foo({other});\nint rest(void);\n")


@pytest.mark.parametrize("with_headers", [False, True])
def test_an_older_version_that_is_kept_keeps_programs(tmp_path, capsys, first, with_headers):
    new = second(tmp_path, "int a", "int a, int b")
    options = headers(first, new) if with_headers else ()
    code, _, document = compared(capsys, first, new, *options)
    assert {each["binary"] for each in document["changes"]} == {"compatible"}
    assert "breaking" in {each["source"] for each in document["changes"]}
    assert code == 1


@pytest.mark.parametrize("with_headers", [False, True])
def test_another_behaviour_under_a_new_version_is_no_change_of_the_declaration(
    tmp_path, capsys, first, with_headers
):
    new = second(tmp_path, "int a", "int a")
    options = headers(first, new) if with_headers else ()
    assert compared(capsys, first, new, *options)[:2] == (0, {})


@pytest.mark.parametrize("with_headers", [False, True])
def test_a_kept_version_is_called_as_it_was(tmp_path, capsys, first, with_headers):
    new = second(tmp_path, "int a, int *b", "int a")
    options = headers(first, new) if with_headers else ()
    code, _, document = compared(capsys, first, new, *options)
    broken = [each for each in document["changes"] if each["verdict"] == "breaking"]
    assert (code, {each["binary"] for each in broken}, {each["source"] for each in broken}) == (
        1,
        {"breaking"},
        {"compatible"},
    )


def test_a_version_that_goes_takes_its_programs_along(tmp_path, capsys, first):
    new = built(tmp_path / "new", PLAIN, "V2 { global: foo; rest; local: *; };")
    assert compared(capsys, first, new)[:2] == (1, {"symbol-version-removed": "breaking"})


def test_both_versions_are_described(tmp_path):
    facts = side(SideArguments(second(tmp_path, "int a", "int a, int b"))).facts
    assert {"foo", "foo@V1"} <= facts.functions.keys()


DATA = """\
int foo_1 = 1;
OTHER
__asm__(".symver foo_1, foo@V1");
__asm__(".symver foo_2, foo@@V2");
int rest(void) { return 0; }
"""


@pytest.fixture
def first_object(tmp_path):
    script = "V1 { global: foo; rest; local: *; };"
    return built(tmp_path / "old", "int foo = 1;\nint rest(void) { return 0; }\n", script)


@pytest.mark.parametrize(
    ("other", "source"),
    [("long foo_2[4] = {2};", "breaking"), ("int foo_2 = 2;", "compatible")],
)
def test_an_older_version_of_a_variable_keeps_programs(tmp_path, capsys, first_object, other, source):
    script = "V1 { global: foo; rest; local: *; };\nV2 { global: foo; } V1;"
    new = built(tmp_path / "new", DATA.replace("OTHER", other), script)
    code, _, document = compared(capsys, first_object, new)
    assert {each["binary"] for each in document["changes"]} <= {"compatible"}
    assert (code, source in {each["source"] for each in document["changes"]} or not document["changes"]) == (
        int(source == "breaking"),
        True,
    )


def test_a_variable_whose_older_version_goes_breaks_programs(tmp_path, capsys, first_object):
    script = "V2 { global: foo; rest; local: *; };"
    new = built(tmp_path / "new", "int foo = 1;\nint rest(void) { return 0; }\n", script)
    assert compared(capsys, first_object, new)[:2] == (1, {"symbol-version-removed": "breaking"})
