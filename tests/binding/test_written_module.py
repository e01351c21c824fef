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
typedef struct inner_record { int x; double y; } inner_record;
typedef struct bits {
    unsigned a:3; int low:3; unsigned long long high:40;
    union { short many[3]; int whole; };
    inner_record inner; struct bits *next; __int128 wide; long double real; unsigned char __tail;
} bits;
typedef union either { int i; float f; } either;
int by_value(either e);
static inline int in_header(int x) { return x; }
typedef struct opaque opaque;
int64_t total(const node *n);
int which(mode m);
int lambda(int x);
int inner_in(const struct inner *i);
int low_bits(const bits *b);
void fill(bits *b);
bool matches(const bits *b);
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
void fill(bits *b) {
    *b = (bits){.a = 3, .low = -1, .high = (1ull << 40) - 1, .many = {1, 2, 3}, .inner = {1, 0.5},
                .wide = -((__int128)1 << 100), .__tail = 9};
}
bool matches(const bits *b) {
    return b->a == 3 && b->low == -4 && b->high == 1ull << 39 && b->many[2] == 9 && b->inner.y == 2.5
        && b->wide == (__int128)1 << 126 && b->next == b;
}
opaque *make(void) { return NULL; }
double half(double x, float y) { return x / 2 + y; }
bool negated(bool b) { return !b; }
"""
FUNCTIONS = """
total: {params: {n: {in: bytes, length: 16}}}
which: {}
lambda: {}
inner_in: {params: {i: {in: bytes, length: 16}}}
low_bits: {params: {b: {in: bytes, length: 96}}}
fill: {params: {b: {out: bytes, capacity: 96}}}
matches: {params: {b: {in: bytes, length: 96}}}
by_value: {}
in_header: {}
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_layout_that_ctypes_cannot_have_is_read_and_written_in_its_bytes(bound):
    printed = alone(
        bound.parent,
        "import bound, ctypes\n"
        "c = bound.load('./libsubject.so')\n"
        "b = bound.bits()\n"
        "b.a = 5\n"
        "print(c.low_bits(b), b.a)\n"
        "c.fill(b)\n"
        "print(b.a, b.low, b.high, b.many[1], b.inner.y, b.wide == -(1 << 100), b.real)\n"
        "b.low, b.high, b.many, b.inner.y = -4, 1 << 39, [7, 8, 9], 2.5\n"
        "b.wide, b.next = 1 << 126, ctypes.pointer(b)\n"
        "print(c.matches(b), b.next.contents.low, getattr(b, '__tail'))\n",
    )
    assert printed == ["5", "5", "3", "-1", "1099511627775", "2", "0.5", "True", "0", "True", "-4", "9"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("b.a = 8", "OverflowError"),
        ("b.low = -5", "OverflowError"),
        ("b.low = 2.5", "TypeError"),
        ("b.wide = 1 << 127", "OverflowError"),
        ("bound.node(1 << 31)", "OverflowError"),
        ("n = bound.node(); n.value = -(1 << 31) - 1", "OverflowError"),
        # ctypes makes an error of its own of one about an argument, and says which.
        ("c.lambda_(1 << 31)", "ArgumentError"),
        ("c.lambda_(1.5)", "ArgumentError"),
        ("b.inner = b", "TypeError"),
    ],
)
def test_a_value_that_does_not_fit_its_c_type_is_an_error(statement, error, bound):
    printed = alone(
        bound.parent,
        "import bound, ctypes\n"
        "c, b = bound.load('./libsubject.so'), bound.bits()\n"
        f"try: {statement}\n"
        "except Exception as error: print(type(error).__name__)",
    )
    assert printed == [error]


def test_what_cannot_be_called_says_why_when_it_is(contract_for, capsys, tmp_path):
    header = "int some(int n, ...);\ntypedef int wide __attribute__((vector_size(32)));\nint v(wide w);\n"
    written(contract_for(header, "some: {}\nv: {}"), capsys, tmp_path)
    text = (tmp_path / "bound.py").read_text()

    assert 'bind.some = _Refused(\n        "some",\n        "a variadic function is called with what' in text
    assert "a vector of 32 bytes is passed in one way with AVX enabled" in text


@pytest.mark.slow
def test_layouts_are_asserted(bound):
    bound.write_text(bound.read_text().replace("ctypes.sizeof(node) == 16", "ctypes.sizeof(node) == 24"))

    done = subprocess.run(
        [sys.executable, "-c", "import bound"], cwd=bound.parent, capture_output=True, text=True, check=False
    )
    assert "AssertionError" in done.stderr


@pytest.mark.slow
def test_it_has_no_path_and_no_date(bound):
    text = bound.read_text()

    assert str(bound.parent) not in text
    assert "/usr" not in text


@pytest.mark.slow
@pytest.mark.parametrize("contract", [ZLIB, None], ids=["zlib", "odd"])
def test_it_is_typed(contract, contract_for, capsys, tmp_path):
    pytest.importorskip("mypy")
    file = written(contract or contract_for(HEADER, FUNCTIONS), capsys, tmp_path)

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", file.name],
        cwd=file.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Success" in done.stdout, done.stdout


def test_names_may_have_any_letter(contract_for, capsys):
    header = (
        "typedef struct größe <% int länge; int höhe<:2:>; %> größe;\nint zähle(const größe *g, int maß);\n"
    )
    source = "int zähle(const größe *g, int maß) { return g->länge + g->höhe[1] * maß; }"
    functions = "zähle: {params: {g: {in: größe}}, requires: [maß < 100], ensures: [result >= g.länge]}"
    contract = contract_for(header, functions, source)
    written(contract, capsys, contract.parent)

    printed = alone(
        contract.parent,
        "import bound; c = bound.load('./libsubject.so'); g = bound.größe(länge=3); g.höhe[1] = 4\n"
        "print(c.zähle(g, 10))",
    )
    assert printed == ["43"]
