"""Numbers that a precondition works out of what a function answers, `size == 8 * channels(file)`: one of many."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct ns_file ns_file;
ns_file *ns_open(int channels);
void ns_close(ns_file *file);
int ns_channels(const ns_file *file);
int ns_peaks(const ns_file *file, int size);
int ns_slot(int key);
int ns_read(int key, int from, int to);
"""
SOURCE = """\
#include "ns.h"
#include <stdlib.h>
enum { NOTHING, WIDE, LATE };
struct ns_file { int channels; };
ns_file *ns_open(int channels)
{
    ns_file *file = malloc(sizeof *file);
    if (file)
        file->channels = channels;
    return file;
}
void ns_close(ns_file *file) { free(file); }
int ns_channels(const ns_file *file) { return file->channels; }
int ns_peaks(const ns_file *file, int size)
{
    if (size != 8 * file->channels)
        abort();
    return WRONG == WIDE && size > 200 ? -1 : size / 8;
}
int ns_slot(int key) { return key * 7 % 50; }
int ns_read(int key, int from, int to)
{
    if (from != 100 - ns_slot(key) || to >= from)
        abort();
    return WRONG == LATE && from < 60 ? 0 : from - to;
}
"""
CONTRACT = """\
abidance: 1
boundary: ns
header: ns.h
libraries: {c: {path: libns.so}}
handles: {ns_file: {create: ns_open, destroy: ns_close}}
functions:
  ns_open: {params: {channels: {range: [1, 64]}}}
  ns_close:
  ns_channels:
  ns_peaks:
    params: {size: {range: [0, 4096]}}
    requires: [size == 8 * ns_channels(file)]
    ensures: [result == ns_channels(file)]
  ns_slot: {params: {key: {range: [0, 1000000]}}}
  ns_read:
    params: {key: {range: [0, 1000000]}, from: {range: [0, 100000]}, to: {range: [0, 100000]}}
    requires: [100 - ns_slot(key) == from_, to < from_]
    ensures: [result == from_ - to]
"""


@pytest.mark.slow
@pytest.mark.parametrize("function", ["ns_peaks", "ns_read"])
def test_calls_with_such_a_number_are_made_at_once(function, judged_of):
    (done,) = judged_of(
        "ns", HEADER, SOURCE, CONTRACT, function, ("properties",), "-DWRONG=NOTHING", least=60
    )

    assert (done.findings, done.reasons, done.gaps) == ((), (), ())
    assert (
        60 <= done.cases <= done.calls < 12 * done.cases
    )  # a thousand for each, where chance has to find it


@pytest.mark.slow
@pytest.mark.parametrize(("function", "wrong"), [("ns_peaks", "WIDE"), ("ns_read", "LATE")])
def test_what_is_wrong_with_them_is_found(function, wrong, codes_of):
    found = codes_of("ns", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=60)

    assert found == ["ABD321"]


@pytest.mark.slow
def test_so_they_are_in_sequences(codes_of_sequences):
    assert codes_of_sequences("ns", HEADER, SOURCE, CONTRACT, "ns_file", "-DWRONG=NOTHING", least=40) == []
    assert codes_of_sequences("ns", HEADER, SOURCE, CONTRACT, "ns_file", "-DWRONG=WIDE", least=40) == [
        "ABD321"
    ]
