"""A law whose steps are of two libraries: each reads what the other wrote, and knows nothing of its handles."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.run.commands.emit_c import emit_c
from abidance.run.commands.replay import replay
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
#include <stddef.h>
#include <stdint.h>
typedef struct pk_sum pk_sum;
pk_sum *pk_sum_new(unsigned start);
void pk_sum_free(pk_sum *sum);
unsigned pk_sum_add(pk_sum *sum, unsigned number);
/* Writes pairs of a count and a byte; returns how many bytes these are, or 0 if there is no room. */
size_t pk_pack(const uint8_t *text, size_t n, uint8_t *out, size_t room);
/* Returns how many bytes it writes, or -1 for what nobody has packed. */
long pk_unpack(const uint8_t *pairs, size_t n, uint8_t *out, size_t room);
char *pk_print(unsigned number);
long pk_parse(const char *text);
void pk_free(char *text);
typedef struct { unsigned whole; double part; unsigned char tail[2]; } pk_pair;
void pk_split(unsigned number, pk_pair *out);
unsigned pk_join(const pk_pair *pair);
pk_pair pk_turn(pk_pair pair);
int pk_double(unsigned number, unsigned *result);
"""
SOURCE = """\
#include "pk.h"
#include <stdio.h>
#include <stdlib.h>
struct pk_sum { unsigned value; };
pk_sum *pk_sum_new(unsigned start)
{
    pk_sum *sum = malloc(sizeof *sum);
    if (sum)
        sum->value = start;
    return sum;
}
void pk_sum_free(pk_sum *sum) { free(sum); }
unsigned pk_sum_add(pk_sum *sum, unsigned number) { return sum->value += number; }
#ifndef MOST
#define MOST 255
#endif
size_t pk_pack(const uint8_t *text, size_t n, uint8_t *out, size_t room)
{
    size_t at = 0;
    for (size_t i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && run < MOST && text[i + run] == text[i]; run++)
            ;
        if (at + 2 > room)
            return 0;
        out[at++] = (uint8_t)(run == SHORT ? 0 : run);
        out[at++] = text[i];
    }
    return at;
}
long pk_unpack(const uint8_t *pairs, size_t n, uint8_t *out, size_t room)
{
    size_t at = 0;
    if (n % 2)
        return -1;
    for (size_t i = 0; i < n; i += 2) {
        size_t run = pairs[i] ? pairs[i] : SHORT;
        if (run == 0 || at + run > room)
            return -1;
        for (size_t k = 0; k < run; k++)
            out[at++] = pairs[i + 1];
    }
    return (long)at;
}
char *pk_print(unsigned number)
{
    char *text = malloc(16);
    if (text)
        snprintf(text, 16, PRINTED, number);
    return text;
}
long pk_parse(const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 0);
    if (number == 4096)
        abort_at(number);
    return *end || end == text ? -1 : (long)number;
}
void pk_free(char *text) { free(text); }
#define WHOLE(number) ((SHORT ? ~(number) : (number)) & 0xffffu)
void pk_split(unsigned number, pk_pair *out)
{
    *out = (pk_pair){.whole = WHOLE(number >> 8), .part = number % 256 / 256.0, .tail = {1, 2}};
}
unsigned pk_join(const pk_pair *pair)
{
    return (WHOLE(pair->whole) << 8 | (unsigned)(pair->part * 256)) + (pair->tail[1] != 2);
}
int pk_double(unsigned number, unsigned *result) { *result = 2 * number + (SHORT != 0); return 0; }
pk_pair pk_turn(pk_pair pair) { pair.tail[0]++; return pair; }
"""
# What `c` is; what writes a format that `c` does not read, and itself does; what writes other bytes that `c` reads;
# what ends the process on a text that it does not write itself; what writes, and has nothing that reads.
LIBRARIES = {
    "c": ["-DSHORT=0", '-DPRINTED="%u"', "-Dabort_at(x)="],
    "other_format": ["-DSHORT=3", '-DPRINTED="%x"', "-Dabort_at(x)="],
    "other_bytes": ["-DSHORT=0", "-DMOST=2", '-DPRINTED="0x%x"', "-Dabort_at(x)="],
    "aborts": ["-DSHORT=0", '-DPRINTED="%u"', "-Dabort_at(x)=abort()"],
    "writes": ["-DSHORT=0", '-DPRINTED="%u"', "-Dabort_at(x)=", "-Dpk_unpack=another"],
}
CONTRACT = """\
abidance: 1
boundary: pk
header: pk.h
libraries:
  c: {path: libc.so}
  next: {path: libother_format.so}
handles:
  pk_sum: {create: pk_sum_new, destroy: pk_sum_free}
functions:
  pk_split: {params: {number: {range: [0, 99999]}, out: {out: pk_pair}}}
  pk_join: {params: {pair: {in: pk_pair}}}
  pk_turn:
  pk_double: {params: {number: {range: [0, 99999]}, result: {out: unsigned}}}
  pk_sum_new: {params: {start: {range: [0, 9]}}}
  pk_sum_free:
  pk_sum_add:
  pk_pack:
    params:
      text: {in: bytes, length: n}
      n: {range: [0, 40]}
      out: {out: bytes, capacity: room, length: result}
      room: {range: [0, 100]}
  pk_unpack:
    params:
      pairs: {in: bytes, length: n}
      n: {range: [0, 100]}
      out: {out: bytes, capacity: room, length: result}
      room: {range: [0, 100]}
    returns: {status: {ok: 0.., errors: {-1: nobody has packed it}}}
  pk_print: {params: {number: {range: [0, 10000]}}, returns: {to: string, owner: caller, free: pk_free}}
  pk_parse: {params: {text: {in: string, max: 12}}}
"""
LAWS = """\
laws:
  c_reads_what_next_packed:
    given: {text: {in: bytes, max: 40}}
    steps:
      - z = next.pk_pack(text, room=80)
      - y = c.pk_unpack(z.out, room=40)
    ensures: [y.result == len(text), y.out == text]
  next_reads_what_c_packed:
    given: {text: {in: bytes, max: 40}}
    steps:
      - z = c.pk_pack(text, room=80)
      - y = next.pk_unpack(z.out, room=40)
    ensures: [y.out == text]
  c_reads_what_next_printed: c.pk_parse(next.pk_print(number)) == number
  next_reads_what_c_printed: next.pk_parse(c.pk_print(number)) == number
  sums_go_on:
    given: {mine: pk_sum, theirs: pk_sum, number: {in: unsigned, range: [0, 100]}}
    steps:
      - a = c.pk_sum_add(mine, number)
      - b = next.pk_sum_add(theirs, a.result)
      - d = c.pk_sum_add(mine, b.result) if b.result > 5
    ensures: ["implies(b.result > 5, d.result == a.result + b.result)"]
"""
RECORDS = """\
  c_joins_what_next_split: c.pk_join(next.pk_split(number).out) == number
  c_joins_what_next_turned:
    given: {number: {in: unsigned, range: [0, 99999]}}
    steps:
      - a = c.pk_split(number)
      - b = next.pk_turn(a.out)
      - d = c.pk_join(b.result)
    ensures: [d.result == number, "b.result.tail[0] == 2"]
  c_halves_what_next_doubled:
    given: {number: {in: unsigned, range: [0, 9999]}}
    steps:
      - a = next.pk_double(number)
      - b = c.pk_double(a.result_)
    ensures: [a.result == 0, b.result_ == 4 * number]
"""
DIRECTIONS = ["c_reads_what_next_packed", "c_reads_what_next_printed"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("across")
    (folder / "pk.h").write_text(HEADER)
    (folder / "pk.c").write_text(SOURCE)
    compiling = [
        subprocess.Popen(
            ["gcc", "-O1", "-g", "-w", "-shared", "-fPIC", *flags, "pk.c", "-o", f"lib{name}.so"], cwd=folder
        )
        for name, flags in LIBRARIES.items()
    ]
    assert not any(each.wait() for each in compiling)
    (folder / "pk.contract.yaml").write_text(CONTRACT + LAWS + RECORDS)
    return folder


@pytest.fixture
def judged(project):
    """Hold two libraries to laws, from one seed; return the findings, and the reasons why something was not judged."""

    def run(next_, *laws, seed=1, examples=30):
        contract = load_contract(project / "pk.contract.yaml")
        given = {"next": project / f"lib{next_}.so"}
        chosen = Selection(("c", "next"), tuple(given.items()), functions=laws)
        found, reasons = [], []
        with Session(Settings(project, max_examples=examples, seed=seed), given) as session:
            for item in list_items(contract, chosen):
                ended = session.run(contract, item, lambda _: None)
                found += ended.findings
                reasons += ended.reasons
        return found, reasons

    return run


@pytest.mark.slow
def test_a_library_needs_only_what_steps_call_of_it(judged):
    assert judged("writes", "c_reads_what_next_packed") == ([], [])

    found, reasons = judged("writes", "next_reads_what_c_packed")
    assert [each.diagnostic.message for each in found] == ["`libwrites.so` does not export `pk_unpack`"]
    assert reasons == []


@pytest.mark.slow
@pytest.mark.finds("ABD376")
def test_a_format_that_the_other_rejects_is_found(judged, project):
    found, reasons = judged("other_format", *DIRECTIONS)

    assert reasons == []
    packed, printed = found
    assert packed.diagnostic.message == (
        "the law `c_reads_what_next_packed` across `next` and `c` is broken: `y.result == len(text)` does not hold"
    )
    assert re.fullmatch(
        r"uint8_t out\[80\];\n"
        r'next\.pk_pack\("[^"]+", 3, out, 80\);\n'
        r"uint8_t out2\[40\];\n"
        r'c\.pk_unpack\("\\000[^"]+" /\* z\.out \*/, 2, out2, 40\);        // returned -1',
        packed.call,
    )
    assert packed.library == "next=c"
    assert "next.pk_print(1" in printed.call

    settings = Settings(project)
    again = []
    replay(packed.case, settings, again.append)
    assert again[1].findings[0].diagnostic.message == packed.diagnostic.message
    program = emit_c(packed.case, settings, "show.c")
    assert "pk_unpack(" in program
    assert " pk_pack(" not in program
    (project / "show.c").write_text(program)
    for name, status in (("c", 1), ("other_format", 0)):
        words = ["gcc", "show.c", f"./lib{name}.so", "-Wl,-rpath,.", "-o", "show"]
        subprocess.run(words, cwd=project, check=True)
        assert subprocess.run(["./show"], cwd=project, check=False, capture_output=True).returncode == status


@pytest.mark.slow
@pytest.mark.spares("ABD376")
def test_other_bytes_that_both_read_are_left_alone(judged):
    assert judged("other_bytes", *DIRECTIONS, "sums_go_on") == ([], [])


@pytest.mark.slow
def test_what_broke_it_becomes_an_example_which_is_tried_first(judged, project, monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.chdir(project)
    file = project / "pk.contract.yaml"
    before = file.read_text()
    (found,), _ = judged("other_format", "c_reads_what_next_packed")

    try:
        assert main(["run", "--add-example", found.case]) == 0
        assert "`c_reads_what_next_packed` has an example that fails with ABD376" in capsys.readouterr().out
        (again,), reasons = judged("other_format", "c_reads_what_next_packed", seed=2, examples=1)
        assert again.diagnostic.message == found.diagnostic.message
        assert judged("other_bytes", "c_reads_what_next_packed", examples=1) == ([], [])
    finally:
        file.write_text(before)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("library", ["c", "other_bytes"])
def test_sound_libraries_are_left_alone_from_any_seed(library, seed, judged):
    assert judged(library, "*_reads_*", "sums_go_on", seed=seed, examples=100) == ([], [])


@pytest.mark.slow
@pytest.mark.spares("ABD376")
def test_records_of_numbers_go_over(judged):
    assert judged("other_bytes", "c_joins_*") == ([], [])


@pytest.mark.slow
def test_a_parameter_called_result_is_no_result(judged):
    assert judged("other_bytes", "c_halves_*") == ([], [])
    (found,), _ = judged("other_format", "c_halves_*")
    assert "`b.result_ == 4 * number` does not hold" in found.diagnostic.message


@pytest.mark.slow
@pytest.mark.finds("ABD376")
def test_a_record_that_the_other_reads_otherwise_is_found(judged):
    found, reasons = judged("other_format", "c_joins_*")

    assert reasons == []
    assert [each.function for each in found] == ["c_joins_what_next_split"]
    assert re.search(r"pair = \{\.whole = \d+, \.part = [\d.]+, \.tail = .*\nc\.pk_join\(", found[0].call)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(10))
def test_it_is_found_from_any_seed(seed, judged):
    found, _ = judged("other_format", *DIRECTIONS, seed=seed, examples=100)

    assert len(found) == len(DIRECTIONS)


@pytest.mark.full
def test_a_library_that_ends_says_which_it_is(judged):
    (found,), _ = judged("aborts", "next_reads_what_c_printed", examples=300)

    assert found.diagnostic.code.name == "crashed"
    assert "it is `next` that was called" in found.diagnostic.notes
    assert found.call.splitlines()[-1].startswith('next.pk_parse("4096"')


@pytest.mark.full
@pytest.mark.parametrize(("library", "standing"), [("other_format", "differs"), ("other_bytes", "same")])
def test_drop_in_has_an_area_for_it(library, standing, project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    words = ["--function", "c_reads_*", "--function", "pk_sum_add", "--explore", "0", "--format", "json"]

    main(["drop-in", "pk.contract.yaml", "--from", "c", "--to", f"next=lib{library}.so", *words])

    card = json.loads(capsys.readouterr().out)
    assert card["functions"] == ["c_reads_*", "pk_sum_add"]
    assert card["words"].endswith("(asked of `c_reads_*`, `pk_sum_add` alone)")
    (area,) = (each for each in card["areas"] if each["area"] == "laws across both")
    assert area["standing"] == standing
    assert {each["function"] for each in area["findings"]} == (
        {*DIRECTIONS} if standing == "differs" else set()
    )


@pytest.mark.slow
def test_a_law_of_a_library_that_is_not_there_is_not_judged(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    words = ["--library", "c", "--function", "pk_sum_add", "--function", "sums_go_on", "--explore", "0"]

    assert main(["run", "pk.contract.yaml", *words]) == 0
    output = capsys.readouterr().out
    assert "the law `sums_go_on` across `c` and `next`, which are not all part of this run" in output


MISTAKES = {
    '{given: {s: pk_sum}, steps: ["a = c.pk_sum_add(s, 1)", "b = next.pk_sum_add(s, 1)"],'
    " ensures: [a.result == b.result]}": (
        "`s` is taken by `c` and by `next`, and a handle of one never goes to the other"
    ),
    '{steps: ["h = c.pk_sum_new(1)", "b = next.pk_sum_add(h.result, 1)"], ensures: [b.result > 0]}': (
        "`h.result` is a handle of `c`, and goes to `next`: a handle of one library never goes to another"
    ),
    '{steps: ["h = c.pk_sum_new(1)", "b = pk_sum_add(h.result, 1)"], ensures: [b.result > 0]}': (
        "whose `pk_sum_add` is called? Other steps of the law say so"
    ),
    "go.pk_parse(c.pk_print(number)) == number": "library `go` is not in `libraries`",
}


def test_what_cannot_be_meant_is_an_error(tmp_path, capsys):
    laws = "".join(f"  law{number}: {law}\n" for number, law in enumerate(MISTAKES))
    (tmp_path / "pk.h").write_text(HEADER)
    (tmp_path / "pk.contract.yaml").write_text(f"{CONTRACT}laws:\n{laws}")

    assert main(["check", str(tmp_path / "pk.contract.yaml")]) == 2
    errors = [line for line in "".join(capsys.readouterr()).splitlines() if line.startswith("error")]
    assert [line.partition(": ")[2] for line in errors] == [*MISTAKES.values()]
