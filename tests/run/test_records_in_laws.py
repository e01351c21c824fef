"""A step of a law is given a record that an earlier one has left, by value or behind a pointer."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct rl_zone rl_zone;
typedef struct { int day, minute; const rl_zone *zone; } rl_time;
typedef struct { int hours, minutes; const char *name; } rl_span;
rl_time rl_time_of(long minutes, int east);
long rl_minutes(rl_time time);
long rl_minutes_at(const rl_time *time);
int rl_later(const rl_time *time, long minutes, rl_time *later);
rl_span rl_span_of(int minutes);
int rl_length(const rl_span *span);
int rl_name_length(rl_span span);
"""
SOURCE = """\
#include "rl.h"
#include <string.h>
enum { SOUND, NEAR, FORGETS_ZONE, FORGETS_ZONE_AT, WRONG_MINUTES, WRONG_NAME };
struct rl_zone { int east; };
static const rl_zone east = {60};
rl_time rl_time_of(long minutes, int is_east)
{
    long there = minutes + (is_east ? east.east : 0);
    rl_time time = {(int)(there / 1440), (int)(there % 1440), is_east ? &east : 0};
    return time;
}
long rl_minutes(rl_time time)
{
    long offset = time.zone && VARIANT != FORGETS_ZONE ? time.zone->east : 0;
    return (VARIANT == NEAR ? time.minute + time.day * 1440L : time.day * 1440L + time.minute) - offset;
}
long rl_minutes_at(const rl_time *time)
{
    return time->day * 1440L + time->minute - (time->zone && VARIANT != FORGETS_ZONE_AT ? time->zone->east : 0);
}
int rl_later(const rl_time *time, long minutes, rl_time *later)
{
    if (time->day + minutes / 1440 > 9000) return -1;
    *later = rl_time_of(rl_minutes_at(time) + minutes, time->zone != 0);
    return 0;
}
rl_span rl_span_of(int minutes)
{
    rl_span span = {minutes / 60, minutes % 60, minutes < 60 ? "short" : "long"};
    return span;
}
int rl_length(const rl_span *span)
{
    return span->hours * 60 + (VARIANT == WRONG_MINUTES && span->hours ? 0 : span->minutes);
}
int rl_name_length(rl_span span) { return (int)strlen(span.name) - (VARIANT == WRONG_NAME && span.hours); }
"""
CONTRACT = """\
abidance: 1
boundary: rl
header: rl.h
libraries: {c: {command: [gcc, -DVARIANT=0, -shared, -fPIC, rl.c, -o, librl.so], artifact: librl.so}}
builds: [release]
types:
  rl_time: {fields: {day: {range: [0, 9999]}, minute: {range: [0, 1439]}, zone: {nullable: true}}}
  rl_span: {fields: {hours: {range: [0, 100]}, minutes: {range: [0, 59]}, name: {to: string, max: 5}}}
functions:
  rl_time_of: {params: {minutes: {range: [0, 1000000]}, east: {one_of: [0, 1]}}}
  rl_minutes:
  rl_minutes_at: {params: {time: {in: rl_time}}}
  rl_later:
    params: {time: {in: rl_time}, minutes: {range: [0, 1000000]}, later: {out: rl_time}}
    returns: {status: {ok: [0], errors: {-1: too late}}}
  rl_span_of: {params: {minutes: {range: [0, 6000]}}}
  rl_length: {params: {span: {in: rl_span}}}
  rl_name_length:
laws:
  by_value: rl_minutes(rl_time_of(minutes, east)) == minutes
  behind_a_pointer: rl_minutes_at(rl_time_of(minutes, east)) == minutes
  from_where_it_was_left:
    given: {n: {in: long, range: [0, 9999]}, east: {in: int, one_of: [0, 1]}, more: {in: long, range: [0, 9999]}}
    steps:
      - a = rl_time_of(n, east)
      - b = rl_later(a.result, more)
      - c = rl_minutes(b.later)
      - d = rl_minutes_at(b.later)
    ensures: [c.result == n + more and d.result == n + more]
  a_copy: rl_length(rl_span_of(minutes)) == minutes
  with_its_text: rl_name_length(rl_span_of(minutes)) == (4 if minutes >= 60 else 5)
  what_is_given: rl_minutes(time) == rl_minutes_at(time)
"""


def judged(variant, reported, law="*"):
    return reported("rl", HEADER, SOURCE, CONTRACT, variant, "--phase", "laws", "--function", law)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_what_a_step_left_is_handed_on(variant, reported):
    status, shown = judged(variant, reported)

    assert status == 0
    assert "not judged" not in shown.lower()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "law"),
    [
        (2, "by_value"),
        (3, "behind_a_pointer"),
        (2, "from_where_it_was_left"),
        (4, "a_copy"),
        (5, "with_its_text"),
    ],
)
def test_a_law_that_is_broken_is_found(variant, law, reported):
    status, shown = judged(variant, reported, law)

    assert status == 1
    assert re.search(f"ABD376.* the law `{law}` is broken", shown)


@pytest.mark.slow
def test_an_address_of_the_librarys_is_passed_as_it_lies(reported):
    _, shown = judged(2, reported, "by_value")

    assert re.search(r"rl_time (\w+) = rl_time_of\(0, 1\);\s+rl_minutes\(\1\);", shown)


@pytest.mark.slow
def test_what_no_valid_call_has_is_not_passed(written, capsys):
    fields = "{params: {time: {fields: {day: {range: [10000, 20000]}}}}}"
    limited = CONTRACT.replace("  rl_minutes:\n", f"  rl_minutes: {fields}\n")
    written("rl", HEADER, SOURCE, limited)
    main(["run", "rl.contract.yaml", "--phase", "laws", "--seed", "1", "--function", "by_value"])

    assert "`rl_time_of(minutes, east).result.day` at `time`" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "law"), [(2, "by_value"), (3, "behind_a_pointer")])
def test_the_program_fails_with_the_defect_alone(variant, law, reported, capsys, tmp_path, monkeypatch):
    _, shown = judged(variant, reported, law)
    main(["replay", re.search(r"abidance replay (\w+)`", shown).group(1), "--emit", "c"])
    (tmp_path / "show.c").write_text(capsys.readouterr().out)
    monkeypatch.chdir(tmp_path)

    for built, status in ((variant, 1), (0, 0)):
        (tmp_path / "rl.h").write_text(HEADER)
        (tmp_path / "rl.c").write_text(SOURCE)
        subprocess.run(["gcc", f"-DVARIANT={built}", "show.c", "rl.c", "-o", "show", "-lpthread"], check=True)
        assert subprocess.run(["./show"], capture_output=True, check=False).returncode == status
