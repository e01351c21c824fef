"""What `run` can call, a user of the written module can: call stubs pass what only a compiler passes."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys

import pytest
from test_written_module import alone

from abidance.cli.main import main

HEADER = r"""
#include <stdarg.h>
#include <errno.h>
#define KIND_VERSION "1.2\n'q'"
#define KIND_PI 3.25
#define KIND_WIDE 3.25L
#define KIND_LIMIT 7
#define kind_max(a, b) ((a) > (b) ? (a) : (b))
#define kind_unbound(a) (a)
typedef union { int i; float f; double d; } kind_either;
typedef struct { unsigned a : 3; int b : 7; } kind_bits;
typedef struct __attribute__((packed)) { char c; int64_t n; } kind_packed;
typedef float kind_vector __attribute__((vector_size(16)));
typedef struct { long double real; double _Complex z; kind_vector v; } kind_wide;
kind_either kind_twice(kind_either e);
kind_bits kind_swap(kind_bits b);
kind_packed kind_pack(char c, int64_t n, const kind_packed *p);
long double kind_third(long double x);
long double kind_same(long double x);
__int128 kind_add(__int128 a, unsigned __int128 b);
double _Complex kind_conj(double _Complex z);
long double _Complex kind_lconj(long double _Complex z);
float _Complex kind_fconj(float _Complex z);
kind_vector kind_scale(kind_vector v, float by);
kind_wide kind_mirror(kind_wide w);
void kind_fill(kind_wide *w);
int kind_sum(int n, ...);
int kind_vsum(int n, va_list list);
int kind_hidden(int x);
static inline int kind_inline(int x, const char *s) { return kind_hidden(x) + (s ? s[0] : 0); }
int kind_fail(kind_either e);
int kind_absent(kind_either e);
int kind_plain(int x);
"""
SOURCE = """
kind_either kind_twice(kind_either e) { e.d *= 2; return e; }
kind_bits kind_swap(kind_bits b) { int a = b.a; b.a = b.b; b.b = a; return b; }
kind_packed kind_pack(char c, int64_t n, const kind_packed *p) {
    return (kind_packed){.c = p->c + c, .n = p->n + n};
}
long double kind_third(long double x) { return x / 3; }
long double kind_same(long double x) { return x; }
__int128 kind_add(__int128 a, unsigned __int128 b) { return a + (__int128)b; }
double _Complex kind_conj(double _Complex z) { return ~z; }
long double _Complex kind_lconj(long double _Complex z) { return ~z; }
float _Complex kind_fconj(float _Complex z) { return ~z; }
kind_vector kind_scale(kind_vector v, float by) { return v * by; }
kind_wide kind_mirror(kind_wide w) { w.real = -w.real; w.z = ~w.z; w.v = -w.v; return w; }
void kind_fill(kind_wide *w) { *w = (kind_wide){.real = 1.0L / 3, .z = 1.0 + 2.0i, .v = {1, 2, 3, 4}}; }
int kind_vsum(int n, va_list list) { int s = 0; while (n--) s += va_arg(list, int); return s; }
int kind_sum(int n, ...) { va_list l; va_start(l, n); int s = kind_vsum(n, l); va_end(l); return s; }
int kind_hidden(int x) { return x * 10; }
int kind_fail(kind_either e) { errno = e.i; return -1; }
int kind_plain(int x) { return x + 1; }
"""
FUNCTIONS = """
kind_max: {prototype: 'int kind_max(int a, int b)'}
kind_sum: {prototype: 'int kind_sum(int n, int a, int b)'}
kind_vsum: {prototype: 'int kind_vsum(int n, int a, int b, int c)'}
"""
# One that a library linked before would have answered: the inline function means the library that was loaded.
OTHER = "int kind_hidden(int x) { return -x; }"
CALLS = """
import bound, ctypes
from decimal import Decimal
from fractions import Fraction
k = bound.load('./libsubject.so')
e = bound.kind_either(); e.d = 1.5
print(k.kind_twice(e).d, e.d)
b = bound.kind_bits(); b.a, b.b = 5, 3
print(k.kind_swap(b).a, k.kind_swap(b).b, b.a)
p = bound.kind_packed(); p.c, p.n = b'A', 1 << 40
print(k.kind_pack(b'\\x02', 2, p).c, k.kind_pack(b'\\x02', 2, ctypes.byref(p)).n - (1 << 40))
third = k.kind_third(1)
print(Fraction(third) == Fraction(12297829382473034411, 1 << 65), k.kind_same(third) == third)
print(k.kind_same(Fraction(1, 3)) == third, k.kind_same(0.1) == Decimal(0.1), k.kind_same(Decimal('1e4000')) > 1)
print(k.kind_same(float('-inf')), k.kind_same(Decimal('nan')), k.kind_same(-0.0), k.kind_same(Decimal('1e-5000')))
least = Fraction(1, 1 << 16445)
print(Fraction(k.kind_same(least)) == least, k.kind_same(least / 2))
print(k.kind_add(-(1 << 127), (1 << 127) + 5), k.kind_add(-7, 3))
print(k.kind_conj(1.5 + 2j), k.kind_conj(3), k.kind_fconj(0.5j))
print(k.kind_lconj(bound.Complex(Decimal(2), third)).imag == third.copy_negate(), k.kind_lconj(1j).real)
print(k.kind_scale([1, 2, 0.5, -4], 2.0))
w = bound.kind_wide(); k.kind_fill(w)
print(w.real == third, w.z, w.v)
w.real, w.z, w.v = Decimal('-2.5'), 1j, (9, 8, 7, 6)
m = k.kind_mirror(w)
print(m.real, m.z, m.v)
print(k.kind_max(3, 8), k.kind_sum(2, 30, 12), k.kind_vsum(3, 1, 2, 3))
print(k.kind_inline(4, b'\\x02'), k.kind_inline(4, None))
e.i = 33; ctypes.set_errno(0)
print(k.kind_fail(e), ctypes.get_errno(), k.kind_plain(1))
print(bound.KIND_VERSION, bound.KIND_PI, bound.KIND_LIMIT, hasattr(bound, 'KIND_WIDE'))
def told(call):
    try: call()
    except Exception as error: print(type(error).__name__ + ':', error)
