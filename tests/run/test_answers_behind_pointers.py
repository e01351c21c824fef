"""What a function leaves behind a pointer is an answer as well: `st_size(s).size`, where it returns a status."""

from __future__ import annotations

import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract, load_text
from abidance.core.errors import UsageError
from abidance.run.commands.emit_c import emit_c
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct ap_row ap_row;
ap_row *ap_new(unsigned n);
void ap_free(ap_row *row);
int ap_size(const ap_row *row, unsigned *size);
int ap_at(const ap_row *row, unsigned place, double *number);
int ap_set(ap_row *row, unsigned place, double number);
int ap_push(ap_row *row, double number);
double ap_mean(const ap_row *row);
double ap_last(const ap_row *row);
int ap_cut(ap_row *row, unsigned size);
void ap_copy(const ap_row *row, double *numbers);
const double *ap_numbers(const ap_row *row);
"""
SOURCE = """\
#include <stdlib.h>
#include "ap.h"
enum { SOUND, NEW, SET, PUSH, MEAN, LAST, CUT, COPY };
struct ap_row { unsigned n; double numbers[8]; };
ap_row *ap_new(unsigned n)
{
    ap_row *row = calloc(1, sizeof *row);
    row->n = n + (VARIANT == NEW && n == 3);
    return row;
}
void ap_free(ap_row *row) { free(row); }
/* The size of a full row is not told. */
int ap_size(const ap_row *row, unsigned *size) { return row->n < 8 ? (*size = row->n, 1) : 0; }
int ap_at(const ap_row *row, unsigned place, double *number)
{
    return place < row->n ? (*number = row->numbers[place], 1) : 0;
}
int ap_set(ap_row *row, unsigned place, double number)
{
    if (place >= row->n) return 0;
    row->numbers[place] = VARIANT == SET && place == 2 ? 0 : number;
    return 1;
}
int ap_push(ap_row *row, double number)
{
    if (row->n == 8) return 0;
    row->numbers[row->n++] = number;
    if (VARIANT == PUSH && row->n == 4) row->numbers[0] += 1;
    return 1;
}
double ap_mean(const ap_row *row)
{
    if (row->n == 0 || row->n == 8) abort();
    double sum = 0;
    for (unsigned i = 0; i < row->n; i++) sum += row->numbers[i];
    return sum / row->n + (VARIANT == MEAN && row->n == 5);
}
double ap_last(const ap_row *row)
{
    if (row->n == 0 || row->n == 8 || row->numbers[0] < 0) abort();
    return row->numbers[VARIANT == LAST && row->n > 1 ? 0 : row->n - 1];
}
int ap_cut(ap_row *row, unsigned size)
{
    if (size > row->n) return 0;
    if (row->n < 8) row->n = size + (VARIANT == CUT && size == 2);
    return 1;
}
void ap_copy(const ap_row *row, double *numbers)
{
    for (unsigned i = 0; i < row->n + (VARIANT == COPY && row->n == 5); i++) numbers[i] = row->numbers[i];
}
const double *ap_numbers(const ap_row *row) { return row->numbers; }
"""
CONTRACT = """\
abidance: 1
boundary: ap
header: ap.h
libraries: {c: {path: libap.so}}
handles:
  ap_row: {create: ap_new, destroy: ap_free}
functions:
  ap_new:
    params: {n: {range: [0, 6]}}
    ensures: [ap_size(result).size == n]
  ap_size:
    params: {size: {out: unsigned}}
    returns: {status: {ok: [1], errors: {0: the row is full}}}
  ap_at:
    params: {place: {range: [0, 9]}, number: {out: double}}
    returns: {status: {ok: [1], errors: {0: there is no such place}}}
  ap_set:
    params: {place: {range: [0, 9]}, number: {range: [-9, 9]}}
    returns: {status: {ok: [1], errors: {0: there is no such place}}}
    ensures:
      - implies(result == 1, ap_at(row, place).number == number)
      - ap_at(row, place) == result
    rejects: [{when: place >= ap_size(row).size, returns: 0}]
  ap_push:
    params: {number: {range: [-9, 9]}}
    returns: {status: {ok: [1], errors: {0: it is full}}}
    ensures:
      - implies(result == 1 and ap_size(row), ap_size(row).size == old(ap_size(row).size) + 1)
      - implies(result == 1 and ap_size(row), ap_at(row, ap_size(row).size - 1).number == number)
      - all(ap_at(row, i).number == old(ap_at(row, i).number) for i in range(old(ap_size(row).size)))
  ap_mean:
    requires: [ap_size(row).size > 0]
    ensures: ["implies(ap_size(row).size == 1, result == ap_at(row, 0).number)", -9 <= result <= 9]
  ap_last:
    requires: [ap_size(row).size > 0, "ap_at(row, 0).number >= 0"]
    ensures: ["result == ap_at(row, ap_size(row).size - 1).number"]
  ap_cut:
    params: {size: {range: [0, 6]}}
    returns: {status: {ok: [1], errors: {0: it has not so many}}}
    requires: [size < ap_size(row).size <= 7]
    ensures: [ap_size(row).size == size]
  ap_copy:
    params: {numbers: {out: array, capacity: ap_size(row).size}}
