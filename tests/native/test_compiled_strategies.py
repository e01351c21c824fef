"""`generate` in a compiled contract: values drawn from a strategy beforehand, and none besides."""

from __future__ import annotations

import pytest
from built_contract import BuiltContract, made

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.generate.strategies import cases
from abidance.native.target import emit

HEADER = """
#include <stddef.h>
int sv_frame(const unsigned char *frame, size_t size);
int sv_name(const char *name);
int sv_code(unsigned code);
int sv_sum(const short *numbers, size_t count);
int sv_maybe(const char *name);
int sv_partly(const char *name);
int sv_even(unsigned code);
typedef struct sv_card { unsigned digits; const char *name; } sv_card;
int sv_show(const sv_card *card);
typedef struct sv_at { short x; double far; } sv_at;
typedef struct sv_row {
    unsigned size, left;
    const unsigned char *bytes;
    const char *name;
    unsigned kind : 3;
    sv_at at;
} sv_row;
int sv_put(const sv_row *row, int times);
int sv_take(sv_row row);
typedef struct sv_box sv_box;
sv_box *sv_new(const char *name);
void sv_free(sv_box *box);
int sv_call(const sv_box *box, int times);
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
#include "sv.h"
static int wrong(int it) { if (WRONG && it) abort(); return 0; }
static void valid(int it) { if (!it) abort(); }
int sv_frame(const unsigned char *frame, size_t size)
{
    valid(size >= 5 && !memcmp(frame, "HKF1", 4) && frame[4] == size - 5);
    return wrong(frame[4] == 3 && frame[5] > frame[6]);
}
static void named(const char *name) { valid(!strncmp(name, "key-", 4) && strlen(name) <= 7); }
int sv_name(const char *name) { named(name); return wrong(strlen(name) == 6); }
int sv_code(unsigned code) { valid(code % 1000 == 7 && code < 100000); return wrong(code > 40000); }
int sv_sum(const short *numbers, size_t count)
{
    for (size_t i = 1; i < count; i++)
        valid(numbers[i - 1] <= numbers[i]);
    return wrong(count > 2 && numbers[0] < 0 && numbers[2] > 0);
}
int sv_maybe(const char *name) { if (name) named(name); return wrong(!name); }
int sv_partly(const char *name) { return wrong(strncmp(name, "key-", 4) && name[0]); }
int sv_even(unsigned code) { valid(code % 1000 == 7 && code / 1000 % 2 == 0); return wrong(code > 40000); }
int sv_show(const sv_card *card)
{
    valid(card->digits % 1000 == 7);
    named(card->name);
    return wrong(card->digits > 40000 && strlen(card->name) > 5);
}
static int row(const sv_row *row)
{
    valid((row->bytes == NULL) == (row->size == 0) && row->left == 9 - row->size && row->at.far == row->size / 4.0);
    for (unsigned i = 0; i < row->size; i++)
        valid(row->bytes[i] == row->size + i);
    valid(row->kind == row->size % 8 && row->at.x == -(short)row->size);
    valid(!row->name || strlen(row->name) == row->size);
    return row->size;
}
int sv_put(const sv_row *it, int times) { return wrong((it ? row(it) == 7 : 1) && times == 3); }
int sv_take(sv_row it) { return wrong(row(&it) == 5 && !it.name); }
struct sv_box { size_t size; };
sv_box *sv_new(const char *name)
{
    sv_box *box = malloc(sizeof *box);
    named(name);
    if (box)
        box->size = strlen(name);
    return box;
}
void sv_free(sv_box *box) { free(box); }
int sv_call(const sv_box *box, int times) { return wrong(box->size == 6 && times == 3); }
"""
CONTRACT = """
abidance: 1
boundary: sv
header: sv.h
libraries: {c: {path: libsv.so}}
types:
  sv_row: {fields: {bytes: {to: bytes, length: size, nullable: size == 0}, name: {to: string, nullable: true}}}
  sv_card: {fields: {digits: {generate: "made:codes"}, name: {to: string, generate: "made:names"}}}
handles: {sv_box: {create: sv_new, destroy: sv_free}}
functions:
  sv_frame: {params: {frame: {in: bytes, length: size, generate: "made:frames"}}}
  sv_name: {params: {name: {in: string, generate: "made:names"}}}
  sv_code: {params: {code: {generate: "made:codes"}}}
  sv_sum: {params: {numbers: {in: array, length: count, generate: "made:sorted_numbers"}}}
  sv_maybe: {params: {name: {in: string, nullable: true, generate: "made:maybe"}}}
  sv_partly: {params: {name: {in: string, max: 7, generate: "made:partly"}}}
  sv_even: {params: {code: {generate: "made:codes"}}, requires: [code // 1000 % 2 == 0]}
  sv_show: {params: {card: {in: sv_card}}}
  sv_put: {params: {row: {in: sv_row, nullable: true, generate: "made:rows"}, times: {range: [0, 3]}}}
  sv_take: {params: {row: {generate: "made:whole_rows"}}}
  sv_new: {params: {name: {in: string, generate: "made:names"}}}
  sv_call: {params: {times: {range: [0, 9]}}}
laws:
  a_box_of_a_name:
    given: {name: {in: string, generate: "made:names"}}
    steps: [box = sv_new(name), called = sv_call(box.result, 3)]
    ensures: [called.result == 0]
  a_row_as_it_is:
    given: {row: {in: sv_row, generate: "made:whole_rows"}}
    steps: [first = sv_put(row, row.size % 4), again = sv_put(row, times=2)]
    ensures: [first.result == again.result, row.left == 9 - row.size]
"""
MADE = """
from hypothesis import strategies as st

names = st.text("abc", max_size=3).map("key-".__add__)
codes = [7 + 1000 * n for n in range(100)]
sorted_numbers = st.lists(st.integers(-99, 99), max_size=9).map(sorted)
maybe = st.none() | names
partly = st.just(NotImplemented) | names


def row(size, name):
    return {
        "size": size,
        "left": 9 - size,
        "bytes": bytes(range(size, 2 * size)) or None,
        "name": "n" * size if name else None,
        "kind": size % 8,
        "at": {"x": -size, "far": size / 4},
    }


whole_rows = st.builds(row, st.integers(0, 9), st.booleans())
rows = st.none() | whole_rows


@st.composite
def frames(draw):
    body = draw(st.binary(max_size=20))
    return b"HKF1" + bytes([len(body)]) + body
"""
ENTRIES = (
    "sv_frame", "sv_name", "sv_code", "sv_sum", "sv_maybe", "sv_partly", "sv_even", "sv_show", "sv_put", "sv_take",
    "sv_call", "sv_box", "a_box_of_a_name", "a_row_as_it_is",
)  # fmt: skip