told(lambda: k.kind_add(1 << 127, 0))
told(lambda: k.kind_third('1'))
told(lambda: k.kind_third(Decimal('1e5000')))
told(lambda: k.kind_third(Decimal('1e999999999')))
told(lambda: k.kind_twice(1))
told(lambda: k.kind_scale([1], 1.0))
told(lambda: k.kind_twice())
told(lambda: k.kind_absent(e))
"""
ANSWERS = r"""3.0 1.5
3 5 5
b'C' 2
True True
True True True
-Infinity NaN -0 0
True 0
5 -4
(1.5-2j) (3-0j) -0.5j
True 0
(2.0, 4.0, 1.0, -8.0)
True (1+2j) (1.0, 2.0, 3.0, 4.0)
2.5 -1j (-9.0, -8.0, -7.0, -6.0)
8 42 6
42 40
-1 33 2
b"1.2\n'q'" 3.25 7 False
ArgumentError: argument 1: OverflowError: 170141183460469231731687303715884105728 does not fit 128 signed bits
ArgumentError: argument 1: TypeError: a number expected, not str
ArgumentError: argument 1: OverflowError: 1E+5000 is too large
ArgumentError: argument 1: OverflowError: 1E+999999999 is too large
ArgumentError: argument 1: TypeError: a kind_either expected, not int
ArgumentError: argument 1: ValueError: 4 elements expected, not 1
TypeError: kind_twice() takes 1 arguments, not 0
AttributeError: ./libsubject.so: undefined symbol: kind_absent
"""


@pytest.fixture(params=["gcc", pytest.param("clang", marks=pytest.mark.full)])
def compiler(request, monkeypatch):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    monkeypatch.setenv("CC", request.param)
    return request.param


@pytest.fixture
def subject(contract_for):
    """Write header, contract and library; return the contract's path."""
    contract = contract_for(HEADER, FUNCTIONS, SOURCE)
    contract.write_text(contract.read_text().replace("libraries:", "prefix: kind_\nlibraries:"))
    return contract


