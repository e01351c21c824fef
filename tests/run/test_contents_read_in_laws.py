"""What a callback reads, said by a step of a law: `f(read=data)`, or a field of a record, `f(io, io.read=b"abc")`."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
#include <stdint.h>
typedef long (*rd_get)(void *mine, void *to, size_t room);
long rd_sum(rd_get get, void *mine);
typedef struct {
    int (*fill)(void *mine, void *to, size_t n);
    long (*numbers)(void *mine, int16_t *to, size_t n);
} rd_io;
/* A sum of as many bytes as the first one says; -1 where there are not so many. */
int rd_frame(const rd_io *io, void *mine);
long rd_total(const rd_io *io, void *mine);
"""
SOURCE = """\
#include "rd.h"
enum { NOTHING, FIRST };
long rd_sum(rd_get get, void *mine)
{
    unsigned char some[3];
    long sum = 0;
    for (long got; (got = get(mine, some, sizeof some)) > 0;)
        for (long i = WRONG == FIRST && some[0] == 7; i < got; i++)
            sum += some[i];
    return sum;
}
int rd_frame(const rd_io *io, void *mine)
{
    unsigned char size, some[255];
    int sum = 0;
    if (io->fill(mine, &size, 1) != 0 || io->fill(mine, some, size) != 0)
        return -1;
    for (int i = WRONG == FIRST; i < size; i++)
        sum += some[i];
    return sum;
}
long rd_total(const rd_io *io, void *mine)
{
    int16_t some[2];
    long sum = WRONG == FIRST;
    for (long got; (got = io->numbers(mine, some, 2)) > 0;)
        for (long i = 0; i < got; i++)
            sum += some[i];
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: rd
header: rd.h
libraries: {c: {path: librd.so}}
types:
  rd_io:
    fields:
      fill:
        callback:
          whole: true
          params: {to: {out: bytes, capacity: n}, n: {range: [0, 255]}}
          returns: {one_of: [0, -1]}
      numbers:
        callback:
          contents: {max: 9}
          params: {to: {out: array, capacity: n, length: result}, n: {range: [1, 9]}}
          returns: {range: [0, 9]}
functions:
  rd_sum:
    params:
      get:
        callback:
          contents: {max: 20}
          params: {to: {out: bytes, capacity: room, length: result}, room: {range: [1, 9]}}
          returns: {range: [0, 9]}
        user_data: mine
  rd_frame: {params: {io: {in: rd_io, user_data: mine}}}
  rd_total: {params: {io: {in: rd_io, user_data: mine}}}
laws:
  what_is_given:
    given: {data: {in: bytes, max: 20}}
    steps: [a = rd_sum(get=data)]
    ensures: [a.result == sum(data)]
  one_behind_another:
    given: {data: {in: bytes, max: 9}}
    steps: ["a = rd_sum(get=data + b\\"\\\\x07\\\\x01\\")", b = rd_sum(get=data)]
    ensures: [a.result == b.result + 8]
  a_field_of_a_record:
    given: {io: rd_io, n: {in: uint8_t, range: [1, 3]}}
    steps: ["a = rd_frame(io, io.fill=[n, 1, 2, 3])", "b = rd_frame(io, io.fill=b\\"\\")"]
    ensures: [a.result == sum(range(n + 1)), b.result == -1]
  numbers:
    given: {io: rd_io}
    steps: ["a = rd_total(io, io.numbers=[1, -2, 300])", "b = rd_total(io, io.numbers=[])"]
    ensures: [a.result == 299, b.result == 0]
"""
LAWS = ("what_is_given", "one_behind_another", "a_field_of_a_record", "numbers")


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", []), ("FIRST", ["ABD376"])])
def test_a_callback_reads_what_the_law_says(law, wrong, codes, codes_of):
    assert codes_of("rd", HEADER, SOURCE, CONTRACT, law, ("laws",), f"-DWRONG={wrong}", least=40) == codes


@pytest.mark.parametrize(
    ("law", "was", "then", "words"),
    [
        (
            "what_is_given",
            "rd_sum(get=data)]",
            "rd_sum(get=3)]",
            "`3` is no value for `get`, which is a callback",
        ),
        ("numbers", "io.numbers=[]", "io.numbers=[70000]", "which is a callback that reads something else"),
        (
            "a_field_of_a_record",
            'io.fill=b\\"\\"',
            "io.fill=[300]",
            "which is a callback that reads something else",
        ),
    ],
)
def test_what_it_cannot_read_is_refused(law, was, then, words, judged_of):
    assert was in CONTRACT
    contract = CONTRACT.replace(was, then)
    (done,) = judged_of("rd", HEADER, SOURCE, contract, law, ("laws",), "-DWRONG=NOTHING")

    assert {words in each.message for each in done.reasons} == {True}


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", []), ("FIRST", ["ABD321"])])
@pytest.mark.parametrize("phase", ["properties", "explore"])
def test_what_there_was_no_room_for_comes_next(wrong, codes, phase, codes_of, monkeypatch):
    """`rd_sum` has room for three bytes at a time."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    promised = CONTRACT.replace(
        "user_data: mine\n", "user_data: mine\n    ensures: [result == sum(get.contents)]\n", 1
    )
    assert promised.count("ensures: [result == sum(get.contents)]") == 1

    assert (
        codes_of("rd", HEADER, SOURCE, promised, "rd_sum", (phase,), f"-DWRONG={wrong}", least=200) == codes
    )
