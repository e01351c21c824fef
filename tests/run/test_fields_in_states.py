"""Fields that the library sets in a handle of the caller's, and that have a value in some of its states only."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
typedef struct fs_file { char *name; int level; int is_open; } fs_file;
int fs_init(fs_file *file);
int fs_open(fs_file *file, const char *name);
int fs_rename(fs_file *file, const char *name);
int fs_close(fs_file *file);
int fs_is_open(const fs_file *file);
void fs_end(fs_file *file);
"""
SOURCE = """\
#include "fs.h"
#include <stdlib.h>
#include <string.h>
enum { SOUND, NEAR, ASTRAY, OTHER };
int fs_init(fs_file *file)
{
    file->is_open = 0;
    if (VARIANT == NEAR) file->name = (char *)8, file->level = 77; /* whatever it likes, as long as it is not open */
    return 0;
}
static int named(fs_file *file, const char *name)
{
    file->name = VARIANT == ASTRAY && strlen(name) == 2 ? (char *)8 : strdup(name);
    file->level = VARIANT == OTHER ? 77 : 3;
    return 0;
}
int fs_open(fs_file *file, const char *name)
{
    file->is_open = 1;
    return named(file, name);
}
int fs_rename(fs_file *file, const char *name)
{
    if (file->name != (char *)8) free(file->name);
    return named(file, name);
}
int fs_close(fs_file *file)
{
    if (file->name != (char *)8) free(file->name); /* which it leaves as it is */
    if (VARIANT == NEAR) file->level = -1;
    file->is_open = 0;
    return 0;
}
int fs_is_open(const fs_file *file) { return file->is_open; }
void fs_end(fs_file *file)
{
    if (file->is_open && file->name != (char *)8) free(file->name);
}
"""
CONTRACT = """\
abidance: 1
boundary: fs
header: fs.h
libraries: {c: {path: libfs.so}}
types:
  fs_file:
    fields:
      name: {to: string, read_only: open}
      level: {range: [0, 9], read_only: [open]}
handles:
  fs_file:
    create: fs_init
    destroy: fs_end
    states: [closed, open]
    transitions:
      fs_open: {from: closed, to: open}
      fs_rename: {from: open}
      fs_close: {from: open, to: closed}
functions:
  fs_init: {returns: {status: {ok: [0]}}}
  fs_open:
    params: {name: {in: string, encoding: ascii, max: 2}}
    returns: {status: {ok: [0]}}
    ensures: [file.name == name]
  fs_rename:
    params: {name: {in: string, encoding: ascii, max: 2}}
    returns: {status: {ok: [0]}}
    ensures: [file.name == name, old(file.level) == file.level]
  fs_close: {returns: {status: {ok: [0]}}, ensures: ["len(old(file.name)) <= 2"]}
  fs_is_open: {ensures: ["implies(result == 1, file.level == 3)"]}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "codes"),
    [("SOUND", set()), ("NEAR", set()), ("ASTRAY", {"ABD322"}), ("OTHER", {"ABD322"})],
)
def test_what_has_no_value_is_not_looked_at(variant, codes, codes_of_sequences):
    found = {*codes_of_sequences("fs", HEADER, SOURCE, CONTRACT, "fs_file", f"-DVARIANT={variant}")}

    assert found >= codes
    assert not (found and not codes)


def test_a_state_that_there_is_not(written, tmp_path):
    written("fs", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("read_only: [open]", "read_only: [opened]")

    with pytest.raises(UsageError, match="state `opened` is not in `fs_file`"):
        join(load_text(text, tmp_path / "fs.contract.yaml"))
