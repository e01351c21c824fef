"""User data that lies in a record: beside callbacks, beside a record of callbacks, and alone."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct ud_ops {
    int (*put)(void *mine, int n);
    int (*end)(void *mine);
} ud_ops;
typedef struct ud_sink { const ud_ops *ops; void *mine; } ud_sink;
typedef struct ud_pair { int kind; struct { ud_ops ops; void *mine; } in; } ud_pair;
typedef struct ud_mark { void *mine; int level; } ud_mark;
typedef struct ud_log ud_log;
int ud_put(const ud_sink *sink, int n);
int ud_put_pair(ud_pair pair, int n);
int ud_put_each(const ud_sink *sinks, int count, int n);
ud_log *ud_log_new(const ud_sink *sink);
void ud_log_free(ud_log *log);
int ud_log_put(ud_log *log, int n);
void ud_log_mark(ud_log *log, const ud_mark *mark);
void ud_log_marked(const ud_log *log, ud_mark *mark);
void *ud_log_mine(const ud_log *log);
"""
SOURCE = """\
#include "ud.h"
#include <stdlib.h>
enum { SOUND, NEAR, BESIDE, FIRST, ONCE, FOLLOWS };
static void *of(void *mine, const void *around) { return WRONG == BESIDE ? (void *)around : mine; }
int ud_put(const ud_sink *sink, int n)
{
    int told = sink->ops->put(of(sink->mine, sink), n);
    return told + sink->ops->end(sink->mine);
}
int ud_put_pair(ud_pair pair, int n) { return pair.in.ops.put(of(pair.in.mine, 0), n); }
int ud_put_each(const ud_sink *sinks, int count, int n)
{
    int told = 0;
    for (int i = 0; i < count; i++) {
        ud_sink copy = sinks[i]; /* from where it is passed on is all the same */
        told |= copy.ops->put(WRONG == FIRST ? sinks[0].mine : copy.mine, n);
    }
    return told;
}
struct ud_log { ud_ops ops; void *mine; ud_mark mark; int marked; };
ud_log *ud_log_new(const ud_sink *sink)
{
    ud_log *log = calloc(1, sizeof *log);
    if (log) {
        log->ops = *sink->ops;
        log->mine = sink->mine;
    }
    return log;
}
void ud_log_free(ud_log *log) { free(log); }
int ud_log_put(ud_log *log, int n) { return log->ops.put(of(log->mine, log), n); }
void ud_log_mark(ud_log *log, const ud_mark *mark)
{
    if (WRONG == ONCE && log->marked++)
        return;
    log->mark = *mark;
    if (WRONG == FOLLOWS && mark->mine)
        log->mark.level = *(volatile int *)mark->mine;
    if (WRONG == NEAR)
        log->mark.mine = (void *)((unsigned long)mark->mine ^ 5); /* it may be kept in another form */
}
void ud_log_marked(const ud_log *log, ud_mark *mark)
{
    *mark = log->mark;
    mark->mine = ud_log_mine(log);
}
void *ud_log_mine(const ud_log *log)
{
    if (WRONG == NEAR && log->mark.mine)
        return (void *)((unsigned long)log->mark.mine ^ 5);
    return log->mark.mine;
}
"""
CONTRACT = """\
abidance: 1
boundary: ud
header: ud.h
libraries: {c: {path: libud.so}}
types:
  ud_ops:
    fields: {put: {callback: {lifetime: handle(ud_log)}}, end: {callback: {lifetime: handle(ud_log)}}}
  ud_sink: {fields: {ops: {to: ud_ops, user_data: mine}, mine: {opaque: true, nullable: true}}}
  ud_pair: {fields: {in.ops: {user_data: mine}}}
  ud_mark: {fields: {mine: {opaque: true, nullable: true}}}
handles: {ud_log: {create: ud_log_new, destroy: ud_log_free}}
functions:
  ud_put:
    params: {sink: {in: ud_sink}}
    ensures: [len(sink.ops.put.calls) == 1, len(sink.ops.end.calls) == 1]
  ud_put_pair: {ensures: [len(pair.in_.ops.put.calls) == 1]}
  ud_put_each: {params: {sinks: {in: array, length: count}, count: {range: [0, 4]}}}
  ud_log_new: {params: {sink: {in: ud_sink}}}
  ud_log_free:
  ud_log_put: {ensures: [len(log.sink.ops.put.calls) == 1]}
  ud_log_mark: {params: {mark: {in: ud_mark}}, ensures: [ud_log_mine(log) == mark.mine]}
  ud_log_marked: {params: {mark: {out: ud_mark}}, ensures: [ud_log_mine(log) == mark.mine]}
  ud_log_mine: {returns: {opaque: true, nullable: true}}
laws:
  the_last_mark_is_there:
    given: {log: ud_log, one: ud_mark, other: ud_mark}
    steps: ["ud_log_mark(log, one)", "ud_log_mark(log, other)", "a = ud_log_marked(log)"]
    ensures: [a.mark.mine == other.mine, a.mark.level == other.level]
"""
CHANGED, PROMISE = {"ABD342"}, {"ABD321"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("ud_put", "BESIDE", CHANGED),
        ("ud_put", "NEAR", set()),
        full("ud_put_pair", "BESIDE", CHANGED),
        full("ud_put_pair", "NEAR", set()),
        full("ud_put_each", "FIRST", CHANGED),
        full("ud_put_each", "NEAR", set()),
        ("ud_log_put", "BESIDE", CHANGED),
        ("ud_log_put", "SOUND", set()),
        ("ud_log", "ONCE", PROMISE),
        ("ud_log", "NEAR", set()),
        full("the_last_mark_is_there", "ONCE", {"ABD321", "ABD376"}),
        full("the_last_mark_is_there", "NEAR", set()),
    ],
)
def test_other_user_data_is_found(item, wrong, codes, codes_of):
    phases = ("properties", "lifecycle", "laws")
    assert {*codes_of("ud", HEADER, SOURCE, CONTRACT, item, phases, f"-DWRONG={wrong}")} == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("ud_put", "BESIDE", CHANGED),
        ("ud_put", "SOUND", set()),
        full("ud_put_pair", "BESIDE", CHANGED),
        ("ud_log", "BESIDE", CHANGED),
        full("ud_log", "ONCE", PROMISE),
        full("ud_log", "SOUND", set()),
        full("the_last_mark_is_there", "ONCE", {"ABD321", "ABD376"}),
        full("the_last_mark_is_there", "SOUND", set()),
    ],
)
def test_so_it_is_while_exploring(item, wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    found = {*codes_of("ud", HEADER, SOURCE, CONTRACT, item, ("explore",), f"-DWRONG={wrong}")}

    assert found <= codes  # a law breaks by its steps' promises, or by its own: exploring ends with either
    assert bool(found) == bool(codes)


@pytest.mark.slow
def test_what_follows_it_crashes(codes_of_sequences):
    (code,) = {*codes_of_sequences("ud", HEADER, SOURCE, CONTRACT, "ud_log", "-DWRONG=FOLLOWS")}

    assert code == "ABD301"


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("user_data: mine}, mine", "user_data: other}, mine", "field `other` is not in `struct ud_sink`"),
        ("  ud_mark: {fields: {", "  ud_mark: {fields: {level: {opaque: true}, ", "`level` is not a pointer"),
        (
            "  ud_mark: {fields: {",
            "  ud_mark: {fields: {level: {user_data: mine}, ",
            "there is no callback here that `mine` would be passed back to",
        ),
        (
            "mine: {opaque: true, nullable: true}}}\nhandles",
            "mine: {opaque: true, to: bytes}}}\nhandles",
            "`to`",
        ),
    ],
)
def test_what_it_cannot_be_said_of_is_refused(was, then, words, written, capsys):
    assert was in CONTRACT
    written("ud", HEADER, SOURCE, CONTRACT.replace(was, then, 1))

    assert main(["check", "ud.contract.yaml"]) == 2
    assert words in capsys.readouterr().out


@pytest.mark.slow
def test_a_program_tells_a_wrong_library_from_a_sound_one(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("ud.h", HEADER), ("ud.c", SOURCE), ("ud.contract.yaml", CONTRACT)):
        (tmp_path / name).write_text(text)

    def build(wrong):
        words = ["gcc", "-O1", "-g", "-shared", "-fPIC", f"-DWRONG={wrong}", "ud.c", "-o", "libud.so"]
        subprocess.run(words, check=True)

    build("BESIDE")
    assert main(["run", "ud.contract.yaml", "--function", "ud_put", "--explore", "0", "--seed", "1"]) == 1
    case = capsys.readouterr().out.partition("again: `abidance replay ")[2].partition("`")[0]
    assert main(["replay", case, "--emit", "c"]) == 0
    (tmp_path / "case.c").write_text(capsys.readouterr().out)

    ended = []
    for wrong in ("BESIDE", "SOUND"):
        build(wrong)
        subprocess.run(["gcc", "-g", "-I.", "case.c", tmp_path / "libud.so", "-o", "case"], check=True)
        ended.append(subprocess.run(["./case"], check=False, capture_output=True).returncode)
    assert ended == [1, 0]
