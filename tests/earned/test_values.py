"""What a contract writes out equals what came back, whatever the kind of value and the spelling."""

from __future__ import annotations

import pytest

from tiers import first

pytestmark = pytest.mark.full

HEADER = """
#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <wchar.h>
struct endpoint { uint8_t addr[4]; uint16_t ports[3]; };
struct inner { int a; int b; };
struct outer { struct inner pair[2]; double grid[2][2]; union { uint32_t word; uint8_t bytes[4]; } u; };
struct names {
    char name[8]; unsigned flags:3; int low:4; signed char tiny[2]; wchar_t wide[4]; double _Complex z; _Bool on[2];
};
void home(struct endpoint *out);
void whole(struct outer *out);
void named(struct names *out);
void reals(double *out, unsigned count);
void nearly(double *out);
void points(struct inner *out, unsigned count);
struct endpoint by_value(void);
"""
SOURCE = """
void home(struct endpoint *out) { *out = (struct endpoint){{127, 0, 0, 1}, {1, 2, LAST}}; }
void whole(struct outer *out)
{
    *out = (struct outer){{{1, 2}, {3, LAST}}, {{0.5, NAN}, {1.0, INFINITY}}, {0x04030201}};
}
void named(struct names *out)
{
    *out = (struct names){"abcxyzu", 5, LAST == 4 ? -3 : 3,
        {-1, 2}, L"h\u00e9", CMPLX(1.5, -2), {1, 0}};
    out->name[3] = 0;
}
void reals(double *out, unsigned count)
{
    for (unsigned n = 0; n < count; n++) out[n] = n % 2 ? NAN : n + LAST;
}
void nearly(double *out) { *out = LAST == 4 ? -0.0 : 0.0; }
void points(struct inner *out, unsigned count)
{
    for (unsigned n = 0; n < count; n++) out[n] = (struct inner){n, n + LAST};
}
struct endpoint by_value(void) { return (struct endpoint){{127, 0, 0, 1}, {1, 2, LAST}}; }
"""
FUNCTIONS = {
    "home": "out: {out: struct endpoint}",
    "whole": "out: {out: struct outer}",
    "named": "out: {out: struct names}",
    "reals": "{out: {out: array, capacity: count}, count: {range: [1, 8]}}",
    "nearly": "out: {out: double}",
    "points": "{out: {out: array, capacity: count}, count: {range: [1, 8]}}",
    "by_value": "{}",
}


HOLDS = {
    "home": [
        "out: {addr: [127, 0, 0, 1]}",
        "out: {addr: [0x7f, 0, 0, 1], ports: [1, 2, 4]}",
        r'out: {addr: "\x7f\0\0\x01"}',
        r'out: {addr: b"\x7f\0\0\x01"}',
        "out: {addr: [127, 0, 0, true]}",
        'out: {addr: ["127", "1 - 1", 0, 1]}',
    ],
    "by_value": ["returns: {addr: [127, 0, 0, 1], ports: [1, 2, 4]}"],
    "whole": [
        "out: {pair: [{a: 1}, {b: 4}]}",
        "out: {pair: [{}, {a: 3, b: 4}]}",
        "out: {pair: [{a: 1}, {b: 4}], grid: [[0.5, .nan], [1, .inf]]}",
        "out: {pair: [{a: 1}, {b: 4}], u: {word: 0x04030201}}",
        "out: {pair: [{a: 1}, {b: 4}], u: {bytes: [1, 2, 3, 4]}}",
    ],
    "named": [
        "out: {name: abc, low: -3}",
        "out: {name: [97, 98, 99, 0, 121, 122, 117], low: -3}",
        'out: {name: ["a", "b", "c", 0, "y", "z", "u", 0], flags: 5, low: -3}',
        r'out: {name: b"abc\0yzu", tiny: [-1, 2]}',
        "out: {wide: [104, 233], z: {real: 1.5, imag: -2}}",
        "out: {wide: hé, z: [1.5, -2], on: [true, false]}",
    ],
    "reals": ["count: 4, out: [4, .nan, 6, .NaN]", "count: 4, out: [4.0, .nan, 6e0, .nan]"],
    "points": ["count: 2, out: [{a: 0, b: 4}, {b: 5}]", "count: 2, out: [{a: 0, b: 4}, {}]"],
    "nearly": ["out: -0.0", "out: 0", "out: 0.0"],
}
DOES_NOT = {
    "home": [
        "out: {addr: [127, 0, 0, 2]}",
        "out: {addr: [127]}",
        "out: {ports: [1, 2, 5]}",
        r'out: {addr: "\x7f"}',
    ],
    "by_value": ["returns: {addr: [127, 0, 0, 1], ports: [1, 2]}"],
    "whole": [
        "out: {pair: [{a: 1}, {b: 5}]}",
        "out: {pair: [{a: 1}]}",
        "out: {grid: [[0.5, .nan], [.nan, .inf]]}",
        "out: {grid: [[0.5, 0.5], [1, .inf]]}",
        "out: {u: {bytes: [1, 2, 3, 5]}}",
    ],
    "named": [
        "out: {name: abcd}",
        "out: {name: ab}",
        r'out: {name: b"abc"}',
        "out: {low: 3}",
        "out: {tiny: [1, 2]}",
        "out: {wide: he}",
        "out: {z: [1.5, 2]}",
        "out: {on: [true, true]}",
    ],
    "reals": [
        "count: 4, out: [4, 5, 6, .nan]",
        "count: 4, out: [4, .nan, 6]",
        "count: 3, out: [4, .nan, .nan]",
    ],
    "points": ["count: 2, out: [{a: 0, b: 4}, {b: 6}]", "count: 2, out: [{a: 0, b: 4}]"],
    "nearly": ["out: .nan", "out: 1e-300"],
}
REFUSED = {
    "home": ["out: {addr: [127, 0, 0, 1, 0]}", "out: {addr: [256]}", "out: {addr: longer}"],
    "named": ["out: {name: ninechars}", "out: {tiny: [-129]}", "out: {z: [1, 2, 3]}", "out: {wide: hello}"],
}


