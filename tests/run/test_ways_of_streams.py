"""Calls that bring a stream of the caller's into a state: what the caller sets in it is set for each of them."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
#include <stddef.h>
typedef struct ws_stream {
    const unsigned char *next_in; size_t avail_in; unsigned sum; const unsigned char *seen;
} ws_stream;
int ws_init(ws_stream *stream);
int ws_read(ws_stream *stream, int last);
int ws_reset(ws_stream *stream);
"""
SOURCE = """\
#include "ws.h"
int ws_init(ws_stream *stream) { stream->sum = 0; stream->seen = NULL; return 0; }
int ws_read(ws_stream *stream, int last)
{
    for (; stream->avail_in; stream->avail_in--) {
        stream->seen = stream->next_in;
        stream->sum += *stream->next_in++;
    }
    return last;
}
int ws_reset(ws_stream *stream) { stream->sum = KEEPS && stream->seen ? *stream->seen : 0; return 0; }
"""
CONTRACT = """\
abidance: 1
boundary: ws
header: ws.h
libraries: {c: {path: libws.so}}
types:
  ws_stream: {fields: {next_in: {to: bytes, length: avail_in, window: true}, avail_in: {range: [1, 20]}}}
handles:
  ws_stream:
    create: ws_init
    states: [open, finished]
    transitions:
      ws_read: {from: open, to: {finished: last != 0, open: true}}
      ws_reset: {from: finished, to: open}
functions:
  ws_init: {params: {stream: {handle: ws_stream}}, returns: {status: {ok: [0]}}}
  ws_read: {params: {stream: {handle: ws_stream}, last: {range: [0, 1]}}, returns: {status: {ok: [0, 1]}}}
  ws_reset: {params: {stream: {handle: ws_stream}}, returns: {status: {ok: [0]}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("keeps", "codes"), [(0, []), (1, ["ABD373"])])
def test_a_call_on_the_way_reads_what_was_set_for_it(keeps, codes, written, tmp_path):
    written("ws", HEADER, SOURCE, CONTRACT)
    command = ["gcc", "-shared", "-fPIC", f"-DKEEPS={keeps}", "ws.c", "-o", "libws.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    loaded = load_contract(tmp_path / "ws.contract.yaml")
    with Session(Settings(tmp_path, seed=1, max_examples=20)) as session:
        (item,) = list_items(loaded, Selection(functions=("ws_reset",), phases=("properties",)))
        ended = session.run(loaded, item, lambda _: None)

    assert [each.diagnostic.code.id for each in ended.findings] == codes
    assert ended.cases > 0
    assert codes or ended.outcome.value == "passed"
