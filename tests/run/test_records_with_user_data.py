"""User data beside a record of callbacks, in generated calls: each of them is given what the call was."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct {
    int (*on_open)(void *user);
    int (*on_row)(void *user, int row);
    int (*on_close)(void *user);
} ru_handlers;
int ru_read(int rows, const ru_handlers *handlers, void *user);
"""
SOURCE = """\
#include "ru.h"
enum { SOUND, NEAR, WRONG };
int ru_read(int rows, const ru_handlers *handlers, void *user)
{
    int row = 0;
    void *kept = user;
    if (handlers->on_open && handlers->on_open(user)) return -1;
    for (; row < rows; row++) {
        if (VARIANT != SOUND && row > 0) kept = &row;  /* near: for its own use */
        if (handlers->on_row && handlers->on_row(VARIANT == WRONG ? kept : user, row)) return -1;
    }
    if (handlers->on_close && handlers->on_close(user)) return -1;
    return row;
}
"""
CONTRACT = """\
abidance: 1
boundary: ru
header: ru.h
libraries: {c: {path: libru.so}}
explore: 0
types:
  ru_handlers:
    fields:
      on_open: {callback: {returns: {one_of: [0, 1]}}, nullable: true}
      on_row: {callback: {params: {row: {range: [0, 9]}}, returns: {one_of: [0, 1]}}, nullable: true}
      on_close: {callback: {returns: {one_of: [0, 1]}}, nullable: true}
functions:
  ru_read:
    params: {rows: {range: [0, 9]}, handlers: {in: ru_handlers, user_data: user}}
    returns: {status: {ok: 0.., errors: {-1: a handler says so}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "expected"), [(0, []), (1, []), (2, ["ABD342"])])
def test_every_callback_is_given_it_every_time(variant, expected, codes_of):
    phases = ("properties",)
    assert codes_of("ru", HEADER, SOURCE, CONTRACT, "ru_read", phases, f"-DVARIANT={variant}") == expected
