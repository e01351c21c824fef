"""The written module reads as one that was written by hand: formatted, with the header's names, and all constants."""

from __future__ import annotations

import subprocess
import sys

import pytest
from test_written_module import FUNCTIONS, HEADER, ZLIB, written

WIDE = """
typedef int (*hook)(void *ctx, const char *name, size_t length, uint32_t flags, int64_t offset, double weight);
typedef struct wide { hook first; int numbers[4]; struct wide *next; } wide, *wide_p;
typedef struct flat { hook first; } flat_t;
typedef enum wd_mode { WD_A, WD_B } wd_mode_t;
enum { WD_PLAIN = 7 };
#define WD_LIMIT 4096
#define wd_lower 3
#define OTHER 9
int wd_open(wide *w, const char *name, const char *mode, size_t length, uint64_t offset, wd_mode_t how);
hook wd_hook(void);
int wd_flat(const flat_t *flat, wide_p one);
"""
WIDE_FUNCTIONS = "wd_open: {params: {w: {in: bytes, length: 40}, name: {in: string}, mode: {in: string}}}"


@pytest.fixture
def wide(contract_for, capsys):
    contract = contract_for(WIDE, WIDE_FUNCTIONS)
    contract.write_text(contract.read_text().replace("libraries:", "prefix: wd_\nlibraries:"))
    return written(contract, capsys, contract.parent)


@pytest.fixture(params=["zlib", "odd", "wide"])
def module(request, contract_for, capsys, tmp_path):
    if request.param == "wide":
        return request.getfixturevalue("wide")
    return written(ZLIB if request.param == "zlib" else contract_for(HEADER, FUNCTIONS), capsys, tmp_path)


@pytest.mark.parametrize("words", [["format", "--check", "--diff"], ["check", "--select", "E4,E7,E9,F,I"]])
def test_a_formatter_and_a_linter_have_nothing_to_say(words, module):
    pytest.importorskip("ruff")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *words, "--isolated", module],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_classes_have_the_names_that_users_of_the_header_know(wide):
    text = wide.read_text()

    assert "\nflat_t = flat\n" in text
    assert "\nwd_mode_t = wd_mode\n" in text
    assert "\nwide = " not in text


def test_constants_belong_by_their_prefix_in_either_case(wide):
    text = wide.read_text()

    assert "\nWD_LIMIT = 4096\n" in text
    assert "\nWD_PLAIN = 7\n" in text
    assert "\nwd_lower = 3\n" in text
    assert "OTHER" not in text


def test_it_still_imports(wide):
    subprocess.run([sys.executable, "-c", "import bound"], cwd=wide.parent, check=True)