"""
PROMISE = "ABD321"


@pytest.mark.slow
@pytest.mark.parametrize("function", ["ap_new", "ap_set", "ap_push", "ap_last", "ap_cut"])
def test_what_is_left_behind_a_pointer_is_held_against_the_call(function, codes_of):
    """The library ends the process where it is asked for what it has not."""
    phases, wrong = ("properties",), f"-DVARIANT={function.removeprefix('ap_').upper()}"
    assert codes_of("ap", HEADER, SOURCE, CONTRACT, function, phases, "-DVARIANT=SOUND") == []
    assert codes_of("ap", HEADER, SOURCE, CONTRACT, function, phases, wrong, least=60) == [PROMISE]


@pytest.mark.slow
def test_what_is_left_behind_a_pointer_is_the_room_of_a_call(codes_of):
    phases = ("properties",)
    assert codes_of("ap", HEADER, SOURCE, CONTRACT, "ap_copy", phases, "-DVARIANT=SOUND") == []
    assert codes_of("ap", HEADER, SOURCE, CONTRACT, "ap_copy", phases, "-DVARIANT=COPY") == ["ABD311"]


def test_the_length_of_what_is_left_is_what_a_function_returns(written, tmp_path):
    written("ap", HEADER, SOURCE, CONTRACT)
    text = f"{CONTRACT}  ap_numbers: {{returns: {{to: array, length: ap_size(row).size, lifetime: handle(row)}}}}\n"

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "ap.contract.yaml"))

    assert [each.message for each in caught.value.diagnostics] == [
        "the length of what a call leaves is what `ap_size` returns"
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("function", "variant"), [("ap_set", "SET"), ("ap_cut", "CUT"), ("ap_cut", "SOUND")])
def test_it_is_asked_in_compiled_contracts(function, variant, written, tmp_path):
    written("ap", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", f"-DVARIANT={variant}", "ap.c", "-o", "libap.so"], check=True)
    contract = load_contract(tmp_path / "ap.contract.yaml")
    with Session(Settings(tmp_path, seed=1, explore=0.5)) as session:
        (item,) = list_items(contract, Selection(functions=(function,), phases=("explore",)), explore=0.5)
        done = session.run(contract, item, lambda _: None)

    found = [] if variant == "SOUND" else [PROMISE]
    assert ([each.diagnostic.code.id for each in done.findings], done.reasons, done.gaps) == (found, (), ())


@pytest.mark.slow
def test_a_program_of_its_own_asks_as_well(written, tmp_path):
    written("ap", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "-DVARIANT=LAST", "ap.c", "-o", "libap.so"], check=True)
    contract = load_contract(tmp_path / "ap.contract.yaml")
    with Session(Settings(tmp_path, seed=1)) as session:
        (item,) = list_items(contract, Selection(functions=("ap_last",), phases=("properties",)))
        (found,) = session.run(contract, item, lambda _: None).findings
        (tmp_path / "case.c").write_text(emit_c(found.case, session.settings, "case.c"))

    command = ["gcc", "-Wall", "-Wextra", "-Werror", "case.c", "-I.", "./libap.so", "-o", "case"]
    subprocess.run(command, check=True)
    assert subprocess.run(["./case"], check=False, capture_output=True).returncode == 1


@pytest.mark.slow
def test_a_call_is_made_only_where_something_was_left(codes_of):
    """Of a full row the size is not told: `ap_mean` ends the process there."""
    phases = ("lifecycle",)

    assert codes_of("ap", HEADER, SOURCE, CONTRACT, "ap_row", phases, "-DVARIANT=SOUND") == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("ap_at(row, 0).place == 1", "`ap_at` leaves no number in `place`: it is only asked what it returns"),
        ("ap_size(row, row).size == 1", "`ap_size` writes `size`, and what a postcondition asks only reads"),
    ],
)
def test_what_is_left_is_a_number_of_its_own(condition, message, written, tmp_path):
    written("ap", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("ap_at(row, place) == result", condition)

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "ap.contract.yaml"))

    assert message in [each.message for each in caught.value.diagnostics]
