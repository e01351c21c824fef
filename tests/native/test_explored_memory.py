"""What the compiled form lends and gets back: arrays with room for more, and blocks that C's `free` takes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stdlib.h>
char *em_copy(const char *text);
int em_close(int *codes, int count);
int em_sum(const char *text);
int em_fill(const char *text);
"""
SOURCE = """\
#include "em.h"
#include <malloc.h>
#include <string.h>
char *em_copy(const char *text)
{
    char *first = malloc(64), *made = realloc(first, strlen(text) + 1);
    return LEAK && text[0] == 'q' ? strcpy(malloc(64), text) : strcpy(made, text);
}
int em_close(int *codes, int count) { codes[count + PAST] = -1; return count; }
int em_sum(const char *text) /* works in a block of its own, and writes behind it once it has become a larger one */
{
    size_t n = strlen(text);
    char *room = malloc(1), *more = realloc(room, n + 1 - (PAST && n > 4));
    int sum = 0;
    memcpy(more, text, n + 1);
    for (size_t i = 0; i < n; i++) sum += more[i];
    free(more);
    return sum;
}
int em_fill(const char *text) /* uses all that it was given, as it may once it has asked */
{
    char *room = calloc(1, strlen(text) + 1);
    size_t all = malloc_usable_size(room);
    memset(room, 1, all);
    free(room);
    return all > strlen(text);
}
"""
CONTRACT = """\
abidance: 1
boundary: em
header: em.h
libraries: {c: {path: libem.so}}
functions:
  em_copy:
    params: {text: {in: string, max: 20}}
    returns: {to: string, owner: caller, free: free}
    ensures: [result == text]
  em_close:
    params:
      codes: {inout: array, length: count, capacity: count + 1, range: [0, 999]}
      count: {range: [0, 8]}
    ensures: [result == count]
  em_sum: {params: {text: {in: string, encoding: ascii, max: 20}}, ensures: [result == sum(c for c in text)]}
  em_fill: {params: {text: {in: string, max: 20}}, ensures: [result == 1]}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "expected"),
    [(("-DLEAK=0", "-DPAST=0"), set()), (("-DLEAK=1", "-DPAST=1"), {"ABD371", "ABD311", "ABD314"})],
)
def test_room_and_freed_blocks_are_looked_at_as_in_a_run(flags, expected, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for suffix, text in ((".h", HEADER), (".c", SOURCE), (".contract.yaml", CONTRACT)):
        Path(f"em{suffix}").write_text(text)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", *flags, "em.c", "-o", "libem.so"], check=True)

    main(["run", "em.contract.yaml", "--phase=explore", "--explore=0.3", "--seed=1", "--format=json"])

    document = json.loads(capsys.readouterr().out)
    assert {each["code"] for each in document["findings"]} == expected
    assert not [each for each in document["not_judged"] if "and no other repeats" in each]


KEEPING_HEADER = """\
#include <stddef.h>
typedef struct ek_label { const char *text; } ek_label;
typedef struct ek_tag ek_tag;
ek_tag *ek_new(void);
void ek_free(ek_tag *tag);
void ek_put(ek_tag *tag, const ek_label *labels, int count);
int ek_get(const ek_tag *tag);
int ek_compare(const ek_tag *tag, const char *digits);
"""
KEEPING_SOURCE = """\
#include "ek.h"
#include <stdlib.h>
struct ek_tag { const ek_label *labels; int count; };
ek_tag *ek_new(void) { return calloc(1, sizeof(ek_tag)); }
void ek_free(ek_tag *tag) { free(tag); }
void ek_put(ek_tag *tag, const ek_label *labels, int count) { tag->labels = labels; tag->count = count; }
int ek_get(const ek_tag *tag)
{
    int wrong = 0;
    for (int i = 0; i < tag->count; i++)
        for (const char *text = tag->labels[i].text; *text; text++) wrong += *text < 'a' || *text > 'z';
    return wrong;
}
int ek_compare(const ek_tag *tag, const char *digits) { return ek_get(tag) ? (int)*digits : 0; }
"""
KEEPING_CONTRACT = """\
abidance: 1
boundary: ek
header: ek.h
libraries: {c: {path: libek.so}}
types:
  ek_label: {fields: {text: {to: string, like: "[a-z]{0,12}"}}}
handles:
  ek_tag: {create: ek_new, destroy: ek_free}
functions:
  ek_put: {params: {labels: {in: array, length: count, lifetime: LIFETIME}, count: {range: [0, 3]}}}
  ek_get: {ensures: [result == 0]}
  ek_compare: {params: {digits: {in: string, like: "[0-9]{1,12}"}}, ensures: [result == 0]}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lifetime", "expected"),
    [("static", set()), ("handle(ek_tag)", set()), ("call", {"ABD373"})],
)
def test_what_lent_memory_points_at_lasts_as_long_as_that(lifetime, expected, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    contract = KEEPING_CONTRACT.replace("LIFETIME", lifetime)
    for suffix, text in ((".h", KEEPING_HEADER), (".c", KEEPING_SOURCE), (".contract.yaml", contract)):
        Path(f"ek{suffix}").write_text(text)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "ek.c", "-o", "libek.so"], check=True)

    main(
        [
            "run",
            "ek.contract.yaml",
            "--function=ek_tag",
            "--phase=explore",
            "--explore=0.3",
            "--seed=1",
            "--format=json",
        ]
    )

    document = json.loads(capsys.readouterr().out)
    assert {each["code"] for each in document["findings"]} == expected
    assert not [each for each in document["not_judged"] if "and no other repeats" in each]
