"""What a traced process has left is read as far as it makes sense, and told as far as it was judged."""

from __future__ import annotations

import itertools
import struct

import pytest

from abidance.core.costs import Histogram
from abidance.core.traces import Traced, TracedFunction, TracedSize
from abidance.report.text.style import Style
from abidance.report.trace_text import text
from abidance.trace.recording import FINE, MAGIC, bucket_ends, read_recording

pytestmark = pytest.mark.unit
HEAD = 32 + 32 + 2 + 256 * 64


def test_buckets_follow_one_another_without_gaps():
    ends = [bucket_ends(bucket, FINE) for bucket in range(2000)]

    assert ends[0] == (0, 0)
    assert all(after[0] == before[1] + 1 for before, after in itertools.pairwise(ends))
    assert all(high - low <= low / 64 for low, high in ends if low)


@pytest.mark.parametrize(
    "numbers",
    [
        [],
        [1, 3, 2, 7, 8 * HEAD],
        [MAGIC, 3, 2, 7, 1 << 60],
        [MAGIC, 3, 2, 7, 8 * HEAD + 64, 0, 1, 1 << 50],
        [MAGIC, 9, 9, 7, 8 * HEAD],
    ],
    ids=["empty", "no magic", "too much used", "too many notes", "of another interposer"],
)
def test_a_file_that_holds_anything_is_read(tmp_path, numbers):
    padded = [*numbers, *[0] * (HEAD + 8 - len(numbers))]
    (tmp_path / "7.0.trace").write_bytes(struct.pack(f"<{len(padded)}Q", *padded))
    (tmp_path / "8.0.trace").write_bytes(b"short")

    found = read_recording(tmp_path, [0, 0, 0], 2)

    assert (found.functions, found.calls) == ({}, [])


def traced(*functions):
    return Traced(
        "codec", "/there/codec.contract.yaml", "libcodec.so", ("./relay",), 2.0, 0, 1, 21_000.0, functions
    )


def test_a_function_has_a_line_with_its_figures():
    function = TracedFunction(
        "codec_decode",
        4000,
        4000,
        Histogram.of([300, 12_000, 12_000, 40_000_000]),
        sizes=(TracedSize("data", Histogram.of([64, 64, 4096])),),
    )

    told = text(traced(function), Style())

    assert "codec_decode   4,000        2k" in told
    assert "12 ns" in told
    assert "40 us" in told
    assert "4k" in told
    assert "ok: no call that the contract forbids was seen." in told


def test_nothing_that_is_promised_was_called():
    other = TracedFunction("codec_name", 7, 0, untimed="nothing is promised of it", promised=False)

    told = text(traced(other), Style())

    assert "counted, not in the contract: `codec_name` 7" in told
    assert "nothing was judged" in told
