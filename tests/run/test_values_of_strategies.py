"""Sequences pass a parameter with a strategy what that draws: not what an earlier call was given, or has returned."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct vs_log vs_log;
vs_log *vs_log_new(void);
void vs_log_free(vs_log *log);
int vs_put(vs_log *log, const char *format);
int vs_note(vs_log *log, const char *format);
const char *vs_last(vs_log *log);
"""
SOURCE = """\
#include "vs.h"
#include <stdlib.h>
#include <string.h>
struct vs_log { char last[8]; };
vs_log *vs_log_new(void) { return calloc(1, sizeof(vs_log)); }
void vs_log_free(vs_log *log) { free(log); }
int vs_put(vs_log *log, const char *format) { return strcmp(format, "%d") && strcmp(format, OTHER); }
int vs_note(vs_log *log, const char *format) { strcpy(log->last, format); return 0; }
const char *vs_last(vs_log *log) { return log->last; }
"""
CONTRACT = """\
abidance: 1
boundary: vs
header: vs.h
libraries: {c: {path: libvs.so}}
handles:
  vs_log: {create: vs_log_new, destroy: vs_log_free}
functions:
  vs_log_new:
  vs_log_free:
  vs_put: {params: {format: {in: string, generate: "formats:of_numbers"}}, returns: {one_of: [0]}}
  vs_note: {params: {format: {in: string, max: 4}}, requires: ['format in ["%s", "%n"]']}
  vs_last: {returns: {to: string, owner: callee, lifetime: handle(vs_log), until: [vs_note]}}
"""
FORMATS = 'from hypothesis import strategies as st\n\nof_numbers = st.sampled_from(["%d", "%u"])\n'


@pytest.mark.slow
@pytest.mark.parametrize(("other", "expected"), [('"%u"', []), ('"%i"', ["ABD322"])])
def test_what_the_strategy_does_not_draw_is_not_passed(other, expected, codes_of_sequences, tmp_path):
    (tmp_path / "formats.py").write_text(FORMATS)

    assert codes_of_sequences("vs", HEADER, SOURCE, CONTRACT, "vs_log", f"-DOTHER={other}") == expected
