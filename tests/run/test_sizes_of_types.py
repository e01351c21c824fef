"""`sizeof(TYPE)` in contracts is what the compiler says, in values and in conditions, whatever the target."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct sz_options { size_t size; int level; long more[3]; } sz_options;
struct sz_tag { char c; long l; };
typedef union sz_either { char text[12]; double number; } sz_either;
enum sz_kind { SZ_ONE };
int sz_set(const sz_options *options);
size_t sz_fill(struct sz_tag *tags, size_t n, void *raw, size_t room);
"""
SOURCE = """\
#include <string.h>
#include "sz.h"
int sz_set(const sz_options *options)
{
    return options->size == sizeof *options ? options->level : options->size VARIANT sizeof *options ? -1 : -2;
}
size_t sz_fill(struct sz_tag *tags, size_t n, void *raw, size_t room)
{
    size_t size = n * sizeof *tags;
    if (size > room) return 0;
    memset(tags, 0, size);
    memset(raw, 1, size);
    return size;
}
"""
CONTRACT = """\
abidance: 1
boundary: sz
header: sz.h
libraries: {c: {command: [gcc, -g, "-DVARIANT=<", -shared, -fPIC, sz.c, -o, libsz.so], artifact: libsz.so}}
builds: [release]
types:
  sz_options: {fields: {size: {one_of: [sizeof(sz_options)]}, level: {range: [0, 9]}}}
functions:
  sz_set:
    params: {options: {in: sz_options}}
    ensures:
      - result == options.level
      - options.size == sizeof(struct sz_options) == 8 + sizeof(void *) + 3 * sizeof(long)
    rejects:
      - {when: {options.size: sizeof(sz_options) - 1}, returns: -1}
      - {when: {options.size: sizeof(sz_options) + sizeof(long)}, returns: -2}
  sz_fill:
    params:
      tags: {out: array, capacity: n, length: result // sizeof(struct sz_tag)}
      n: {range: [0, 4]}
      raw: {out: bytes, capacity: room, length: result}
      room: {range: [0, 64]}
    ensures:
      - result == (n * sizeof(struct sz_tag) if n * sizeof( struct  sz_tag ) <= room else 0)
      - sizeof(sz_either) == 16 and sizeof(enum sz_kind) == sizeof(unsigned int) == 4 and sizeof(char) == 1
"""


def judged(written, capsys, variant):
    written("sz", HEADER, SOURCE, CONTRACT.replace("VARIANT=<", f"VARIANT={variant}"))
    return main(["run", "sz.contract.yaml", "--seed", "1", "--max-examples", "40"]), capsys.readouterr().out


@pytest.mark.slow
def test_sizes_are_those_of_the_compiler(written, capsys):
    status, report = judged(written, capsys, "<")

    assert (status, "error[" in report, "exploring" in report) == (0, False, False), report


@pytest.mark.slow
def test_what_takes_another_size_is_found(written, capsys):
    status, report = judged(written, capsys, "==")

    assert status == 1
    assert "`sz_set`" in report
    assert "{options.size: sizeof(sz_options) - 1}" in report


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("sizeof(struct sz_nothing)", "unknown name `sizeof(struct sz_nothing)`"),
        ("sizeof(level)", "unknown name `sizeof(level)`"),
    ],
)
def test_a_size_of_nothing_is_told(said, message, written, tmp_path):
    written("sz", HEADER, SOURCE, CONTRACT)

    with pytest.raises(UsageError) as caught:
        join(load_text(CONTRACT.replace("[sizeof(sz_options)]", f"[{said}]"), tmp_path / "sz.contract.yaml"))

    assert message in [each.message for each in caught.value.diagnostics]
