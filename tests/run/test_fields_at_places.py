"""One record, used in several ways: what a place says of its fields is said in place of what its type says."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct fp_chunk { unsigned id; size_t size; void *data; } fp_chunk;
typedef struct fp_info { int rate, channels; } fp_info;
struct fp_piece { void *base; size_t len; };
struct fp_message { struct fp_piece *pieces; size_t count; };
int fp_chunk_size(unsigned which, fp_chunk *chunk);
int fp_chunk_data(unsigned which, fp_chunk *chunk);
int fp_probe(unsigned which, fp_info *info);
int fp_describe(unsigned which, fp_chunk **chunk);
int fp_check(const fp_info *info);
const fp_chunk *fp_first(void);
int fp_frames(fp_info info, int seconds);
size_t fp_send(const struct fp_message *message);
size_t fp_receive(struct fp_message *message);
size_t fp_length(const struct fp_piece *pieces, size_t n);
"""
SOURCE = """\
#include "fp.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, NEAR, FILLS, OVERRUNS, RATE, EMPTY, LAST, DIVIDES };
static const char *const contents[] = {"RIFF", "", "a comment"};
int fp_chunk_size(unsigned which, fp_chunk *chunk)
{
    chunk->id = which;
    chunk->size = strlen(contents[which]);
    if (WRONG == FILLS)
        memcpy(chunk->data, contents[which], chunk->size);
    if (WRONG == NEAR)
        chunk->data = NULL; /* nobody looks */
    return 0;
}
int fp_chunk_data(unsigned which, fp_chunk *chunk)
{
    size_t size = strlen(contents[which]);
    if (size > chunk->size && WRONG != OVERRUNS)
        size = chunk->size;
    memcpy(chunk->data, contents[which], size);
    chunk->size = size;
    chunk->id = which;
    return 0;
}
int fp_probe(unsigned which, fp_info *info)
{
    info->rate = which ? 44100 : WRONG == NEAR ? 1 : 8000;
    info->channels = WRONG == RATE && which == 3 ? 9 : 1 + which % 2;
    return 0;
}
int fp_describe(unsigned which, fp_chunk **chunk)
{
    size_t size = strlen(contents[which]);
    *chunk = malloc(sizeof **chunk + size);
    **chunk = (fp_chunk){which, size, WRONG == EMPTY && size ? NULL : *chunk + 1};
    memcpy(*chunk + 1, contents[which], size);
    return 0;
}
int fp_check(const fp_info *info)
{
    return info->channels > 0 && info->channels <= 8 && info->rate > 0;
}
const fp_chunk *fp_first(void)
{
    static const fp_chunk first = {0, WRONG == EMPTY ? 3 : 4, "RIFF"};
    return &first;
}
int fp_frames(fp_info info, int seconds)
{
    if (info.rate > 1000)
        abort(); /* as nobody may give it */
    return (WRONG == DIVIDES ? 1000 / (info.rate - 1000) : info.rate) * seconds;
}
size_t fp_send(const struct fp_message *message)
{
    size_t sum = 0;
    for (size_t i = 0; i < message->count; i++)
        for (size_t k = 0; k < message->pieces[i].len; k++)
            sum += ((unsigned char *)message->pieces[i].base)[k] != 0;
    return sum;
}
size_t fp_receive(struct fp_message *message)
{
    size_t sum = 0;
    for (size_t i = 0; i < message->count; i++) {
        memset(message->pieces[i].base, 1, message->pieces[i].len + (WRONG == LAST && i == 1));
        sum += message->pieces[i].len;
    }
    return sum;
}
size_t fp_length(const struct fp_piece *pieces, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += pieces[i].len; /* and nothing is read behind `base`, which may lead nowhere */
    if (WRONG == FILLS && n > 1)
        sum += *(volatile char *)pieces[1].base;
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: fp
header: fp.h
libraries: {c: {path: libfp.so}}
types:
  fp_chunk: {fields: {size: {range: [0, 20]}, data: {to: bytes, capacity: size}}}
  fp_info: {fields: {rate: {range: [1, 192000]}, channels: {range: [1, 8]}}}
  struct fp_piece: {fields: {base: {to: bytes, length: len}, len: {range: [0, 9]}}}
  struct fp_message: {fields: {pieces: {to: array, length: count}, count: {range: [0, 3]}}}
functions:
  fp_chunk_size:
    params:
      which: {range: [0, 2]}
      chunk: {inout: fp_chunk, fields: {data: {nullable: true}, size: {}}}
    ensures: [chunk.id == which]
  fp_chunk_data:
    params: {which: {range: [0, 2]}, chunk: {inout: fp_chunk}}
  fp_probe:
    params: {which: {range: [0, 9]}, info: {out: fp_info, fields: {channels: {one_of: [1, 2]}}}}
    returns: {status: {ok: [0]}}
  fp_describe:
    params:
      which: {range: [0, 2]}
      chunk: {out: {to: fp_chunk, owner: caller, free: free}, fields: {data: {to: bytes, length: size}}}
    returns: {status: {ok: [0]}}
  fp_check: {params: {info: {in: fp_info}}, returns: {one_of: [1]}}
  fp_first:
    returns: {to: fp_chunk, lifetime: static, fields: {data: {to: bytes, length: size}}}
    ensures: ['result.data == "RIFF"']
  fp_frames: {params: {info: {fields: {rate: {range: [1, 1000]}}}, seconds: {range: [0, 60]}}}
  fp_send: {params: {message: {in: struct fp_message}}}
  fp_receive:
    params: {message: {inout: struct fp_message, fields: {pieces.base: {to: bytes, capacity: len}}}}
    ensures: [result == sum(each.len for each in message.pieces)]
  fp_length:
    params:
      pieces: {in: array, length: n, fields: {base: {nullable: true}}}
      n: {range: [0, 4]}
    ensures: [result == sum(each.len for each in pieces)]
laws:
  what_is_told_is_taken: fp_check(fp_probe(which).info) == 1
  nothing_is_read:
    given: {pieces: {in: array, max: 3, fields: {base: {nullable: true}}}}
    steps: ["a = fp_length(pieces)"]
    ensures: [a.result == sum(each.len for each in pieces)]
"""
DEFECTS = [
    ("fp_chunk_size", "FILLS", {"ABD301"}),
    ("fp_chunk_data", "OVERRUNS", {"ABD311"}),
    ("fp_probe", "RATE", {"ABD322"}),
    ("fp_describe", "EMPTY", {"ABD322"}),
    ("fp_first", "EMPTY", {"ABD321"}),
    ("fp_frames", "DIVIDES", {"ABD301"}),
    ("fp_receive", "LAST", {"ABD311"}),
    ("fp_length", "FILLS", {"ABD301"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("function", "wrong", "codes"), DEFECTS)
def test_a_place_says_what_its_call_does(function, wrong, codes, codes_of):
    found = codes_of("fp", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}")

    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize("function", [*dict.fromkeys(each for each, _, _ in DEFECTS), "fp_check", "fp_send"])
@pytest.mark.parametrize("wrong", [full("NOTHING"), "NEAR"])
def test_other_places_go_by_the_type(function, wrong, codes_of):
    assert (
        codes_of("fp", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=1) == []
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "wrong", "codes"),
    [
        ("what_is_told_is_taken", "NOTHING", set()),
        ("what_is_told_is_taken", "NEAR", set()),
        ("nothing_is_read", "NOTHING", set()),
        ("nothing_is_read", "FILLS", {"ABD301"}),
    ],
)
def test_laws_hand_on_what_places_describe(law, wrong, codes, codes_of):
    found = codes_of("fp", HEADER, SOURCE, CONTRACT, law, ("laws",), f"-DWRONG={wrong}", least=20)

    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("fp_chunk_size", "NOTHING", set()),
        ("fp_chunk_size", "FILLS", {"ABD301"}),
        full("fp_chunk_data", "OVERRUNS", {"ABD311"}),
        ("fp_probe", "RATE", {"ABD322"}),
        full("fp_frames", "NOTHING", set()),
        ("fp_length", "NOTHING", set()),
    ],
)
def test_exploring_goes_by_it(function, wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    assert {*codes_of("fp", HEADER, SOURCE, CONTRACT, function, ("explore",), f"-DWRONG={wrong}")} == codes


def _build(folder, wrong):
    words = ["cc", "-shared", "-fPIC", "-g", f"-DWRONG={wrong}", "fp.c", "-o", "libfp.so"]
    subprocess.run(words, check=True, cwd=folder)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "wrong"), [("fp_probe", "RATE"), ("fp_chunk_size", "FILLS")])
