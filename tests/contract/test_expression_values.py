"""What expressions evaluate to."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.contract.expression import Unavailable, parse
from abidance.core.span import Span

pytestmark = pytest.mark.unit


def value(text, before=None, **names):
    return parse(text, Span.at(Path("c.yaml"), 1, 1, len(text))).evaluate(names, before)


class Struct:
    """A record that is no Mapping."""

    def __init__(self, **fields):
        self.fields = fields

    def get_field(self, name):
        return self.fields[name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-7 // 2", -4), ("-7 % 2", 1), ("7 / 2", 3.5),
        ("2 ** 10", 1024),
        ("1 << 32", 4294967296), ("0xff & ~0x0f", 240), ("5 ^ 1 | 8", 12), ("256 >> 4", 16), ("+5", 5),
        ("3 < 4 <= 4 != 5", True), ("4 > 3 > 3", False), ("not 0", True),
        ("1 if 2 > 1 else 3", 1), ("abs(-3)", 3), ("min(3, 1, 2)", 1), ("max([3, 1])", 3),
        ("sum([1, 2.5])", 3.5),
        ("len(b'abc')", 3), ("[1, 2][1]", 2), ("(1, 2) == [1, 2]", True), ("b'abcd'[1:3]", b"bc"),
        ("[1] + [2] * 2", [1, 2, 2]), ("b'a' * 3 + b'b'", b"aaab"),
        ("join([b'ab', b'', b'c'])", b"abc"), ("join([])", b""), ("join(x * 2 for x in [b'a', b'b'])", b"aabb"),
        ("[x + 1 for x in range(3) if x != 1]", [1, 3]),
        ("[1, 9] < [2]", True), ("[2] < [1, 9]", False), ("[1] < [1, 0]", True), ("[1, 0] <= [1]", False),
        ("[] >= []", True), ("[] < []", False), ("[-1] < [1]", True), ("[1, 'a'] < [1, 'b']", True),
        ("[0x80] > [1, 2]", True), ("[[1, 2], [3]] > [[1, 2], [2, 4]]", True),
    ],
)  # fmt: skip
def test_arithmetic_is_pythons(text, expected):
    found = value(text)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("text", ["null", "None", "NULL"])
def test_null_has_three_spellings(text):
    assert value(text) is None
    assert value(f"p == {text}", p=None) is True
    assert value(f"p != {text}", p=0) is True


def test_text_is_bytes():
    assert value('route == "/quote"', route=b"/quote") is True
    assert value('route == b"/quote"', route="/quote") is True
    assert value('len("é")') == 2
    assert value('"qu" in route', route=b"/quote") is True
    assert value('route in ["/book", "/quote"]', route=b"/quote") is True


def test_a_byte_compares_with_its_character():
    assert value('route[0] == "/"', route=b"/quote") is True
    assert value('all(c in "abc" for c in name)', name=b"cab") is True
    assert value('"a" <= letter <= "z"', letter=ord("k")) is True


def test_bytes_compare_with_a_list_of_numbers():
    assert value("key == [1, 255]", key=b"\x01\xff") is True
    assert value("key == [1]", key=b"\x01\xff") is False


def test_and_or_and_implies_stop_early():
    assert value("p == null or p.n > 0", p=None) is True
    assert value("p != null and p.n > 0", p=None) is False
    assert value("implies(p != null, p.n > 0)", p=None) is True
    assert value("2 if p == null else p.n", p=None) == 2


def test_conditions_are_truth_values_not_operands():
    assert value("3 and 4") is True
    assert value("0 or 0") is False


@pytest.mark.parametrize("record", [{"n": 3, "in": 1}, Struct(n=3, **{"in": 1})])
def test_records_are_mappings_or_have_fields(record):
    assert value("request.n", request=record) == 3
    assert value("request.in_", request=record) == 1
    assert value("rows[1].n", rows=[None, record]) == 3


def test_old_looks_at_the_values_from_before():
    before = {"n": 1, "request": {"n": 5}}

    assert value("n == old(n) + 1", before, n=2) is True
    assert value("old(request.n) + old(request).n", before) == 10
    assert value("all(old(n) < x for x in xs)", before, xs=[2, 3]) is True
    assert value("old(n + 1) + n", before, n=10) == 12


def test_functions_do_not_hide_names():
    assert value("len(buf) == len", buf=b"abc", len=3) is True
    assert value("max(max, 2)", max=7) == 7


def test_comprehensions():
    assert value("all(x > 0 for x in xs)", xs=[]) is True
    assert value("any(x > y for x in xs for y in ys if y)", xs=[1, 2], ys=[0, 5]) is False
    assert value("all(xs[i] <= xs[i + 1] for i in range(len(xs) - 1))", xs=[1, 2, 2]) is True
    assert value("sum(x * x for x in xs)", xs=(1, 2)) == 5
    assert value("max(len(x) for x in xs)", xs=["a", b"abc"]) == 3
    assert value("all([true, x > 0])", x=1) is True


def test_an_inner_loop_variable_hides_only_inside():
    assert value("[x + sum(x for x in [10, 20]) for x in [1, 2]]") == [31, 32]


def test_lower():
    assert value("lower(x)", x=b"AbZ[\xc3\x89@z0") == b"abz[\xc3\x89@z0"
    assert value("lower(x) == lower(y)", x=b"Content-Length", y=b"CONTENT-length") is True


def test_matches_takes_the_whole_and_each_byte_for_a_character():
    assert value(r'matches(x, r"v\d+(\.\d+)*")', x=b"v1.20") is True
    assert value(r'matches(x, r"v\d+(\.\d+)*")', x=b"v1.20x") is False
    assert value('matches(x, "..")', x=b"\xc3\xa9") is True
    assert value(r'matches(x, b"[\x80-\xff]*")', x=b"\xff\x80") is True
    assert value('matches(x, "caf\u00e9?")', x=b"caf\xc3") is True
    assert value('matches(x[1:], "")', x=b"a") is True


def test_is_utf8():
    assert value("is_utf8(x)", x=b"caf\xc3\xa9") is True
    assert value("is_utf8(x)", x=b"ab\xf0") is False


def test_errno_and_result_are_names():
    assert value("implies(result < 0, errno == EINVAL)", result=-1, errno=22, EINVAL=22) is True


def test_python_keywords_as_c_names_take_an_underscore():
    assert value("in_ + from_ + is_", in_=1, from_=2, is_=3) == 6


def test_an_opaque_value_compares_with_null_and_itself():
    handle, other = object(), object()

    assert value("h != null and h == h", h=handle) is True
    assert value("h == g", h=handle, g=other) is False


def test_nan_is_a_number():
    assert value("x != x", x=float("nan")) is True


def test_what_is_unavailable_matters_only_where_it_is_touched():
    names = {"ok": False, "out": Unavailable("`out` is not written on failure")}

    assert value("implies(ok, out == 3)", **names) is True


def test_several_lines_are_one_expression():
    assert value("1 +\n  2  # a comment\n  + 3") == 6
