"""Contracts over every kind of value: silent on a sound library, and each defect of its twin is found."""

from __future__ import annotations

import re

import pytest

HEADER = """
#include <complex.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
enum colour { RED, GREEN = 4, BLUE };
struct bits { signed a:3; unsigned b:5; _Bool c:1; unsigned long d:40; enum colour e:4; };
union word { uint32_t whole; uint16_t halves[2]; uint8_t bytes[4]; };
struct tagged { int kind; union word u; };
struct node { const char *name; size_t length; uint8_t key[4]; };
struct tail { unsigned count; short items[]; };
_Bool k_flag(_Bool x);
signed char k_schar(signed char x);
char k_char(char x);
enum colour k_enum(enum colour x);
struct bits k_bits(int a, unsigned b);
union word k_union(uint32_t x);
void k_tagged(struct tagged *out, uint32_t x);
size_t k_total(const struct node *nodes, size_t n);
__int128 k_wide(__int128 x);
unsigned __int128 k_uwide(uint64_t high, uint64_t low);
long double k_long(long double x);
double _Complex k_conj(double _Complex z);
void k_grid(int out[2][3], int x);
size_t k_utf16(char *out, size_t cap, uint16_t unit);
void k_wcs(wchar_t *out, size_t n, wchar_t c);
int k_each(const int *xs, size_t n, int (*f)(int x, void *ctx), void *ctx);
int k_compare(const uint8_t *a, const uint8_t *b, size_t n);
void k_reverse(uint8_t *buf, size_t n);
float k_half(float x);
int64_t k_pack(int32_t high, uint32_t low);
"""
SOURCE = """
#include <string.h>
#define IF(wrong, right) (BAD ? (wrong) : (right))
_Bool k_flag(_Bool x) { return IF(x, !x); }
signed char k_schar(signed char x) { return IF(x, x == -128 ? 127 : -x); }
char k_char(char x) { return x >= 'a' && x <= IF('y', 'z') ? x - 32 : x; }
enum colour k_enum(enum colour x) { return x == RED ? GREEN : x == GREEN ? BLUE : IF(GREEN, RED); }
struct bits k_bits(int a, unsigned b)
{
    return (struct bits){a, b, IF(0, a < 0), (unsigned long)b << IF(34, 35), GREEN};
}
union word k_union(uint32_t x) { return (union word){IF(x ^ 0x10000, x)}; }
void k_tagged(struct tagged *out, uint32_t x) { out->kind = 2; out->u.whole = IF(~x, x); }
size_t k_total(const struct node *nodes, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += nodes[i].length + nodes[i].key[IF(2, 3)];
    return sum;
}
__int128 k_wide(__int128 x) { return IF((long)x, x) / 2; }
unsigned __int128 k_uwide(uint64_t high, uint64_t low)
{
    return (unsigned __int128)IF((uint32_t)high, high) << 64 | low;
}
long double k_long(long double x) { return IF((double)x, x); }
double _Complex k_conj(double _Complex z) { return IF(z, conj(z)); }
void k_grid(int out[2][3], int x)
{
    for (int i = 0; i < 2; i++) for (int j = 0; j < 3; j++) out[i][j] = x + IF(2, 3) * i + j;
}
size_t k_utf16(char *out, size_t cap, uint16_t unit)
{
    if (cap < 4) return 0;
    unsigned c = unit;
    size_t n = 0;
    if (c < 0x80) out[n++] = c;
    else if (c < IF(0x900, 0x800)) { out[n++] = 0xC0 | c >> 6; out[n++] = 0x80 | (c & 63); }
    else { out[n++] = 0xE0 | c >> 12; out[n++] = 0x80 | (c >> 6 & 63); out[n++] = 0x80 | (c & 63); }
    return n;
}
void k_wcs(wchar_t *out, size_t n, wchar_t c) { for (size_t i = 0; i < n; i++) out[i] = c + IF(0, i); }
int k_each(const int *xs, size_t n, int (*f)(int, void *), void *ctx)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) sum += f(IF(xs[0], xs[i]), ctx);
    return sum;
}
int k_compare(const uint8_t *a, const uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i]) return IF((int8_t)a[i] < (int8_t)b[i], a[i] < b[i]) ? -1 : 1;
    return 0;
}
void k_reverse(uint8_t *buf, size_t n)
{
    for (size_t i = 0; i < IF(n, n / 2); i++) { uint8_t t = buf[i]; buf[i] = buf[n - 1 - i]; buf[n - 1 - i] = t; }
}
float k_half(float x) { return x * IF(0.49999f, 0.5f); }
int64_t k_pack(int32_t high, uint32_t low) { return (int64_t)((uint64_t)high << 32 | IF((int64_t)(int32_t)low, low)); }
"""
CONTRACT = """
types:
  node: {fields: {name: {to: bytes, length: length}, length: {range: [0, 8]}}}
functions:
  k_flag: {ensures: [result == (not x), "result in [true, false]", "result != x"]}
  k_schar: {ensures: [result == min(-x, 127), -128 < result <= 127]}
  k_char: {ensures: ["implies('a'[0] <= x <= 'z'[0], result == x - 32)", "implies(x < 0, result == x)"]}
  k_enum: {ensures: [(x == RED) == (result == GREEN), (x == GREEN) == (result == BLUE), "result in [RED, GREEN, BLUE]"]}
  k_bits:
    params: {a: {range: [-4, 3]}, b: {range: [0, 31]}}
    ensures: [result.a == a, result.b == b, result.c == (a < 0), result.d == b << 35, result.e == GREEN]
  k_union:
    ensures:
      - result.whole == x
      - result.halves[0] | result.halves[1] << 16 == x
      - result.bytes == [x & 0xff, x >> 8 & 0xff, x >> 16 & 0xff, x >> 24]
      - result.bytes[-1] == x >> 24 and result.bytes[1:3] == result.bytes[:-1][1:]
  k_tagged: {params: {out: {out: struct tagged}}, ensures: [out.kind == 2, out.u.whole == x]}
  k_total:
    params: {nodes: {in: array, length: n}, n: {range: [0, 4]}}
    ensures:
      - result == sum(len(node.name) + node.key[3] for node in nodes)
      - result == sum(node.length + node.key[-1] for node in nodes)
  k_wide: {ensures: [result == (x // 2 if x >= 0 else -(-x // 2)), -2**127 <= result < 2**127]}
  k_uwide: {ensures: [result == high << 64 | low, result >> 64 == high, result & (2**64 - 1) == low]}
  k_long: {ensures: [result == x or x != x]}
  k_conj: {ensures: ["result.real == z.real or z.real != z.real", "result.imag == -z.imag or z.imag != z.imag"]}
  k_grid:
    params: {out: {out: array, capacity: 2, length: 2}, x: {range: [-100, 100]}}
    ensures:
      - out == [[x, x + 1, x + 2], [x + 3, x + 4, x + 5]]
      - out[-1][-1] == x + 5
      - all(a < b for row in out for a in row[:1] for b in row[1:])
  k_utf16:
    params: {out: {out: bytes, capacity: cap, length: result}, cap: {range: [4, 8]}}
    requires: [not 0xD800 <= unit < 0xE000]
    ensures: [is_utf8(out), len(out) == result, 1 <= result <= 3, (result == 3) == (unit >= 0x800)]
  k_wcs:
    params: {out: {out: array, capacity: n, length: n}, n: {range: [0, 5]}, c: {range: [65, 90]}}
    ensures: ["all(out[i] == c + i for i in range(n))", "implies(n >= 3, out[-2:] == [c + n - 2, c + n - 1])"]
  k_each:
    params:
      xs: {in: array, length: n}
      n: {range: [0, 4]}
      f: {callback: {calls: n, params: {x: {}}, returns: {range: [-5, 5]}}, user_data: ctx}
    ensures:
      - len(f.calls) == n
      - all(f.calls[i].x == xs[i] for i in range(n))
      - result == sum(call.result for call in f.calls)
  k_compare:
    params: {a: {in: bytes, length: n}, b: {in: bytes, length: n}, n: {range: [0, 6]}}
    ensures: [(result == 0) == (a == b), (result < 0) == (a < b), (result > 0) == (a > b)]
  k_reverse:
    params: {buf: {inout: bytes, length: n}, n: {range: [0, 9]}}
    ensures: ["buf == old(buf)[::-1]", "implies(n > 0, buf[-1] == old(buf[0]) and buf[:1] == old(buf)[-1:])"]
  k_half: {params: {x: {range: [-1000, 1000]}}, ensures: [result * 2 == x or abs(x) < 1e-30]}
  k_pack: {ensures: [result >> 32 == high, result & 0xffffffff == low]}
"""
FUNCTIONS = re.findall(r"^  (k_\w+):", CONTRACT, re.MULTILINE)


@pytest.mark.full
def test_a_sound_library_keeps_what_is_said_of_every_kind_of_value(small):
    ended = small.run(HEADER, SOURCE, CONTRACT, "--phase", "properties", flags=["-DBAD=0"], examples=15)

    assert (ended.status, ended.codes) == (0, []), ended.text


@pytest.mark.full
def test_the_defect_of_each_function_is_found(small):
    ended = small.run(HEADER, SOURCE, CONTRACT, "--phase", "properties", flags=["-DBAD=1"], examples=40)

    assert (ended.status, ended.codes) == (1, ["ABD321"]), ended.text
    assert [each for each in FUNCTIONS if f"postcondition-broken: after `{each}`" not in ended.text] == []
