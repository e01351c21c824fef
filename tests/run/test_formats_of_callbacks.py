"""Callbacks that are given a format and what it takes, as a `va_list` or as `...`: the text is what is looked at."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError
from tiers import full

HEADER = """\
#include <stdarg.h>
typedef struct lg_log lg_log;
typedef void (*lg_listed)(void *mine, int level, const char *format, va_list arguments);
typedef int (*lg_counted)(void *mine, const char *format, ...);
lg_log *lg_new(lg_listed listed, void *mine);
void lg_free(lg_log *log);
void lg_add(lg_log *log, const char *name, int number);
int lg_check(int number, lg_counted counted, void *mine);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "lg.h"
enum { SOUND, NEAR, MISSING, WRONG_TYPE, OTHER_ORDER, FREED };
struct lg_log { lg_listed listed; void *mine; };
lg_log *lg_new(lg_listed listed, void *mine)
{
    lg_log *log = calloc(1, sizeof *log);
    if (log) log->listed = listed, log->mine = mine;
    return log;
}
void lg_free(lg_log *log) { free(log); }
static void say(lg_log *log, int level, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log->listed(log->mine, level, format, arguments);
    va_end(arguments);
}
void lg_add(lg_log *log, const char *name, int number)
{
    char *copy = strdup(name);
    if (!copy) return;
    if (VARIANT == FREED) free(copy);
    if (VARIANT == WRONG_TYPE)
        say(log, 1, number == 7 ? "%s is %s" : "%s is %d", copy, number);
    else if (VARIANT == NEAR)
        say(log, 1, "%.*s is %d", (int)strlen(copy), copy, number);
    else
        say(log, 1, "%s is %d", copy, VARIANT == OTHER_ORDER && number < 0 ? -number : number);
    if (VARIANT != FREED) free(copy);
}
int lg_check(int number, lg_counted counted, void *mine)
{
    if (VARIANT == MISSING && number > 40) return counted(mine, "%d of %s", number);
    if (VARIANT == NEAR) return counted(mine, "%ld%s", (long)number, "");
    return counted(mine, "%d", number);
}
"""
CONTRACT = """\
abidance: 1
boundary: lg
header: lg.h
libraries: {c: {command: [gcc, -g, -w, -DVARIANT=0, -shared, -fPIC, lg.c, -o, liblg.so], artifact: liblg.so}}
builds: [release]
explore: 0
equivalence: {compare: none}
handles:
  lg_log: {create: lg_new, destroy: lg_free}
functions:
  lg_new:
    params:
      listed:
        callback:
          lifetime: handle(lg_log)
          params: {level: {range: [1, 1]}, format: {to: string, printf: true}}
        user_data: mine
  lg_add:
    params:
      name: {in: string, encoding: ascii, max: 8}
      number: {range: [-9, 9]}
    ensures:
      - len(log.listed.calls) == 1
      - "log.listed.calls[0].format[:len(name) + 4] == join([name, ' is '])"
      - "implies(number < 0, log.listed.calls[0].format[len(name) + 4] == 45)"
  lg_check:
    params:
      number: {range: [0, 99]}
      counted: {callback: {calls: 1, params: {format: {to: string, printf: true}}}, user_data: mine}
    ensures:
      - result == counted.calls[0].result
      - "len(counted.calls[0].format) == (2 if number > 9 else 1)"