def contract(examples):
    text = "functions:\n"
    for function, each in examples.items():
        params = FUNCTIONS[function]
        params = params if params.startswith("{") else "{" + params + "}"
        text += f"  {function}:\n    params: {params}\n    examples:\n"
        text += "".join(f"      - {{{example}}}\n" for example in each)
    return text


def each(table):
    return [(function, example) for function, examples in table.items() for example in examples]


def test_what_examples_write_out_is_what_came_in_every_spelling(small):
    ended = small.run(HEADER, SOURCE, contract(HOLDS), "--phase", "examples", flags=["-DLAST=4"])

    assert (ended.status, ended.codes) == (0, []), ended.text


@pytest.mark.full
def test_every_spelling_tells_another_value_apart(small):
    small.write(HEADER, contract({}))
    small.compile(SOURCE, "-DLAST=4")
    for number in range(max(map(len, DOES_NOT.values()))):  # one example of each function at a time
        examples = {name: [texts[number]] for name, texts in DOES_NOT.items() if number < len(texts)}
        small.write(HEADER, contract(examples))
        ended = small.command("run", "--phase", "examples")
        assert (ended.status, ended.codes) == (1, ["ABD321"]), (examples, ended.text)
        assert [name for name in examples if f"postcondition-broken: `{name}`" in ended.text] == [
            *examples
        ], ended.text


@pytest.mark.parametrize(("function", "example"), first(each(REFUSED), 2))
def test_what_the_type_cannot_hold_is_an_error_where_it_stands(function, example, small):
    small.write(HEADER, contract({function: [example]}))
    ended = small.command("check")

    assert (ended.status, ended.codes) == (2, ["ABD103"]), ended.text
    assert "it.contract.yaml:10:" in ended.text


REALS_HEADER = """
struct pair { double at[2]; float one; };
double one(int n);
void many(double *out, unsigned count);
struct pair both(void);
long double wide(int n);
double model(int n);
"""
REALS = """
#include <math.h>
#include <string.h>
static double nan_of(unsigned long payload)
{
    double d;
    payload |= 0x7ff8000000000000;
    memcpy(&d, &payload, 8);
    return d;
}
double one(int n) { return n == 3 ? ONE_ZERO : n == 4 ? nan_of(PAYLOAD) : n; }
void many(double *out, unsigned count)
{
    for (unsigned n = 0; n < count; n++) out[n] = n == 1 ? MANY_ZERO : nan_of(PAYLOAD);
}
struct pair both(void) { return (struct pair){{nan_of(PAYLOAD), RECORD_ZERO}, -0.0f}; }
long double wide(int n)
{
    long double x = n == 3 ? WIDE_ZERO : n + 0.1L;
    memset((char *)&x + 10, PAYLOAD, 6);
    return x;
}
double model(int n) { return n * -0.0; }
"""
REALS_CONTRACT = """
libraries: {one: {path: libone.so}, other: {path: libother.so}}
functions:
  one: {params: {n: {range: [0, 6]}}}
  many: {params: {out: {out: array, capacity: count}, count: {range: [1, 4]}}}
  both: {}
  wide: {params: {n: {range: [0, 6]}}}
  model: {params: {n: {range: [0, 6]}}, model: models:zero}
"""
ZEROS = {"one": "ONE_ZERO", "many": "MANY_ZERO", "both": "RECORD_ZERO", "wide": "WIDE_ZERO"}


def test_the_sign_of_a_zero_is_part_of_an_answer_and_the_payload_of_a_nan_is_not(small):
    small.write(REALS_HEADER, REALS_CONTRACT)
    (small.folder / "models.py").write_text("def zero(n):\n    return 0\n")
    alike = [f"-D{zero}=-0.0" for zero in ZEROS.values()]
    small.compile(REALS, *alike, "-DPAYLOAD=1", name="libone.so")
    small.compile(REALS, *alike, "-DPAYLOAD=2", name="libother.so")
    sound = small.command("run", "--phase", "equivalence", "--phase", "properties", "--max-examples", "10")
    assert (sound.status, sound.codes) == (0, []), sound.text

    small.compile(REALS, *(f"-D{zero}=0.0" for zero in ZEROS.values()), "-DPAYLOAD=1", name="libother.so")
    wrong = small.command("run", "--phase", "equivalence", "--max-examples", "10")
    assert (wrong.status, wrong.codes) == (1, ["ABD331"])
    for function in ZEROS:
        assert f"implementations-differ: `{function}`" in wrong.text
    assert "implementations-differ: `model`" not in wrong.text
