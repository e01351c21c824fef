"""A handle with windows is ended though the call before was not made that was to leave them."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """\
typedef struct { const unsigned char *in; unsigned left; int *seen; } we_stream;
int we_open(we_stream *stream);
int we_step(we_stream *stream);     /* takes all; 1 after a byte below 100, and nothing may be taken then */
void we_close(we_stream *stream);
"""
SOURCE = """\
#include <stdlib.h>
#include "we.h"
int we_open(we_stream *stream) { stream->seen = calloc(1, sizeof(int)); return 0; }
int we_step(we_stream *stream)
{
    if (*stream->seen)
        abort();
    for (; stream->left; stream->left--)
        *stream->seen |= *stream->in++ < 100;
    return *stream->seen;
}
void we_close(we_stream *stream) { CLOSE }
"""
CONTRACT = """\
abidance: 1
boundary: we
header: we.h
libraries: {c: {path: libwe.so}}
types: {we_stream: {fields: {in: {to: bytes, length: left, window: true, nullable: left == 0}, left: {range: [0, 9]}}}}
handles:
  we_stream:
    create: we_open
    destroy: we_close
    states: [going, over]
    transitions: {we_step: {from: going, to: {over: result == 1, going: true}}}
functions:
  we_open: {params: {stream: {handle: we_stream}}, returns: {status: {ok: [0]}}}
  we_step: {params: {stream: {handle: we_stream}}, returns: {status: {ok: [0, 1]}}}
  we_close: {params: {stream: {handle: we_stream}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("close", ["free(stream->seen);", full("free(stream->seen); stream->seen = NULL;")])
def test_it_is_freed(close, codes_of):
    assert codes_of("we", HEADER, SOURCE.replace("CLOSE", close), CONTRACT, "we_stream", ("lifecycle",)) == []


@pytest.mark.slow
def test_what_is_left_after_a_last_step_is_a_leak(codes_of):
    close = "if (!*stream->seen) free(stream->seen);"

    assert codes_of("we", HEADER, SOURCE.replace("CLOSE", close), CONTRACT, "we_stream", ("lifecycle",)) == [
        "ABD371"
    ]