def bindings(contract, *words):
    return main(["bindings", str(contract), "-o", str(contract.parent / "bound.py"), *words])


def printed(folder, program):
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.slow
def test_each_kind_is_called_as_c_calls_it(compiler, subject):
    assert bindings(subject, "--stubs", str(subject.parent)) == 0

    assert printed(subject.parent, CALLS) == ANSWERS


@pytest.mark.slow
def test_an_inline_function_calls_the_library_that_was_loaded(subject):
    bindings(subject, "--stubs", str(subject.parent / "stubs.so"))
    other = subject.parent / "other.c"
    other.write_text(OTHER)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", "libother.so", other], cwd=subject.parent, check=True)

    program = (
        "import ctypes; ctypes.CDLL('./libother.so', mode=ctypes.RTLD_GLOBAL)\n"
        "import bound; print(bound.load('./libsubject.so').kind_inline(4, None))"
    )
    assert alone(subject.parent, program) == ["40"]


@pytest.mark.slow
def test_the_c_file_tells_how_to_compile_it(subject):
    folder = subject.parent / "native"
    assert bindings(subject, "--stubs", str(folder / "stubs.c")) == 0
    assert not (folder / "stubs.so").exists()

    missing = (
        "import bound\ntry: bound.load('./libsubject.so').kind_conj(1)\n"
        "except bound.StubsMissingError as e: print(e)"
    )
    words = printed(subject.parent, missing)
    command = next(
        line[3:].strip() for line in (folder / "stubs.c").read_text().splitlines() if "-shared" in line
    )
    assert words.startswith("`kind_conj` takes a call stub (`double _Complex`")
    assert command in words
    assert words.count("\n") == 1
    subprocess.run(shlex.split(command), cwd=folder, check=True)
    assert alone(subject.parent, missing.replace("(1)", "(1); print('called')", 1)) == ["called"]


@pytest.mark.slow
def test_without_stubs_only_the_functions_that_need_one_raise(subject):
    assert bindings(subject) == 0

    program = (
        "import bound; k = bound.load('./libsubject.so'); print(k.kind_plain(1))\n"
        "try: k.kind_twice(bound.kind_either())\nexcept bound.StubsMissingError as e: print(e)"
    )
    first, second = printed(subject.parent, program).splitlines()
    assert first == "2"
    assert second == (
        "`kind_twice` takes a call stub (a union by value): this module was written without any; "
        "write it anew with `abidance bindings CONTRACT -o MODULE.py --stubs DIR`"
    )


@pytest.mark.slow
def test_stubs_of_another_header_are_not_taken_for_its_own(subject):
    bindings(subject, "--stubs", str(subject.parent))
    stubs = (subject.parent / "bound_stubs.so").read_bytes()
    (subject.parent / "subject.h").write_text(
        (subject.parent / "subject.h").read_text().replace("char c; int64_t n;", "char c; char d; int64_t n;")
    )
    bindings(subject, "--stubs", str(subject.parent))
    (subject.parent / "bound_stubs.so").write_bytes(stubs)

    program = (
        "import bound\ntry: bound.load('./libsubject.so').kind_conj(1)\n"
        "except bound.StubsMissingError as e: print('another version' in str(e))"
    )
    assert alone(subject.parent, program) == ["True"]


def test_a_module_of_plain_functions_has_no_companion(contract_for, capsys):
    contract = contract_for("int plain(int x);", "plain: {}")
    assert bindings(contract, "--stubs", str(contract.parent / "stubs.c")) == 0

    assert not (contract.parent / "stubs.c").exists()
    assert "no function takes a call stub" in capsys.readouterr().err
    text = (contract.parent / "bound.py").read_text()
    assert "_Stub" not in text
    assert "decimal" not in text


