"""Statuses may be ranges: what is in none of them is a finding, and a handle is used only where its maker succeeded."""

from __future__ import annotations

import pytest

from abidance.boundary.model.values import ROOM, Case, NewHandle
from abidance.checks.evidence.expectation import Expectation
from abidance.checks.results.return_outside_domain import allowed, domain

HEADER = """
enum { DONE = 0, LATE = -110 };
#define PORT_BUSY 16
typedef struct port port;
int port_open(int number, port **out);
int port_read(port *p);
int port_close(port *p);
long long edge(long long x);
size_t room(int x);
"""
CONTRACT = """
handles: {port: {create: port_open, destroy: port_close}}
functions:
  port_open: {returns: {status: {ok: "0..", errors: {..-1: an errno}}}}
  port_read: {returns: {status: {ok: [DONE, 3..9], errors: {LATE: too late, -5..-2: bad}}}}
  port_close: {}
  edge: {returns: {status: {ok: "..-1", errors: {"0..": no}}}}
  room: {returns: {status: {ok: 0..100, errors: {-1: none}}}}
"""
SOURCE = """
#include <stdlib.h>
struct port { int number; };
int port_open(int number, port **out)
{
    *out = (port *)8; /* of no use, as what comes back says */
    if (number < 0)
        return number;
    *out = malloc(sizeof **out);
    (*out)->number = number;
    return number;
}
int port_read(port *p) { return p->number > 0; }
int port_close(port *p) { free(p); return 0; }
long long edge(long long x) { return x; }
size_t room(int x) { return (size_t)x; }
"""


def result(boundary, function):
    return boundary.functions[function].result


def test_a_range_reaches_to_the_end_of_the_type(joined):
    boundary = joined(HEADER, CONTRACT)

    assert result(boundary, "port_open").ok.each == ((0, 2147483647),)
    assert result(boundary, "port_open").shape.ranges.each == ((0, 2147483647), (-2147483648, -1))
    assert result(boundary, "edge").ok.each == ((-(1 << 63), -1),)


def test_values_and_ranges_stand_side_by_side(joined):
    shape = result(joined(HEADER, CONTRACT), "port_read").shape

    assert [n for n in range(-120, 20) if allowed(shape, n)] == [-110, -5, -4, -3, -2, 0, *range(3, 10)]
    assert domain(shape) == "one of DONE, LATE, 3 to 9, -5 to -2"


def test_minus_one_is_the_largest_of_an_unsigned_type(joined):
    shape = result(joined(HEADER, CONTRACT), "room").shape

    assert allowed(shape, (1 << 64) - 1)
    assert not allowed(shape, (1 << 64) - 2)


def test_an_error_may_be_a_macro_or_an_errno_with_a_minus_sign(joined):
    kernel = CONTRACT.replace(
        "LATE: too late, -5..-2: bad", "-PORT_BUSY: in use, -EIO: bad, -EBADF..-ENOEXEC: no port"
    )
    told = result(joined(HEADER, kernel), "port_read")

    assert [n for n in range(-120, 3) if allowed(told.shape, n)] == [-16, -9, -8, -5, 0]
    assert domain(told.shape) == "one of DONE, -PORT_BUSY, -EIO, 3 to 9, -9 to -8"
    assert not told.success(-16)


def test_success_is_to_be_in_one_of_them(joined):
    told = result(joined(HEADER, CONTRACT), "port_read")

    assert [told.success(n) for n in (-110, -5, 0, 2, 3, 9, 10)] == [
        False,
        False,
        True,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("{ok: 5..3}", "the range `5..3` is empty: a `int` is from -2147483648 to 2147483647"),
        ("{ok: DONE.., errors: {..LATTE: x}}", "status `LATTE` is not in the header"),
        ("{ok: DONE.., errors: {-LATTE: x}}", "status `LATTE` is not in the header"),
        ("{ok: FOO..}", "status `FOO` is not in the header"),
        ("{ok: '..'}", "`ok` must be a value, or a range such as `0..` or `1..3`, not `..`"),
    ],
)
def test_what_is_wrong_with_a_range_is_said(status, message, refused):
    found = refused(
        HEADER,
        f"functions: {{port_read: {{params: {{p: {{nullable: true}}}}, returns: {{status: {status}}}}}}}",
    )

    assert any(message in each for each in found), found


@pytest.mark.slow
@pytest.mark.parametrize(("number", "ran"), [(7, [True, True, True]), (-3, [True, False, False])])
def test_what_a_failed_call_made_is_not_used(number, ran, runner_for):
    _, runner = runner_for(HEADER, CONTRACT, SOURCE)
    case = Case("port_read", {"p": NewHandle("port", {"number": number, "out": ROOM})})

    trial = runner.run(case, Expectation())

    assert [call.ran for call in trial.observation.calls] == ran
