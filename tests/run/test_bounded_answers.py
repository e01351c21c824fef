"""Callbacks that answer how much they have taken, which is never more than they were given."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract, load_text
from abidance.core.errors import UsageError
from abidance.native.target import emit
from abidance.plan.callback_script import CallbackNumber, CallbackScript, Most
from abidance.plan.callbacks_codec import decode_callbacks, encode_callback
from abidance.plan.layout import COUNT
from abidance.plan.reader import ByteReader

HEADER = """
#include <stddef.h>
typedef long (*sk_put)(void *context, const unsigned char *piece, size_t size);
typedef unsigned char (*sk_count)(void *context, unsigned short items, unsigned char size);
long sk_pour(const unsigned char *data, size_t n, sk_put put, void *context);
int sk_fill(unsigned short items, sk_count count, void *context);
"""
SOURCE = """
#include "sink.h"
#include <stdlib.h>
long sk_pour(const unsigned char *data, size_t n, sk_put put, void *context)
{
    for (size_t left = n; left > 0;) {
        long took = put(context, data, left);
        if (took <= 0)
            return -1;
        data += took;
        left -= %(took)s;
    }
    return n;
}
int sk_fill(unsigned short items, sk_count count, void *context)
{
    int got = count(context, items, 2);
    if (got > items * 2)
        abort(); /* no such callback */
    return got;
}
"""
SOUND, NEAR, WRONG = "took", "(size_t)took > left ? left : took", "left"
CONTRACT = """
abidance: 1
boundary: sink
header: sink.h
libraries: {c: {path: libsink.so}}
functions:
  sk_pour:
    params:
      data: {in: bytes, length: n}
      n: {range: [0, 20]}
      put:
        callback: {at_most: size, params: {piece: {to: bytes, length: size}}, returns: {range: [-1, 32]}}
        user_data: context
    returns: {status: {ok: 0.., errors: {-1: it cannot be put}}}
    ensures:
      - "implies(result >= 0, sum(c.result for c in put.calls) == n)"
      - "all(-1 <= c.result <= c.size for c in put.calls)"
  sk_fill:
    params: {count: {callback: {at_most: items * size}, user_data: context}}
    ensures: ["result == count.calls[0].result", result <= 2 * items]
"""


@pytest.fixture
def run(written, tmp_path, capsys):
    """Return what runs the contract on a library with one way to go on, and gives status and output."""

    def ran(took, *words):
        written("sink", HEADER, SOURCE % {"took": took}, CONTRACT)
        command = ["gcc", "-w", "-O1", "-shared", "-fPIC", "sink.c", "-o", "libsink.so"]
        subprocess.run(command, cwd=tmp_path, check=True)
        status = main(["run", "sink.contract.yaml", "--seed", "1", "--explore", "0", *words])
        return status, capsys.readouterr().out

    return ran


@pytest.mark.slow
def test_what_takes_all_for_granted_is_found_and_told_by_a_program(run, tmp_path, capsys):
    status, told = run(WRONG, "--function", "sk_pour")

    assert status == 1
    assert "ABD321" in told
    assert "answer < (long)(size) ? answer : (long)(size)" in told
    main(["replay", re.search(r"abidance replay (\w+)", told)[1], "--emit", "c"])
    (tmp_path / "case.c").write_text(capsys.readouterr().out)
    command = ["gcc", "-w", f"-I{tmp_path}", "case.c", "./libsink.so", "-o", "case"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert subprocess.run(["./case"], cwd=tmp_path, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("took", [SOUND, pytest.param(NEAR, marks=pytest.mark.full)])
def test_what_is_answered_is_never_above_it(took, run):
    """The second callback answers a product, in one byte without a sign, or the library ends the process."""
    status, told = run(took)
    assert status == 0, told


@pytest.mark.parametrize(
    ("clauses", "words"),
    [
        ("{at_most: sizes}", "unknown name `sizes`"),
        (
            "{at_most: size, params: {piece: {to: bytes, length: size}}, compares: [piece, piece]}",
            "`at_most` and `compares`",
        ),
    ],
)
def test_what_says_nothing_is_refused(clauses, words, written, tmp_path):
    written("sink", HEADER, "", "")
    put = f"{{callback: {clauses}, user_data: context}}"
    head = "abidance: 1\nboundary: sink\nheader: sink.h\n"
    text = f"{head}functions: {{sk_pour: {{params: {{data: {{in: bytes, length: n}}, put: {put}}}}}}}"
    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "sink.contract.yaml"))
    assert any(words in each.message for each in caught.value.diagnostics), caught.value.diagnostics


def test_a_compiled_callback_answers_no_more_either(written, tmp_path):
    written("sink", HEADER, "", CONTRACT)
    target = emit(join(load_contract(tmp_path / "sink.contract.yaml")))
    assert target.left == ()
    assert "if (most >= 0 && (abidance_int)ABIDANCE_LOAD(int64_t, raw) > most)" in target.source


@pytest.mark.parametrize("signed", [True, False])
def test_a_plan_has_it(signed):
    most = Most(3, (CallbackNumber(1, 8), CallbackNumber(2, 2, behind=True, signed=True)), signed)
    script = CallbackScript(1, 2, (8, 8, 8), answers=(b"abcdefgh", b"ijklmnop"), most=most)

    ((found, _),) = decode_callbacks(ByteReader(COUNT.pack(1) + encode_callback(script), "plan"))
    assert found == script