def test_a_program_has_the_headers_names(function, wrong, written, tmp_path, capsys):
    written("fp", HEADER, SOURCE, CONTRACT)
    _build(tmp_path, wrong)
    assert main(["run", "fp.contract.yaml", "--function", function]) == 1
    again = capsys.readouterr().out.partition("abidance replay ")[2].split("`")[0]
    assert main(["replay", again, "--emit", "c"]) == 0
    (tmp_path / "again.c").write_text(capsys.readouterr().out)
    for fails, defect in ((True, wrong), (False, "NOTHING")):
        _build(tmp_path, defect)
        words = ["cc", "-Wall", "-Wextra", "-Werror", "again.c", "./libfp.so", "-o", "again"]
        subprocess.run(words, check=True, cwd=tmp_path)
        ended = subprocess.run(["./again"], cwd=tmp_path, capture_output=True, check=False).returncode
        assert bool(ended) == fails


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("{data: {nullable: true}, size: {}}", "{date: {nullable: true}}", "field `date` is not in `struct fp_chunk`"),
        ("capacity: len}}}", "capacity: length}}}", "`length`"),
        ("{pieces.base: {to", "{pieces.bas: {to", "field `pieces.bas` is not in `struct fp_message`"),
        ("n: {range: [0, 4]}", "n: {range: [0, 4], fields: {x: {}}}", "`fields` are those of a record"),
        ("fields: {rate: {range: [1, 1000]}}", "fields: {rate: {secret: true}}", "`secret` is said of a field"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused(was, then, words, written, capsys):
    assert was in CONTRACT
    written("fp", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "fp.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
