"""What `--emit` writes compiles while nothing has changed, and stops doing so when something has."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stdint.h>
#define LIMIT 7
#define TEXT "no number"
#define LEAST (-9223372036854775807LL - 1)
#define MOST 0xffffffffffffffffULL
enum color { RED, BLUE = 9 };
typedef enum { LOW = -1, HIGH } level;
struct point { int x; int y; };
typedef struct { uint8_t type; uint64_t match; enum color color; int self; } message;
union choice { double d; char bytes[13]; };
struct outer {
    int kind;
    union { long l; char low; };
    struct { float f[2]; } named;
    unsigned a : 3, b : 29;
    message last;
};
struct __attribute__((packed)) packed { char c; int i; };
struct tail { int n; char data[]; };
struct opaque;
struct action { union { void (*handler)(int); long value; } inner; };
#define handler inner.handler
#define x some_macro
"""
RUST = """\
#![allow(non_camel_case_types, dead_code)]
#[repr(C)] #[derive(Clone, Copy)] pub struct point { x: i32, y: i32 }
#[repr(u32)] #[derive(Clone, Copy)] pub enum color { RED, BLUE = 9 }
#[repr(C)] #[derive(Clone, Copy)] pub struct message { r#type: u8, r#match: u64, color: color, self_: i32 }
#[repr(C)] #[derive(Clone, Copy)] pub union choice { d: f64, bytes: [u8; 13] }
#[repr(C)] pub union either { l: i64, low: i8 }
#[repr(C)] pub struct floats { f: [f32; 2] }
#[repr(C)] pub struct outer { kind: i32, either: either, named: floats, bits: u32, last: message }
#[repr(C, packed)] pub struct packed { c: i8, i: i32 }
#[repr(C)] pub struct tail { n: i32, data: [i8; 0] }
#[repr(C)] pub struct action { inner: usize }
include!("layout.rs");
"""


def test_c_asserts_compile_with_both_compilers(layout, compiles, compiler):
    ran = layout(HEADER, "--emit", "c-asserts", "-o", "layout.c")

    assert (ran.code, ran.out) == (0, "")
    assert compiles(compiler, "layout.c") == ""


@pytest.fixture(params=["gcc", "clang"])
def compiler(request):
    return request.param


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("int x; int y;", "int y; int x;", "struct point.x: offset is not 0"),
        ("uint8_t type;", "uint16_t type;", "message.type: size is not 1"),
        ("double d;", "long double d;", "union choice: alignment is not 8"),
        ("long l; char low;", "long l; char low; __int128 q;", "struct outer: "),
        ("BLUE = 9", "BLUE = 10", "BLUE is not 9"),
        ("LIMIT 7", "LIMIT 8", "LIMIT is not 7"),
        ("LOW = -1", "LOW = 1", "level: not signed"),
        ("__attribute__((packed))", "", "struct packed"),
        ("float f[2]", "double f[1]", "struct outer.named: alignment is not 4"),
    ],
)
def test_c_asserts_break_when_the_header_drifts(layout, compiles, compiler, tmp_path, before, after, words):
    layout(HEADER, "--emit", "c-asserts", "-o", "layout.c")
    assert before in HEADER
    (tmp_path / "api.h").write_text(HEADER.replace(before, after), encoding="utf-8")

    assert words in compiles(compiler, "layout.c")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("int x; int y;", "int x; int /* renamed back and forth */ y;"),
        ("double d;", "double d; long added;"),
        ("struct opaque;", "struct opaque { int now_complete; };"),
        ("unsigned a : 3, b : 29;", "unsigned a : 4, b : 28;"),  # said in the file's comment to be left out
    ],
)
def test_c_asserts_hold_when_no_layout_that_they_state_has_changed(layout, compiles, tmp_path, before, after):
    layout(HEADER, "--emit", "c-asserts", "-o", "layout.c")
    assert before in HEADER
    (tmp_path / "api.h").write_text(HEADER.replace(before, after), encoding="utf-8")

    assert compiles("gcc", "layout.c") == ""