def test_stubs_need_to_know_where_the_module_is(subject, capsys):
    assert main(["bindings", str(subject), "--stubs", "stubs.c"]) == 2
    assert "`--stubs` needs `-o MODULE.py`" in capsys.readouterr().err


@pytest.mark.slow
def test_macros_with_parameters_are_told_of(subject):
    bindings(subject)

    text = (subject.parent / "bound.py").read_text()
    assert "# not bound: `kind_unbound`: a macro with parameters" in text
    assert "not bound: `kind_max`" not in text


@pytest.mark.slow
def test_values_are_typed(subject):
    pytest.importorskip("mypy")
    bindings(subject, "--stubs", str(subject.parent / "stubs.c"))
    user = subject.parent / "user.py"
    user.write_text(
        "import bound\nk = bound.load('x')\n"
        "reveal_type(k.kind_third(1))\nreveal_type(k.kind_add(1, 2))\nreveal_type(k.kind_conj(1j))\n"
        "reveal_type(k.kind_twice(bound.kind_either()))\nk.kind_third('1')\nk.kind_plain(1, 2)\n"
    )

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", user.name],
        cwd=user.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    revealed = [line.rpartition("type is ")[2] for line in done.stdout.splitlines() if "Revealed" in line]
    assert [each.strip('"').rpartition(".")[2] for each in revealed] == [
        "Decimal", "int", "complex", "kind_either",
    ]  # fmt: skip
    assert done.stdout.count("error:") == 2


ORDER = """
#define ORDER __attribute__((scalar_storage_order("big-endian")))
struct ORDER wire { uint16_t kind; int32_t length; double weight; uint8_t tag; float many[2]; void *at;
                    unsigned a : 3; int b : 12; unsigned c : 1; };
struct mixed { int native; struct wire inside; };
void wire_fill(struct wire *w);
int wire_check(const struct mixed *m);
struct wire wire_same(struct wire w);
"""
ORDER_SOURCE = """
void wire_fill(struct wire *w) {
    *w = (struct wire){.kind = 0x0102, .length = -5, .weight = 2.5, .tag = 9, .many = {1.5f, -3}, .at = w,
                       .a = 5, .b = -7, .c = 1};
}
int wire_check(const struct mixed *m) {
    const struct wire *w = &m->inside;
    return m->native == 3 && w->kind == 7 && w->length == 1 << 30 && w->weight == -1 && w->many[1] == 0.5f
        && w->a == 6 && w->b == 2047 && w->c == 0;
}
struct wire wire_same(struct wire w) { return w; }
"""


@pytest.mark.slow
def test_fields_of_another_byte_order_are_read_and_written_as_the_library_does(contract_for):
    contract = contract_for(ORDER, "wire_fill: {params: {w: {out: bytes, capacity: 48}}}", ORDER_SOURCE)
    contract.write_text(contract.read_text().replace("libraries:", "prefix: wire_\nlibraries:"))
    assert bindings(contract, "--stubs", str(contract.parent)) == 0

    assert printed(
        contract.parent,
        "import bound, ctypes\nk = bound.load('./libsubject.so')\nw = bound.wire(); k.wire_fill(w)\n"
        "print(bytes(w)[:2].hex(), bytes(w)[4:8].hex(), w.kind, w.length, w.weight, w.tag, list(w.many))\n"
        "print(w.at == ctypes.addressof(w), w.a, w.b, w.c, k.wire_same(w).length)\n"
        "m = bound.mixed(native=3) if hasattr(bound.mixed, 'native') else bound.mixed()\n"
        "m.native, i = 3, m.inside\n"
        "i.kind, i.length, i.weight, i.many, i.a, i.b, i.c = 7, 1 << 30, -1.0, [0, 0.5], 6, 2047, 0\n"
        "print(k.wire_check(m))\n"
        "try: i.kind = 1 << 16\nexcept OverflowError as e: print(e)\n",
    ) == ("0102 fffffffb 258 -5 2.5 9 [1.5, -3.0]\nTrue 5 -7 1 -5\n1\n65536 does not fit 16 unsigned bits\n")
