"""Each way in which a header and the library built for it can differ, beside sound code that looks alike."""

# ruff: noqa: E501  lines of the sources that are compiled

from __future__ import annotations

import pytest
from binaries import binary_facts, library, rust_library

from abidance.abi.reconcile import reconcile
from abidance.abi.witnesses import WitnessSubject
from abidance.abi.witnesses.header import read as read_header_facts


@pytest.fixture
def disagreements(tmp_path):
    """Return what `reconcile` says of a header and source, notes left out: code name and message."""

    def of(header, source, *flags, rust=False, compiler="gcc", notes=False):
        path = tmp_path / "api.h"
        path.write_text(
            "#include <stdint.h>\n#include <stddef.h>\n#include <stdbool.h>\n#include <stdio.h>\n" + header
        )
        built = (
            rust_library(tmp_path, source, *flags)
            if rust
            else library(tmp_path, source, *flags, compiler=compiler)
        )
        found = reconcile(read_header_facts(WitnessSubject(header=path)), binary_facts(built))
        return [(each.code.name, each.message) for each in found if notes or each.code.severity != "note"]

    return of


RUST_DRIFT = [
    pytest.param(
        "struct p { int32_t x; int32_t y; }; int32_t f(const struct p *p);",
        '#[repr(C)] pub struct P { pub x: i32, pub y: i64 } #[no_mangle] pub extern "C" fn f(p: *const P) -> i32 { unsafe { (*p).x } }',
        "record-layout-differs", "has 8 bytes in the header and 16 in the library",
        id="a member grew",
    ),
    pytest.param(
        "struct p { int32_t x; int32_t y; }; int32_t f(const struct p *p);",
        '#[repr(C)] pub struct P { pub y: i32, pub x: i32 } #[no_mangle] pub extern "C" fn f(p: *const P) -> i32 { unsafe { (*p).x } }',
        "record-layout-differs", "`x` of `struct p` is at byte 0 in the header and at byte 4 in the library",
        id="members changed places",
    ),
    pytest.param(
        "struct p { int32_t x; int32_t y; int32_t z; }; int32_t f(struct p p);",
        '#[repr(C)] pub struct P { pub x: i32, pub y: i32 } #[no_mangle] pub extern "C" fn f(p: P) -> i32 { p.x }',
        "record-layout-differs", "has a member `z` in the header that the library does not have",
        id="a member is missing",
    ),
    pytest.param(
        "struct p { int32_t x; uint32_t y; }; int32_t f(struct p p);",
        '#[repr(C)] pub struct P { pub x: i32, pub y: f32 } #[no_mangle] pub extern "C" fn f(p: P) -> i32 { p.x }',
        "record-layout-differs", "`y` of `struct p`: the header has `uint32_t` = `unsigned int` (4 bytes) and the library `float` (4 bytes)",
        id="a member has another type",
    ),
    pytest.param(
        "int32_t f(int32_t a, int32_t b);",
        '#[no_mangle] pub extern "C" fn f(a: i32) -> i32 { a }',
        "parameter-count-differs", "takes 2 parameters in the header and 1 parameter in the library",
        id="a parameter is missing",
    ),
    pytest.param(
        "int32_t f(int32_t a);", '#[no_mangle] pub extern "C" fn f(a: i64) -> i32 { a as i32 }',
        "parameter-type-differs", "parameter `a` of `f`: the header has `int32_t` = `int` (4 bytes) and the library `long` (8 bytes)",
        id="a parameter is wider",
    ),
    pytest.param(
        "int32_t f(const char *text, size_t n);", '#[no_mangle] pub extern "C" fn f(n: usize, text: *const u8) -> i32 { let _ = text; n as i32 }',
        "parameter-type-differs", "parameter `text` of `f`",
        id="parameters changed places",
    ),
    pytest.param(
        "int f(int on);", '#[no_mangle] pub extern "C" fn f(on: bool) -> i32 { on as i32 }',
        "parameter-type-differs", "the header has `int` (4 bytes) and the library `bool` (1 byte)",
        id="bool against int",
    ),
    pytest.param(
        "int f(uint8_t on);", '#[no_mangle] pub extern "C" fn f(on: bool) -> i32 { on as i32 }',
        "parameter-type-differs", "which may only be 0 or 1",
        id="bool against a byte",
    ),
    pytest.param(
        "int64_t f(void);", '#[no_mangle] pub extern "C" fn f() -> i32 { 1 }',
        "result-type-differs", "the header has `int64_t` = `long` (8 bytes) and the library `int` (4 bytes)",
        id="a narrower result",
    ),
    pytest.param(
        "int32_t f(void); int g(int a);", '#[no_mangle] pub extern "C" fn f() {} #[no_mangle] pub extern "C" fn g(a: i32) -> i32 { a }',
        "result-type-differs", "the library `void`",
        id="no result",
    ),
    pytest.param(
        "enum mode { MODE_OFF, MODE_ON }; int f(enum mode m);",
        '#[repr(u8)] pub enum Mode { Off, On } #[no_mangle] pub extern "C" fn f(m: Mode) -> i32 { m as i32 }',
        "enum-differs", "has 4 bytes in the header and 1 in the library",
        id="an enum of another width",
    ),
    pytest.param(
        "enum mode { MODE_OFF, MODE_ON = 2 }; int f(enum mode m);",
        '#[repr(C)] pub enum Mode { Off, On } #[no_mangle] pub extern "C" fn f(m: Mode) -> i32 { m as i32 }',
        "enum-differs", "`MODE_ON` is 2 in the header and `On` is 1 in the library",
        id="an enumerator moved",
    ),
    pytest.param(
        "enum mode { MODE_OFF, MODE_ON, MODE_AUTO }; int f(enum mode m);",
        '#[repr(C)] pub enum Mode { Off, On } #[no_mangle] pub extern "C" fn f(m: Mode) -> i32 { m as i32 }',
        "enum-differs", "has the value 2 (`MODE_AUTO`) in the header",
        id="an enumerator that Rust does not have",
    ),
    pytest.param(
        "typedef int (*step)(void *data, int a); void f(step s);",
        '#[no_mangle] pub extern "C" fn f(s: Option<extern "C" fn(*mut std::ffi::c_void) -> i32>) { let _ = s; }',
        "parameter-type-differs", "a callback takes 1 parameter and not 2",
        id="a callback with fewer parameters",
    ),
    pytest.param(
        "typedef int (*step)(int a); struct cb { step s; }; void f(const struct cb *c);",
        '#[repr(C)] pub struct Cb { pub s: Option<extern "C" fn(i64) -> i32> } #[no_mangle] pub extern "C" fn f(c: *const Cb) { let _ = c; }',
        "record-layout-differs", "parameter 1 of a callback",
        id="a callback in a record",
    ),
    pytest.param(
        "size_t f(const uint8_t *a, size_t n);", '#[no_mangle] pub extern "C" fn f(a: &[u8]) -> usize { a.len() }',
        "parameter-count-differs", "takes 2 parameters in the header and 1 parameter in the library",
        id="a slice for pointer and length",
    ),
    pytest.param(
        "size_t f(const char *a);", '#[no_mangle] pub extern "C" fn f(a: &str) -> usize { a.len() }',
        "improper-c-type", "`&str` is a Rust type that C cannot receive",
        id="a string slice for a C string",
    ),
    pytest.param(
        "int f(int (*step)(int));", '#[no_mangle] pub extern "C" fn f(step: fn(i32) -> i32) -> i32 { step(1) }',
        "improper-c-type", "Rust's calling convention",
        id="a callback with Rust's convention",
    ),
    pytest.param(
        "int f(int a);", "#[no_mangle] pub fn f(a: i32) -> i32 { a }",
        "extern-c-missing", "`f` is exported with Rust's calling convention",
        id="extern C is missing",
    ),
    pytest.param(
        "int f(int a);", '#[no_mangle] pub extern "Rust" fn f(a: i32) -> i32 { a }',
        "extern-c-missing", "`f` is exported with calling convention `Rust`",
        id="extern of another convention",
    ),
    pytest.param(
        "int f(int a);", '#[no_mangle] pub extern "C-unwind" fn f(a: i32) -> i32 { if a == 7 { panic!() } a }',
        "unwinds-into-c", "a panic unwinds into its callers",
        id="panics leave",
    ),
    pytest.param(
        "int f(int a);", 'pub extern "C" fn f(a: i32) -> i32 { a } #[no_mangle] pub extern "C" fn g(a: i32) -> i32 { f(a) }',
        "symbol-not-exported", "function `f` is declared in the header and not exported",
        id="no_mangle is missing",
    ),
    pytest.param(
        "extern const uint32_t version;", "#[no_mangle] pub static version: u64 = 1;",
        "variable-differs", "`version` has 4 bytes in the header and 8 in the library",
        id="a variable of another size",
    ),
    pytest.param(
        "int version(void);", "#[no_mangle] pub static version: u32 = 1;",
        "symbol-kind-differs", "`version` is a function in the header",
        id="data for a function",
    ),
    pytest.param(
        "struct t { int tag; union { int32_t a; double b; } u; }; int f(const struct t *t);",
        '#[repr(C)] pub enum T { A(i32), B(f32) } #[no_mangle] pub extern "C" fn f(t: *const T) -> i32 { let _ = t; 0 }',
        "record-layout-differs", "has 16 bytes in the header and 8 in the library",
        id="a tagged enum with another payload",
    ),
    pytest.param(
        "struct t { uint32_t tag; union { int64_t a; double b; } u; }; int f(const struct t *t);",
        '#[repr(C)] pub enum T { A(i64), B(u64) } #[no_mangle] pub extern "C" fn f(t: *const T) -> i32 { let _ = t; 0 }',
        "record-layout-differs", "`__0` of variant `B` of `struct t`", id="a variant with another payload of the same size",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("header", "source", "code", "words"), RUST_DRIFT)
def test_rust_that_drifted_from_its_header_is_found(disagreements, header, source, code, words):
    found = disagreements(header, source, rust=True)

    assert code in {name for name, _ in found}
    assert any(words in message for name, message in found if name == code)


@pytest.mark.parametrize(
    "flags", [("-Copt-level=0",), ("-Copt-level=3", "-Zmerge-functions=disabled")], ids=" ".join
)
def test_rust_that_keeps_to_its_header_is_left_alone(disagreements, flags):
    header = """\
typedef struct handle handle;
struct point { double x; double y; };
typedef struct { int32_t a; uint8_t b[4]; struct point at; const char *name; } config;
typedef enum { MODE_OFF, MODE_ON, MODE_COUNT } mode;
typedef void (*on_event)(void *user_data, int32_t code, const char *text);
struct callbacks { on_event event; void *user_data; };
union number { uint64_t whole; float real; };
struct tagged { uint32_t tag; union { int32_t a; struct { double u; uint8_t v; } b; } u; };
handle *handle_new(const char *name, size_t length);
void handle_free(handle *h);
int32_t handle_read(handle *h, uint8_t *out, size_t capacity, size_t *length);
struct point point_add(struct point a, struct point b);
bool config_ok(const config *c, mode m);
int mode_raw(uint32_t m, int64_t big, unsigned long long huge);
void subscribe(const struct callbacks *c, on_event again);
char first(const char *text);
uint32_t character(uint32_t c);
void fill(unsigned char out[16], const int32_t table[3]);
uint64_t whole(union number n);
uint64_t wrapped(uint64_t n);
int tagged_ok(const struct tagged *t);
void opaque_data(void *p, const void *q, intptr_t address);
_Noreturn void leave(int code);
int counted(uint8_t n);
void nothing(void);
struct inside { int a; char *b; }; struct inside2 { int c; };
int known_by_address(struct inside *a, struct inside2 *b, FILE *c);
int bare(int a);
int of_the_system(int a);
extern const uint32_t library_version;
static inline int helper(int a) { return a + 1; }
"""
    source = """\
use std::os::raw::{c_char, c_void, c_int, c_ulonglong};
pub struct Handle { v: Vec<u8> }
#[repr(C)] #[derive(Clone, Copy)] pub struct Point { x: f64, y: f64 }
#[repr(C)] pub struct Config { a: i32, b: [u8; 4], at: Point, name: *const c_char }
#[repr(C)] pub enum Mode { Off, On }
#[repr(C)] pub struct Callbacks { event: Option<unsafe extern "C" fn(*mut c_void, i32, *const c_char)>, user_data: *mut c_void }
#[repr(C)] pub union Number { whole: u64, real: f32 }
#[repr(transparent)] pub struct Wrapped(u64);
#[repr(C)] pub enum Tagged { A(i32), B { u: f64, v: u8 } }
#[no_mangle] pub extern "C" fn handle_new(name: *const c_char, length: usize) -> Option<Box<Handle>> { let _ = name; Some(Box::new(Handle { v: vec![0; length] })) }
#[no_mangle] pub extern "C" fn handle_free(h: Option<Box<Handle>>) { drop(h) }
#[no_mangle] pub extern "C" fn handle_read(h: Option<&mut Handle>, out: *mut u8, capacity: usize, length: Option<&mut usize>) -> i32 { let _ = (out, capacity, length); h.map_or(0, |h| h.v.len() as i32) }
#[no_mangle] pub extern "C" fn point_add(a: Point, b: Point) -> Point { Point { x: a.x + b.x, y: a.y + b.y } }
#[no_mangle] pub extern "C" fn config_ok(c: Option<&Config>, m: Mode) -> bool { c.is_some() && m as u32 == 1 }
#[no_mangle] pub extern "C" fn mode_raw(m: u32, big: i64, huge: c_ulonglong) -> c_int { m as i32 + big as i32 + huge as i32 }
#[no_mangle] pub extern "C" fn subscribe(c: *const Callbacks, again: Option<unsafe extern "C" fn(*mut c_void, i32, *const c_char)>) { let _ = (c, again); }
#[no_mangle] pub extern "C" fn first(text: *const c_char) -> c_char { unsafe { *text } }
#[no_mangle] pub extern "C" fn character(c: char) -> u32 { c as u32 }
#[no_mangle] pub extern "C" fn fill(out: &mut [u8; 16], table: *const [i32; 3]) { let _ = table; out[0] = 1 }
#[no_mangle] pub extern "C" fn whole(n: Number) -> u64 { unsafe { n.whole } }
#[no_mangle] pub extern "C" fn wrapped(n: Wrapped) -> u64 { n.0 }
#[no_mangle] pub extern "C" fn tagged_ok(t: &Tagged) -> c_int { matches!(t, Tagged::A(_)) as i32 }
#[no_mangle] pub extern "C" fn opaque_data(p: *mut u8, q: *const Handle, address: isize) { let _ = (p, q, address); }
#[no_mangle] pub extern "C" fn leave(code: c_int) -> ! { std::process::exit(code) }
#[no_mangle] pub extern "C" fn counted(n: u8) -> c_int { n as c_int }
#[no_mangle] pub extern "C" fn nothing() {}
#[repr(C)] pub struct inside { data: [u8; 0], marker: core::marker::PhantomData<(*mut u8, core::marker::PhantomPinned)> }
pub enum inside2 {}
pub enum FILE {}
#[no_mangle] pub extern "C" fn known_by_address(a: *mut inside, b: *mut inside2, c: *mut FILE) -> c_int { (a.is_null() || b.is_null() || c.is_null()) as c_int }
#[no_mangle] pub extern fn bare(a: c_int) -> c_int { a }
#[no_mangle] pub extern "system" fn of_the_system(a: c_int) -> c_int { a + 2 }
#[no_mangle] pub static library_version: u32 = 3;
"""

    assert disagreements(header, source, *flags, rust=True, notes=True) == []


C_DRIFT = [
    pytest.param("int f(int a);", "long f(long a) { return a; }", ["parameter-type-differs", "result-type-differs"], id="widths"),
    pytest.param("int f(unsigned a);", "int f(int a) { return a; }", ["parameter-type-differs"], id="signs"),
    pytest.param("int f(float a);", "int f(double a) { return a; }", ["parameter-type-differs"], id="floats"),
    pytest.param("int f(int a);", "int f(int a, ...) { return a; }", ["parameter-count-differs"], id="variadic"),
    pytest.param("struct s { int a; char b; }; int f(struct s *s);", "struct s { char b; int a; }; int f(struct s *s) { return s->a; }", ["record-layout-differs"] * 2, id="order"),
    pytest.param("struct s { unsigned a : 3; unsigned b : 5; }; int f(struct s *s);", "struct s { unsigned a : 4; unsigned b : 4; }; int f(struct s *s) { return s->a; }", ["record-layout-differs"] * 2, id="bits"),
    pytest.param("struct s { char t[8]; }; int f(struct s *s);", "struct s { char t[16]; }; int f(struct s *s) { return s->t[0]; }", ["record-layout-differs"] * 2, id="an array's length"),
    pytest.param("enum e { A, B }; int f(enum e e);", "enum e { B, A }; int f(enum e e) { return e; }", ["enum-differs"] * 2, id="enumerators"),
    pytest.param("extern int table[4];", "int table[3] = {1};", ["variable-differs"], id="a table's length"),
    pytest.param("int f(int *a);", "int f(long *a) { return *a; }", ["parameter-type-differs"], id="what is pointed at"),
    pytest.param("struct o; struct s { struct o *o; int n; }; int f(struct s *s, int (*cb)(struct s *, int));", "struct o; struct s { struct o *o; int n; }; int f(struct s *s, int (*cb)(struct s *, long)) { return cb(s, 1); }", ["parameter-type-differs"], id="a callback's parameter"),
    pytest.param("int f(void); int g(void);", 'int f(void) { return 1; } __attribute__((visibility("hidden"))) int g(void) { return 1; }', ["symbol-not-exported"], id="a hidden function"),
    pytest.param("int f(char *to, char *from);", "int f(char *from, char *to) { return *from = *to; }", ["parameters-swapped"], id="exchanged parameters"),
    pytest.param("struct s { int a[8]; }; void f(int a);", "struct s { int a[8]; }; struct s f(int a) { return (struct s){{a}}; }", ["result-type-differs"], id="a result in memory that nobody passes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("compiler", "flags"), [("gcc", ("-O2",)), ("clang", ("-O0",)), ("gcc", ("-O2", "-flto"))], ids=str
)
@pytest.mark.parametrize(("header", "source", "codes"), C_DRIFT)
def test_c_that_differs_from_its_header_is_found(disagreements, header, source, codes, compiler, flags):
    found = disagreements(header, source, *flags, compiler=compiler)

    assert sorted(name for name, _ in found) == codes


@pytest.mark.parametrize(
    ("compiler", "flags"),
    [
        ("gcc", ("-O0",)),
        ("gcc", ("-O3",)),
        ("gcc", ("-O2", "-flto")),
        ("clang", ("-O2",)),
        ("gcc", ("-O2", "-gdwarf-4")),
    ],
    ids=str,
)
def test_c_that_is_the_same_in_other_words_is_left_alone(disagreements, compiler, flags):
    header = """\
#include <stdarg.h>
#include <stdio.h>
struct opaque;
typedef struct list { struct list *next; struct opaque *of; int8_t kind : 3; unsigned rest : 29; union { int i; double d; }; } list;
typedef enum { LOW = -1, HIGH = 1 } level;
typedef union { int *ip; const unsigned *up; } either __attribute__((transparent_union));
typedef int visit(void *, const list *);
int old_style(int a, double b, int c);
int unspecified();
int with_array(const char text[], int grid[3][4], visit *v);
int with_list(const char *format, va_list more);
int wraps(either e);
int restricted(char *restrict to, const char *from, size_t n);
void file(FILE *f, level l, uint32_t raw);
const list *chain(const list *l);
size_t renamed(size_t n) __asm__("actual_name");
long same_width(long a, unsigned long b);
_Bool truth(_Bool a);
signed char narrow(signed char c, char d, unsigned char e);
int helper_of_header(int a);
static inline int helper(int a) { return a; }
extern const char *const names[];
extern _Thread_local int errors;
"""
    source = """\
#include <stdint.h>
#include <stdarg.h>
#include <stdio.h>
struct opaque { int secret; };
typedef struct list { struct list *next; struct opaque *of; int8_t kind : 3; unsigned rest : 29; union { int i; double d; }; } list;
typedef enum { LOW = -1, HIGH = 1 } level;
typedef union { int *ip; const unsigned *up; } either __attribute__((transparent_union));
int old_style(a, b, c) char a; float b; short c; { return a + b + c; }
int unspecified(int a, int b) { return a + b; }
int with_array(const char *text, int (*grid)[4], int (*v)(void *, const list *)) { return text[0] + grid[0][0] + v(0, 0); }
int with_list(const char *format, va_list more) { return format[0] + va_arg(more, int); }
int wraps(either e) { return *e.ip; }
int restricted(char *to, const char *from, size_t n) { return to[n] = from[n]; }
void file(FILE *f, level l, enum { X, Y } raw) { fprintf(f, "%d %d", l, raw); }
const list *chain(const list *const l) { return l->next; }
size_t actual_name(const size_t n) { return n + 1; }
int64_t same_width(int64_t a, size_t b) { return a + b; }
_Bool truth(_Bool a) { return !a; }
int8_t narrow(int8_t c, char d, uint8_t e) { return c + d + e; }
static int inner(int a, int unused) { for (int i = 0; i < 100; i++) a += i * a; return a; }
int helper_of_header(int a) { return inner(a, 1) + inner(a + 1, 2); }
const char *const names[] = {"a", "b"};
_Thread_local int errors;
"""

    assert disagreements(header, source, *flags, compiler=compiler, notes=True) == []


def test_both_places_are_shown(tmp_path):
    (tmp_path / "api.h").write_text("struct s { int a; };\nint f(struct s *s);\n")
    built = library(tmp_path, "\n\nstruct s { long a; };\n\nint f(struct s *s) { return s->a; }\n")

    found = reconcile(read_header_facts(WitnessSubject(header=tmp_path / "api.h")), binary_facts(built))

    assert [(label.span.path.name, label.span.line) for label in found[0].labels] == [
        ("api.h", 1),
        ("source.c", 3),
    ]


def test_what_nobody_promised_is_a_note(tmp_path):
    (tmp_path / "api.h").write_text("int f(void);\nint g(void);\n")
    built = library(tmp_path, "int f(void) { return 1; }\nint more(void) { return 2; }\n")
    header, binary = read_header_facts(WitnessSubject(header=tmp_path / "api.h")), binary_facts(built)

    def codes(promised):
        return [(each.code.name, str(each.code.severity)) for each in reconcile(header, binary, promised)]

    assert codes({"f"}) == [("declaration-not-exported", "note"), ("export-not-declared", "note")]
    assert codes({"f", "g"})[0] == ("symbol-not-exported", "error")


def test_a_library_without_types_is_not_judged_on_types(disagreements):
    assert disagreements("int f(int a);", "long f(long a) { return a; }", "-s") == []


def test_a_result_that_the_header_keeps_to_itself_is_told(disagreements):
    found = disagreements("void f(int a);", "int f(int a) { return a; }", notes=True)

    assert found == [
        ("result-not-declared", "the result of `f`: the header has `void` and the library `int` (4 bytes)")
    ]


@pytest.mark.parametrize(
    ("header", "source"),
    [
        ("int f(char *to, char *from);", "int f(char *from, char *out) { return *from = *out; }"),
        ("int f(char *, char *);", "int f(char *from, char *to) { return *from = *to; }"),
        ("void f(int a); _Noreturn void g(void);", "void f(int a) { } void g(void) { __builtin_trap(); }"),
    ],
)
def test_other_names_and_no_result_are_left_alone(disagreements, header, source):
    assert disagreements(header, source, notes=True) == []