def test_c_asserts_list_what_they_leave_out(layout):
    out = layout(HEADER, "--emit", "c-asserts").out

    assert "struct outer.a: a bit-field at bit 192, 3 wide" in out
    assert "opaque" not in out


def test_c_asserts_reach_the_header_from_where_they_are_written(layout, compiles, tmp_path):
    (tmp_path / "made" / "deep").mkdir(parents=True)
    layout(HEADER, "--emit", "c-asserts", "-o", "made/deep/layout.c")

    assert '#include "../../api.h"' in (tmp_path / "made/deep/layout.c").read_text()
    assert compiles("gcc", "made/deep/layout.c") == ""


@pytest.mark.slow
def test_rust_asserts_compile_beside_types_of_the_same_names(layout, compiles):
    ran = layout(HEADER, "--emit", "rust-asserts", "-o", "layout.rs")

    assert ran.code == 0
    assert compiles("rustc", "lib.rs", RUST) == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("struct point { x: i32, y: i32 }", "struct point { y: i32, x: i32 }"),
        ("r#match: u64", "r#match: u32"),
        ("#[repr(u32)]", "#[repr(u64)]"),
        ("#[repr(C, packed)]", "#[repr(C)]"),
        ("bytes: [u8; 13]", "bytes: [u8; 17]"),
        ("#[repr(C)] pub struct tail { n: i32", "#[repr(C)] pub struct tail { n: i64"),
    ],
)
def test_rust_asserts_break_when_rust_drifts(layout, compiles, before, after):
    layout(HEADER, "--emit", "rust-asserts", "-o", "layout.rs")
    assert before in RUST

    assert "assert" in compiles("rustc", "lib.rs", RUST.replace(before, after))


def test_rust_asserts_list_what_rust_cannot_say(layout):
    out = layout(HEADER, "--emit", "rust-asserts").out

    left_out = out.partition("// Left out:")[2]
    assert "struct outer.a: a bit-field" in left_out
    assert "struct outer.low: inside an anonymous member" in left_out
    assert "message.self: no name that Rust could have" in left_out
    assert "struct opaque: opaque" in left_out
    assert "enum color" in left_out


def test_rust_asserts_of_a_chosen_enum_judge_it(layout, compiles):
    layout(HEADER, "enum color", "point", "--emit", "rust-asserts", "-o", "layout.rs")
    sound = '#[repr(u32)] pub enum color { A } #[repr(C)] pub struct point { x: i32, y: i32 } include!("layout.rs");'

    assert compiles("rustc", "lib.rs", sound) == ""
    assert "assert" in compiles("rustc", "lib.rs", sound.replace("u32", "u16"))


def test_asserts_of_a_system_header_include_it_by_its_name(layout, compiles, tmp_path):
    ran = layout("", "/usr/include/time.h", "--emit", "c-asserts", "-o", "time.c")

    assert (ran.code, ran.err) == (0, "")
    assert "#include <time.h>" in (tmp_path / "time.c").read_text()
    assert compiles("gcc", "time.c") == ""


def test_asserts_of_a_typedef_that_is_asked_for_judge_its_members(layout, compiles, tmp_path):
    text = "typedef struct pair { char c; int i; } pair_t;\n"
    layout(text, "pair_t", "--emit", "c-asserts", "-o", "pair.c")
    layout(text, "pair_t", "--emit", "rust-asserts", "-o", "pair.rs")
    sound = '#[repr(C)] pub struct pair_t { c: i8, i: i32 } include!("pair.rs");'

    assert compiles("gcc", "pair.c") == ""
    assert compiles("rustc", "lib.rs", sound) == ""
    assert "assert" in compiles("rustc", "lib.rs", sound.replace("c: i8, i: i32", "i: i32, c: i8"))
    (tmp_path / "api.h").write_text(text.replace("char c; int i;", "int i; char c;"), encoding="utf-8")
    assert "pair_t.c: offset is not 0" in compiles("gcc", "pair.c")
