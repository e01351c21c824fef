"""Records that are const, and lead to memory that is not: the call writes there, and leaves the record alone."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.cli.main import main

HEADER = """
typedef struct { int *at; int n; const int *marks; } sc_plot;
void sc_shift(const sc_plot *plot, int by);
int sc_sum(const sc_plot *plots, int count); /* sets what it has added to 0 */
typedef struct { const int *marks; int n; } sc_marks;
void sc_look(const sc_marks *marks);
"""
SOURCE = """
#include "plot.h"
void sc_shift(const sc_plot *plot, int by)
{
    for (int i = %(first)s; i < plot->n; i++)
        plot->at[i] += by;
    %(also)s;
}
int sc_sum(const sc_plot *plots, int count)
{
    int sum = 0;
    for (int p = 0; p < count; p++)
        for (int i = 0; i < plots[p].n; i++) {
            sum += plots[p].at[i];
            plots[p].at[i] = %(left)s;
        }
    return sum;
}
void sc_look(const sc_marks *marks)
{
    (void)marks;
}
"""
CONTRACT = """
abidance: 1
boundary: plot
header: plot.h
libraries: {c: {path: libplot.so}}
types:
  sc_plot:
    fields:
      at: {to: array, length: n, range: [-99, 99]}
      n: {range: [0, 5]}
      marks: {to: array, length: n}
functions:
  sc_shift:
    params: {plot: {inout: sc_plot}, by: {range: [-9, 9]}}
    ensures:
      - all(plot.at[i] == old(plot.at[i]) + by for i in range(plot.n))
      - plot.n == old(plot.n)
    examples: [{plot: {before: {n: 2, at: [1, 2]}, after: {at: [4, 5]}}, by: 3}]
  sc_sum:
    params: {plots: {inout: array, length: count}, count: {range: [0, 3]}}
    ensures:
      - result == sum(sum(each for each in old(plots[p].at)) for p in range(count))
      - all(all(each == 0 for each in plot.at) for plot in plots)
"""
SOUND = {"first": "0", "also": "(void)by", "left": "0"}


@pytest.fixture
def plot(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plot.h").write_text(HEADER)
    (tmp_path / "plot.contract.yaml").write_text(CONTRACT)

    def run(words, *options):
        (tmp_path / "plot.c").write_text(SOURCE % words)
        subprocess.run(["cc", "-g", "-shared", "-fPIC", "-o", "libplot.so", "plot.c"], check=True)
        status = main(["run", "plot.contract.yaml", "--seed", "1", *options])
        return status, capsys.readouterr().out

    return run


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--explore", "0"), ("--phase", "explore", "--explore", "0.5")])
@pytest.mark.parametrize(
    ("words", "name", "told"),
    [
        ({"first": "plot->n == 4"}, "sc_shift", "does not hold"),
        ({"also": "if (plot->n == 3) ((sc_plot *)plot)->n = 2"}, "sc_shift", "wrote to"),
        ({"also": "if (plot->n == 3) ((int *)plot->marks)[0] ^= 1"}, "sc_shift", "wrote to"),
        ({"left": "p < 2 ? 0 : 1"}, "sc_sum", "does not hold"),
    ],
)
def test_what_is_behind_is_written_and_nothing_else(options, words, name, told, plot):
    status, out = plot({**SOUND, **words}, "--function", name, *options)

    assert status == 1
    assert re.search(r"ABD\d+.*" + re.escape(told), out), out


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--explore", "0"), ("--phase", "explore", "--explore", "0.5")])
def test_what_is_written_behind_a_record_is_no_finding(options, plot):
    status, out = plot(SOUND, *options)

    assert status == 0, out
    assert "no call tested it" not in out
    assert "cannot be called from C" not in out
    assert "no build shows" not in out


def test_where_nothing_behind_may_be_written_it_is_no_output(tmp_path, plot, capsys):
    (tmp_path / "plot.contract.yaml").write_text(
        CONTRACT.replace(
            "types:", "types:\n  sc_marks: {fields: {marks: {to: array, length: n}, n: {range: [0, 5]}}}"
        )
        + "  sc_look: {params: {marks: {inout: sc_marks}}}\n"
    )

    assert main(["check", "plot.contract.yaml"]) != 0
    assert "`marks` points to const memory, so it is no output" in capsys.readouterr().out
