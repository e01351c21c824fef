"""Functions by names of the contract's own: of one there is something to say for each kind of what it takes."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stdarg.h>
typedef struct ow_reader ow_reader;
typedef struct ow_writer ow_writer;
ow_reader *ow_open(int bytes);
ow_writer *ow_create(void);
int ow_read(ow_reader *reader);
int ow_write(ow_writer *writer, int byte);
int ow_errno(void *either);
int ow_set(ow_writer *writer, int option, ...);
void ow_close(ow_reader *reader);
void ow_finish(ow_writer *writer);
enum { OW_MOST = 1, OW_NAME };
#define ow_twice(number) (2 * (number))
#define ow_version ow_version_of_3
int ow_version_of_3(int major);
"""
SOURCE = """\
#include "ow.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, READER, WRITER, TEXT };
struct ow_reader { int error, left; };
struct ow_writer { int error, most, written; char name[9]; };
ow_reader *ow_open(int bytes)
{
    ow_reader *made = calloc(1, sizeof *made);
    if (made)
        made->left = bytes;
    return made;
}
ow_writer *ow_create(void)
{
    ow_writer *made = calloc(1, sizeof *made);
    if (made)
        made->most = 3;
    return made;
}
int ow_read(ow_reader *reader)
{
    if (reader->left > 0)
        return reader->left--;
    reader->error = WRONG == READER ? 0 : 1;
    return -1;
}
int ow_write(ow_writer *writer, int byte)
{
    if (writer->written < writer->most) {
        writer->written++;
        return byte;
    }
    writer->error = WRONG == WRITER ? 3 : 2;
    return -1;
}
int ow_errno(void *either) { return *(int *)either; }
int ow_set(ow_writer *writer, int option, ...)
{
    va_list given;
    int done = -1;
    va_start(given, option);
    if (option == OW_MOST) {
        writer->most = va_arg(given, int);
        done = writer->most;
    } else if (option == OW_NAME) {
        const char *name = va_arg(given, const char *);
        if (strlen(name) < sizeof writer->name) {
            strcpy(writer->name, name);
            done = (int)strlen(name) + (WRONG == TEXT && *name == 'b');
        }
    }
    va_end(given);
    return done;
}
void ow_close(ow_reader *reader) { free(reader); }
void ow_finish(ow_writer *writer) { free(writer); }
int ow_version_of_3(int major) { return 10 * major; }
"""
CONTRACT = """\
abidance: 1
boundary: ow
header: ow.h
libraries: {c: {path: libow.so}}
handles:
  ow_reader: {create: ow_open, destroy: ow_close}
  ow_writer: {create: ow_create, destroy: ow_finish}
functions:
  ow_open: {params: {bytes: {range: [0, 2]}}}
  ow_create:
  ow_read:
    returns: {status: {ok: 1.., errors: {-1: all was read}}}
    ensures: [implies(result == -1, ow_errno(reader) == 1)]
  ow_write:
    params: {byte: {range: [0, 255]}}
    returns: {status: {ok: 0.., errors: {-1: there is no more room}}}
    ensures: [implies(result == -1, ow_errno_of_writer(writer) == 2)]
  ow_errno: {params: {either: {handle: ow_reader}}, returns: {one_of: [0, 1]}}
  ow_errno_of_writer: {function: ow_errno, params: {either: {handle: ow_writer}}, returns: {one_of: [0, 2]}}
  ow_set_most:
    function: ow_set
    prototype: int ow_set(ow_writer *writer, int option, int most)
    params: {option: {one_of: [OW_MOST]}, most: {range: [0, 5]}}
    ensures: [result == most]
  ow_set_name:
    function: ow_set
    prototype: int ow_set(ow_writer *writer, int option, const char *name)
    params: {option: {one_of: [OW_NAME]}, name: {in: string, encoding: ascii, max: 12}}
    ensures: ["result == (len(name) if len(name) < 9 else -1)"]
  ow_twice_of_int:
    function: ow_twice
    prototype: int ow_twice(int number)
    params: {number: {range: [-9, 9]}}
    ensures: [result == 2 * number]
  ow_version_of: {function: ow_version, params: {major: {range: [0, 9]}}, ensures: [result == 10 * major]}
  ow_close:
  ow_finish:
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("ow_reader", "NOTHING", set()),
        ("ow_reader", "READER", {"ABD321"}),
        full("ow_reader", "WRITER", set()),
        ("ow_writer", "NOTHING", set()),
        ("ow_writer", "WRITER", {"ABD321", "ABD322"}),
        full("ow_writer", "READER", set()),
    ],
)
def test_each_kind_has_its_own_answers(item, wrong, codes, codes_of_sequences):
    found = {*codes_of_sequences("ow", HEADER, SOURCE, CONTRACT, item, f"-DWRONG={wrong}", least=60)}

    assert found <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("ow_set_most", "NOTHING", set()),
        ("ow_set_name", "NOTHING", set()),
        ("ow_set_name", "TEXT", {"ABD321"}),
        full("ow_set_most", "TEXT", set()),
        ("ow_twice_of_int", "NOTHING", set()),
        ("ow_version_of", "NOTHING", set()),
    ],
)
@pytest.mark.parametrize("phase", ["properties", "explore"])
def test_each_form_of_one_is_called(function, wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    assert {
        *codes_of("ow", HEADER, SOURCE, CONTRACT, function, (phase,), f"-DWRONG={wrong}", least=60)
    } == codes


@pytest.mark.slow
def test_calls_are_shown_as_c_has_them(findings_of):
    (found, *_) = findings_of(
        "ow", HEADER, SOURCE, CONTRACT, "ow_set_name", ("properties",), "-DWRONG=TEXT", least=60
    )

    assert 'ow_set(writer, OW_NAME, "b")' in found.call
    assert found.diagnostic.message.startswith("after `ow_set_name` returned 2")


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("function: ow_errno,", "function: ow_error,", "function `ow_error` is not in `ow.h`"),
        (
            "ow_version_of: {function: ow_version",
            "ow_write_of: {function: ow_twice",
            "`ow_twice` is a macro, which has no types",
        ),
        (
            "int ow_set(ow_writer *writer, int option, int most)",
            "int ow_put(ow_writer *writer)",
            "no function `ow_set`",
        ),
    ],
)
def test_it_is_a_function_of_the_header(was, then, words, written, capsys):
    assert was in CONTRACT
    written("ow", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "ow.contract.yaml"]) == 2
    assert words in capsys.readouterr().out


def test_it_has_a_name_that_the_header_has_not(written, capsys):
    written(
        "ow",
        HEADER,
        SOURCE,
        CONTRACT.replace("ow_version_of: {function: ow_version", "ow_version_of_3: {function: ow_set"),
    )

    assert main(["check", "ow.contract.yaml"]) == 2
    assert "the header has a `ow_version_of_3` of its own" in capsys.readouterr().out
