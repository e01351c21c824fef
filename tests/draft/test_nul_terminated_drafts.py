"""What ends with a NUL, or has -1 for a length that says so, is drafted as its documentation says."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.unit

UNITS = "typedef unsigned short unit;\n"
BOTH = "{in: array, length: length, nul_terminated: -1}"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("@param length The number of units, or -1 if it is NUL-terminated.", BOTH),
        ("@param length The length. If -1, then s must be zero-terminated.", BOTH),
        ("@param s The text, null-terminated where length is -1.", BOTH),
        ("@param length The number of units. -1 is refused.", "{in: array, length: length}"),
        ("@param s The text, NUL-terminated. @return -1 if there is none.", "{in: array, length: length}"),
        ("@param length The number of units.", "{in: array, length: length}"),
        (
            "@param length The number of units, at most 1024-1, of a NUL-terminated text.",
            "{in: array, length: length}",
        ),
    ],
)
def test_a_length_that_says_that_a_nul_ends_an_array(said, expected, drafted):
    made = drafted(f"{UNITS}/** Counts. {said} */\nint t_count(const unit *s, int length);\n")

    assert made.clauses("t_count", "s") == expected


def test_a_length_that_says_that_a_nul_ends_a_text(drafted):
    made = drafted(
        "/** Counts. @param length The length of the text, or -1 if it is nul-terminated. */\n"
        "int t_count(const char *text, long length);\n"
        "/** Counts. @param length The length of the text, or -1 for all of it. */\n"
        "int t_bytes(const char *text, long length);\n"
    )

    assert made.clauses("t_count", "text") == "{in: string, length: length, nul_terminated: -1}"
    assert made.clauses("t_bytes", "text") == "{in: bytes, length: length}"


def test_an_array_that_ends_with_zero(drafted):
    made = drafted(
        f"{UNITS}/** Counts. @param s The text (NUL-terminated). */\nint t_count(const unit *s);\n"
        "/** Counts. @param s The units. @return How many. */\nint t_units(const unit *s);\n"
        "/** Counts. @param s NULL (U+0000) terminated. */\nint t_coded(const unit *s);\n"
        "/** Adds. @param xs Numbers, zero-terminated. */\ndouble t_sum(const double *xs);\n"
    )

    assert made.clauses("t_count", "s") == "{in: array, ended_by: 0}"
    assert made.clauses("t_coded", "s") == "{in: array, ended_by: 0}"
    assert made.why_not("t_units") == "how much `s` points to"
    assert "ended_by" not in made.lines("t_sum")


STATUSES = """\
typedef enum { T_ZERO_ERROR, T_BAD_ERROR } t_error;
typedef enum { U_ZERO_ERROR, U_BAD_ERROR } u_error;
/** Does. @param code Must not indicate a failure before the function call. */
void t_do(t_error *code);
void t_go(t_error *code);
void u_go(u_error *code);
/** Tells. @param[out] code What happened. */
void t_tell(t_error *code);
"""


@pytest.mark.parametrize(
    ("said", "initially"),
    [
        ("Functions that take a pointer to one first test it, and do nothing after a failure.", True),
        ("What may go wrong. The first of them is no error.", False),
    ],
)
def test_what_counts_before_each_call_is_said_of_the_enum(said, initially, drafted):
    made = drafted(
        f"/** {said} */\ntypedef enum t_error {{ T_ZERO_ERROR, T_BAD_ERROR }} t_error;\n"
        "int t_go(int n, t_error *code);\n"
    )

    assert ("initially: T_ZERO_ERROR" in made.clauses("t_go", "code")) is initially


def test_what_counts_before_one_call_counts_before_those_that_say_nothing(drafted):
    made = drafted(STATUSES)

    assert "initially: T_ZERO_ERROR" in made.clauses("t_go", "code")
    assert made.evidence("t_go", "code", "initially") == "in `t_do`, what is passed counts"
    assert "initially" not in made.clauses("u_go", "code") + made.clauses("t_tell", "code")