def written(folder, contract=CONTRACT, strategies=MADE):
    (folder / "sv.h").write_text(HEADER)
    (folder / "sv.c").write_text(SOURCE)
    (folder / "made.py").write_text(strategies)
    (folder / "sv.contract.yaml").write_text(contract)
    return folder / "sv.contract.yaml"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strategies")
    file = written(folder)
    return BuiltContract(
        folder, file, folder, lambda name: (folder / "sv.c", None, f"-DWRONG={int(name == 'wrong')}")
    )


@pytest.mark.slow
def test_everything_is_compiled(built):
    assert built.target.left == ()
    assert {*ENTRIES} <= {*built.target.entries}


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_only_values_of_the_strategy_reach_is_found(entry, built):
    assert built.run("wrong", entry).returncode != 0


@pytest.mark.parametrize("entry", ENTRIES)
def test_other_values_are_not_passed(entry, built):
    """The sound library aborts where it is given one."""
    ended = built.run("sound", entry)

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("entry", ["sv_name", "sv_code", "sv_frame", "sv_put", "sv_take"])
def test_a_value_that_was_not_drawn_is_another_one_in_an_input(entry, built):
    wanted = made(cases(built.boundary, built.boundary.functions[entry]))
    encoded, again = built.again("sound", entry, wanted)

    assert encoded == wanted
    assert len({repr(each) for each in again}) > 5


@pytest.mark.slow
def test_the_same_values_stand_for_a_strategy_each_time(built, tmp_path):
    assert emit(join(load_contract(written(tmp_path)))).source == built.target.source


@pytest.mark.parametrize(
    ("strategies", "reason"),
    [
        ("raise ValueError('no')", "`generate` of `name` fails"),
        ("from hypothesis import strategies as st\nnames = st.just(7)", "`generate` of `name` fails"),
        ("names = ['x' * 70000]", "`generate` of `name` has no value that C can hold"),
        ("names = [None]", "`generate` of `name` has no value that C can hold"),
        ("names = ['other']", "`name` has no valid value"),
    ],
)
def test_a_strategy_without_values_leaves_its_function_out(strategies, reason, tmp_path):
    function = (
        '{sv_name: {params: {name: {in: string, nullable: true, generate: "made:names"}},'
        ' requires: [\'name in ("a", "b")\']}}'
    )
    contract = f"{CONTRACT.partition('types:')[0]}functions: {function}"
    target = emit(join(load_contract(written(tmp_path, contract, strategies))))

    assert [each.reason for each in target.left] == [reason]
    assert "sv_name" not in target.entries