"""
DEFECTS = {
    "MISSING": (
        "lg_check",
        "ABD301|ABD321|ABD343",
    ),  # an argument that is not there: whatever lies in its place
    "WRONG_TYPE": ("lg_add", "ABD301"),
    "OTHER_ORDER": ("lg_add", "ABD321"),
    "FREED": ("lg_add", "ABD3"),
}


@pytest.fixture
def judged(written, capsys):
    """Return what runs the contract on a variant of the library, and gives status and output."""

    def run(variant, *words, contract=CONTRACT):
        written("lg", HEADER, SOURCE, contract.replace("VARIANT=0", f"VARIANT={variant}"))
        status = main(["run", "lg.contract.yaml", "--seed", "1", *words])
        return status, capsys.readouterr().out

    return run


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["SOUND", "NEAR"])
def test_what_gives_a_format_what_it_takes_is_left_alone(variant, judged):
    status, report = judged(variant, "--max-examples", "60")

    assert (status, "ABD" in report, "printf" in report) == (0, False, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    "variant", ["OTHER_ORDER", *(full(each) for each in DEFECTS if each != "OTHER_ORDER")]
)
def test_what_a_format_does_not_fit_is_found(variant, judged):
    function, code = DEFECTS[variant]
    status, report = judged(variant, "--function", function, "--max-examples", "60")

    assert status == 1
    assert re.search(rf"error\[({code})", report), report
    assert f"`{function}`" in report


@pytest.mark.slow
@pytest.mark.parametrize("variant", [full("WRONG_TYPE"), "MISSING"])
def test_exploring_makes_the_text_as_well(variant, judged):
    contract = CONTRACT.replace("explore: 0", "explore: 2")
    status, report = judged(variant, "--phase", "explore", contract=contract)

    assert status == 1
    assert re.search(rf"error\[({DEFECTS[variant][1]})", report), report


@pytest.mark.slow
@pytest.mark.parametrize("variant", [full("SOUND"), "NEAR"])
def test_exploring_what_is_sound_finds_nothing(variant, judged):
    contract = CONTRACT.replace("explore: 0", "explore: 0.4")
    status, report = judged(variant, "--phase", "explore", contract=contract)

    assert (status, "ABD" in report, "exploring `lg_" in report) == (0, False, False)


@pytest.mark.slow
def test_the_program_makes_the_text_and_shows_the_defect(judged, tmp_path, capsys):
    _, report = judged("OTHER_ORDER", "--function", "lg_add")

    assert "if (format) vprintf(format, arguments);" in report
    main(["replay", re.search(r"abidance replay (\w+)", report)[1], "--emit", "c"])
    (tmp_path / "case.c").write_text(capsys.readouterr().out)
    command = ["gcc", "-w", f"-I{tmp_path}", "case.c", "./liblg.so", "-o", "case"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert subprocess.run(["./case"], cwd=tmp_path, capture_output=True, check=False).returncode == 1


@pytest.mark.slow
def test_without_a_format_the_report_says_what_nobody_has_looked_at(judged):
    plain = CONTRACT.replace(", printf: true", "").replace("format[", "format and result[")
    contract = re.sub(r"    ensures:\n(?:      - .*\n)+", "", plain)
    status, report = judged("OTHER_ORDER", "--max-examples", "5", contract=contract)

    assert status == 0
    assert (
        "`arguments` of `listed` of `lg_new`: say `printf: true` of the format that tells what is given there"
        in (report)
    )
    assert "`...` of `counted` of `lg_check`: say `printf: true`" in report


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("to: bytes, length: 2, printf: true", "is no text"),
        ("printf: true", "`printf` has no meaning without"),
    ],
)
def test_a_format_is_a_text(said, words, written, tmp_path):
    written("lg", HEADER, SOURCE, CONTRACT)

    with pytest.raises(UsageError) as caught:
        join(load_text(CONTRACT.replace("to: string, printf: true", said), tmp_path / "lg.contract.yaml"))

    assert words in str([each.message for each in caught.value.diagnostics])


def test_a_format_of_nothing_is_told(written, tmp_path):
    written("lg", HEADER.replace("const char *format, ...)", "const char *format)"), SOURCE, CONTRACT)

    with pytest.raises(UsageError) as caught:
        join(load_text(CONTRACT, tmp_path / "lg.contract.yaml"))

    (told,) = caught.value.diagnostics
    assert told.message == "`format` is a format of nothing: the callback takes neither `...` nor a `va_list`"
