"""What a law is given is tried at its edges, sizes next to powers of two among them, whatever is drawn."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
size_t ln_put(unsigned char *out, size_t room, const unsigned char *raw, size_t n);
size_t ln_get(unsigned char *out, size_t room, const unsigned char *in, size_t n);
unsigned ln_pack(unsigned number);
unsigned ln_unpack(unsigned packed);
"""
SOURCE = """\
#include <string.h>
#include "ln.h"
/* A length of one byte below 128, else 0x80 with how many bytes it has. */
size_t ln_put(unsigned char *out, size_t room, const unsigned char *raw, size_t n)
{
    size_t head = n < SHORT ? 1 : 3;
    if (room < head + n) return 0;
    if (head == 1) out[0] = (unsigned char)n;
    else { out[0] = 0x82; out[1] = (unsigned char)(n >> 8); out[2] = (unsigned char)n; }
    if (n) memcpy(out + head, raw, n);
    return head + n;
}
size_t ln_get(unsigned char *out, size_t room, const unsigned char *in, size_t n)
{
    size_t head = in[0] < 128 ? 1 : 3, told = head == 1 ? in[0] : n < 3 ? n : (size_t)in[1] << 8 | in[2];
    if (told > n - head || told > room) return 0;
    if (told) memcpy(out, in + head, told);
    return told;
}
unsigned ln_pack(unsigned number) { return number == PACKED ? 0 : number; }
unsigned ln_unpack(unsigned packed) { return packed; }
"""
CONTRACT = """\
abidance: 1
boundary: ln
header: ln.h
libraries: {c: {path: libln.so}}
functions:
  ln_put:
    params:
      out: {out: bytes, capacity: room, length: result}
      room: {range: [0, 5000]}
      raw: {in: bytes, length: n}
  ln_get:
    params:
      out: {out: bytes, capacity: room, length: result}
      room: {range: [0, 5000]}
      in: {in: bytes, length: n}
    requires: [n >= 1]
  ln_pack: {params: {number: {range: [0, 1000000]}}}
  ln_unpack: {params: {packed: {range: [0, 1000000]}}}
laws:
  what_is_put_is_got:
    given: {raw: {in: bytes, max: 3000}}
    steps: ["a = ln_put(5000, raw, len(raw))", "b = ln_get(5000, a.out, a.result)"]
    ensures: [b.out == raw]
  what_is_packed_is_unpacked:
    given: {number: {in: unsigned int, range: [0, 1000000]}}
    steps: ["a = ln_pack(number)", "b = ln_unpack(a.result)"]
    ensures: [b.result == number]
  each_of_a_few_is_unpacked:
    given:
      n: {in: unsigned int, range: [0, 23]}
      more: {in: bytes, like: '[a-z]{0,3}'}
      other: {in: bytes, like: '[a-z]{3}'}
    steps: ["a = ln_pack(n * 100 + len(more))", "b = ln_unpack(a.result)"]
    ensures: ["b.result == n * 100 + len(more) and len(other) == 3"]
"""


@pytest.fixture
def codes(codes_of):
    def of(law, short=128, packed=-1):
        defines = (f"-DSHORT={short}", f"-DPACKED={packed}")
        return codes_of("ln", HEADER, SOURCE, CONTRACT, law, ("laws",), *defines)

    return of


@pytest.mark.slow
def test_a_size_at_a_power_of_two_is_met(codes):
    assert codes("what_is_put_is_got", short=129) == ["ABD376"]


@pytest.mark.slow
@pytest.mark.parametrize("packed", [65536, 999999], ids=["power of two", "near the end"])
def test_a_number_at_an_edge_is_met(codes, packed):
    assert codes("what_is_packed_is_unpacked", packed=packed) == ["ABD376"]


@pytest.mark.slow
@pytest.mark.parametrize(("short", "status"), [(129, 1), (128, 0)])
def test_exploring_a_law_begins_at_its_edges(written, tmp_path, capsys, short, status):
    """Without coverage nothing leads there: a tenth of a second is mostly over once the first inputs are made."""
    written("ln", HEADER, SOURCE, CONTRACT)
    command = ["gcc", "-shared", "-fPIC", f"-DSHORT={short}", "-DPACKED=-1", "ln.c", "-o", "libln.so"]
    subprocess.run(command, cwd=tmp_path, check=True)

    explored = ["--function", "what_is_put_is_got", "--phase", "explore", "--explore", "0.1"]
    assert main(["run", str(tmp_path / "ln.contract.yaml"), *explored]) == status
    assert ("ABD376" in capsys.readouterr().out) == (status == 1)


@pytest.mark.slow
@pytest.mark.parametrize("law", ["what_is_put_is_got", "what_is_packed_is_unpacked"])
def test_what_keeps_the_law_at_each_size_is_left_alone(codes, law):
    assert codes(law) == []


@pytest.mark.slow
def test_another_way_to_write_lengths_is_left_alone(codes):
    """Lengths of up to 126 in one byte: longer than need be, and read all the same."""
    assert codes("what_is_put_is_got", short=127) == []


@pytest.mark.slow
@pytest.mark.parametrize(("packed", "found"), [(1400, ["ABD376"]), (2300, ["ABD376"]), (2400, []), (-1, [])])
def test_each_of_a_few_numbers_is_tried(codes, packed, found):
    """Fourteen of 0 to 23 is no edge, and draws are mostly variations of what else the law is given."""
    assert codes("each_of_a_few_is_unpacked", packed=packed) == found
