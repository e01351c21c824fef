"""`abidance bindings` writes a module that stands alone, is typed, and calls what it describes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from abidance.cli.main import main

ZLIB = Path(__file__).parents[2] / "contracts" / "zlib.contract.yaml"
HEADER = """
typedef struct node { int value; struct node *next; } node;
typedef struct outer { struct inner *first; } outer;
struct inner { outer *owner; int in; };
typedef enum mode { READ = 1, WRITE, None } mode;
typedef struct bits { unsigned a:3; } bits;
typedef struct opaque opaque;
int64_t total(const node *n);
int which(mode m);
int lambda(int x);
int inner_in(const struct inner *i);
int low_bits(const bits *b);
opaque *make(void);
double half(double x, float y);
bool negated(bool b);
"""
SOURCE = """
int64_t total(const node *n) { int64_t sum = 0; for (; n; n = n->next) sum += n->value; return sum; }
int which(mode m) { return m; }
int lambda(int x) { return x + 1; }
int inner_in(const struct inner *i) { return i->in; }
int low_bits(const bits *b) { return b->a; }
opaque *make(void) { return NULL; }
double half(double x, float y) { return x / 2 + y; }
bool negated(bool b) { return !b; }
"""
FUNCTIONS = """
total: {params: {n: {in: bytes, length: 16}}}
which: {}
lambda: {}
inner_in: {params: {i: {in: bytes, length: 16}}}
low_bits: {params: {b: {in: bits}}}
make: {}
half: {}
negated: {}
"""


def written(contract, capsys, folder):
    assert main(["bindings", str(contract)]) == 0
    file = folder / "bound.py"
    file.write_text(capsys.readouterr().out)
    return file


def alone(folder, program):
    """Run a program in an interpreter that has nothing of ours."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.fixture
def bound(contract_for, capsys):
    contract = contract_for(HEADER, FUNCTIONS, SOURCE)
    return written(contract, capsys, contract.parent)


def test_it_calls_zlib(tmp_path, capsys):
    written(ZLIB, capsys, tmp_path)

    printed = alone(
        tmp_path,
        "import bound, ctypes\n"
        "z = bound.load('libz.so.1')\n"
        "print(z.crc32(0, (ctypes.c_uint8 * 9)(*b'123456789'), 9) == 0xcbf43926)\n"
        "print(ctypes.sizeof(bound.z_stream_s), ctypes.string_at(z.zlibVersion())[:1])",
    )
    assert printed == ["True", "112", "b'1'"]


def test_records_may_lead_back_to_themselves_and_names_may_be_pythons(bound):
    printed = alone(
        bound.parent,
        "import bound, ctypes\n"
        "c = bound.load('./libsubject.so')\n"
        "last = bound.node(5)\n"
        "print(c.total(bound.node(37, ctypes.pointer(last))))\n"
        "print(c.lambda_(41), c.which(bound.mode.WRITE), bound.mode.None_.value)\n"
        "print(c.inner_in(ctypes.byref(bound.inner(None, 42))))\n"
        "print(c.half(80.0, 2.0), c.negated(False))",
    )
    assert printed == ["42", "42", "2", "3", "42", "42.0", "True"]


def test_a_layout_that_ctypes_cannot_have_is_raw_bytes_behind_a_pointer(bound):
    printed = alone(
        bound.parent,
        "import bound, ctypes\n"
        "c = bound.load('./libsubject.so')\n"
        "print(c.low_bits(bound.bits((ctypes.c_uint8 * 4)(0xfd))))",
    )
    assert printed == ["5"]
    assert "# refused: `struct bits`" in bound.read_text()


def test_layouts_are_asserted(bound):
    bound.write_text(bound.read_text().replace("ctypes.sizeof(node) == 16", "ctypes.sizeof(node) == 24"))

    done = subprocess.run(
        [sys.executable, "-c", "import bound"], cwd=bound.parent, capture_output=True, text=True, check=False
    )
    assert "AssertionError" in done.stderr


def test_it_has_no_path_and_no_date(bound):
    text = bound.read_text()

    assert str(bound.parent) not in text
    assert "/usr" not in text


@pytest.mark.parametrize("contract", [ZLIB, None], ids=["zlib", "odd"])
def test_it_is_typed(contract, contract_for, capsys, tmp_path):
    pytest.importorskip("mypy")
    file = written(contract or contract_for(HEADER, FUNCTIONS), capsys, tmp_path)

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", file.name],
        cwd=file.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Success" in done.stdout, done.stdout
