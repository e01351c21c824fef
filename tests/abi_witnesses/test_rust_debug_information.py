"""What is read of Rust from the debug information of several optimisation levels and formats."""

# ruff: noqa: E501  lines of the sources that are compiled

from __future__ import annotations

import pytest
from binaries import RUST_BUILDS, binary_facts, declaration, gaps, level, members, rust_library

from abidance.abi.facts import UNKNOWN, Family
from abidance.ir.types import Unsupported

SOURCE = """\
use std::os::raw::{c_char, c_int, c_void};
use std::num::{NonZeroU32, NonZeroU8};
use std::ptr::NonNull;

#[repr(C)] pub struct Point { pub x: i32, pub y: f64 }
#[repr(C)] pub enum Mode { Off, On = 5 }
#[repr(u8)] pub enum Small { X = 1, Y = 255 }
#[repr(i16)] pub enum Signed { Low = -3, High = 3 }
#[repr(C)] pub union Either { pub whole: u64, pub real: f32 }
#[repr(transparent)] pub struct Wrapped(pub u64);
#[repr(C)] pub enum Tagged { A(i32), B { u: f64, v: u8 }, C }
#[repr(C)] pub struct Slice<T> { pub data: *const T, pub len: usize }
pub struct Handle { names: Vec<String> }
#[repr(C)] pub struct Callbacks {
    pub done: Option<extern "C" fn(*mut c_void, c_int) -> c_int>,
    pub step: unsafe extern "C" fn(u8),
    pub data: *mut c_void,
    pub marker: std::marker::PhantomData<u32>,
    pub count: NonZeroU8,
}
pub mod inner { #[no_mangle] pub extern "C" fn nested(a: i64) -> i64 { a } }

#[no_mangle] pub extern "C" fn nullable(a: Option<&Point>, b: Option<Box<Handle>>, c: Option<NonNull<u8>>, d: Option<extern "C" fn(c_int)>) -> Option<&'static Point> { let _ = (b, c, d); let _ = a; None }
#[no_mangle] pub extern "C" fn numbers(a: Option<NonZeroU32>, b: NonZeroU32, c: char, d: bool, e: usize, f: i128) -> u16 { let _ = (a, b, c, d, e, f); 0 }
#[no_mangle] pub extern "C" fn by_value(p: Point, m: Mode, s: Small, i: Signed, e: Either, w: Wrapped, t: Tagged) -> Point { let _ = (m as i32, s as u8, i as i16, unsafe { e.whole }, w.0, t); p }
#[no_mangle] pub unsafe extern "C" fn texts(s: *const c_char, out: *mut *mut c_char, b: &mut [u8; 16], sl: Slice<u16>) { let _ = (s, out, b, sl.len); }
#[no_mangle] pub extern "C" fn registers(c: *const Callbacks) -> c_int { c.is_null() as c_int }
#[no_mangle] pub extern "C" fn nothing(_unit: ()) {}
#[no_mangle] pub extern "C" fn stops() -> ! { loop {} }
#[no_mangle] pub static VERSION: u32 = 7;
#[no_mangle] pub static mut TABLE: [u16; 3] = [1, 2, 3];
"""
UNSAFE = """\
#[no_mangle] pub extern "C" fn slice(a: &[u8]) -> usize { a.len() }
#[no_mangle] pub extern "C" fn text(a: &str) -> usize { a.len() + 1 }
#[no_mangle] pub extern "C" fn string(a: String) -> usize { a.len() }
#[no_mangle] pub extern "C" fn vector() -> Vec<u8> { Vec::new() }
#[no_mangle] pub extern "C" fn option(a: Option<u32>) -> bool { a.is_some() }
#[no_mangle] pub extern "C" fn tuple(a: (i32, u8)) -> i32 { a.0 }
#[no_mangle] pub extern "C" fn calls(a: fn(i32) -> i32) -> i32 { a(1) }
#[no_mangle] pub extern "C" fn object(a: &dyn Fn(i32)) { a(1) }
"""


@pytest.fixture(scope="module", params=RUST_BUILDS, ids=" ".join)
def facts(request, tmp_path_factory):
    return binary_facts(rust_library(tmp_path_factory.mktemp("rust"), SOURCE, *request.param))


@pytest.mark.parametrize(
    "text",
    [
        "const struct Point *nullable(const struct Point *a, struct Handle *b, unsigned char *c, void (*d)(int))",
        "unsigned short numbers(unsigned int a, unsigned int b, unsigned int c, bool d, unsigned long e, __int128 f)",
        "struct Point by_value(struct Point p, enum Mode m, enum Small s, enum Signed i, union Either e, struct Wrapped w, struct Tagged t)",
        "void texts(const signed char *s, signed char **out, unsigned char (*b)[16], struct Slice[u16] sl)",
        "int registers(const struct Callbacks *c)",
        "void nothing(void)",
        "void stops(void)",
        "long nested(long a)",
    ],
)
def test_a_function_is_what_c_would_call(facts, text):
    name = next(name for name in facts.functions if f"{name}(" in text)

    assert declaration(facts, name).replace("const unsigned char *c,", "unsigned char *c,") == text


def test_nothing_is_missing(facts):
    assert gaps(facts) == ()
    assert level(facts) == "LAYOUTS"
    assert Family.TYPES in facts.knows


def test_members_that_take_no_place_are_left_out(facts):
    assert members(facts, "struct Callbacks") == [
        ("int (*done)(void *, int)", 0, 8),
        ("void (*step)(unsigned char)", 8, 8),
        ("void *data", 16, 8),
        ("unsigned char count", 24, 1),
    ]


def test_a_generic_record_is_told_with_its_arguments(facts):
    assert members(facts, "struct Slice[u16]") == [
        ("const unsigned short *data", 0, 8),
        ("unsigned long len", 8, 8),
    ]


def test_a_tagged_enum_is_its_tag_and_its_variants(facts):
    tagged = facts.records["struct Tagged"]

    assert [field.name for field in tagged.fields] == ["tag", "A", "B"]
    assert (tagged.size, tagged.align) == (24, 8)
    assert members(facts, "struct Tagged::A") == [("int __0", 8, 4)]
    assert members(facts, "struct Tagged::B") == [("double u", 8, 8), ("unsigned char v", 16, 1)]
    assert [(each.name, each.value) for each in facts.enums["enum Tagged.tag"].enumerators] == [
        ("A", 0),
        ("B", 1),
        ("C", 2),
    ]


def test_enums_have_the_width_of_their_representation(facts):
    sizes = {
        key: (enum.size, enum.signed, [e.value for e in enum.enumerators])
        for key, enum in facts.enums.items()
    }

    assert sizes["enum Mode"][::2] == (4, [0, 5])
    assert sizes["enum Small"] == (1, False, [1, 255])
    assert sizes["enum Signed"] == (2, True, [-3, 3])


def test_a_function_that_never_returns_says_so(facts):
    assert facts.functions["stops"].noreturn is True
    assert facts.functions["nothing"].noreturn is False


def test_statics_are_variables(facts):
    assert facts.variables["VERSION"].size == 4
    assert facts.variables["TABLE"].size == 6


@pytest.mark.parametrize("flags", RUST_BUILDS, ids=" ".join)
def test_what_c_cannot_receive_is_named(tmp_path, flags):
    facts = binary_facts(rust_library(tmp_path, UNSAFE, *flags))

    named = {}
    for name, function in facts.functions.items():
        signature = function.signature
        types = [each.type for each in signature.parameters] + [signature.returns]
        found = [getattr(each, "to", each) for each in types]
        named[name] = [each.spelling for each in found if isinstance(each, Unsupported)]
    assert named["slice"] == ["&[u8]"]
    assert named["text"] == ["&str"]
    assert named["string"] == ["String"]
    assert named["vector"][0].startswith("Vec<u8")
    assert named["option"] == ["Option<u32>"]
    assert named["tuple"] == ["(i32, u8)"]
    assert named["calls"][0].startswith("fn(i32)")
    assert named["object"][0].startswith("&dyn ")


def test_a_function_that_was_merged_with_another_is_not_described_as_that(tmp_path):
    source = """\
pub struct A { x: u32 } pub struct B { y: i32 }
#[no_mangle] pub unsafe extern "C" fn of_a(a: *const A) -> u32 { (*a).x.wrapping_mul(3) }
#[no_mangle] pub unsafe extern "C" fn of_b(a: *const B) -> i32 { (*a).y.wrapping_mul(3) }
"""

    facts = binary_facts(rust_library(tmp_path, source, "-Copt-level=2"))

    merged = [name for name in ("of_a", "of_b") if facts.functions[name].signature is UNKNOWN]
    assert len(merged) == 1
    assert any(f"no description of `{merged[0]}`" in gap for gap in gaps(facts))
    assert Family.TYPES in facts.knows


@pytest.mark.parametrize("level_", ["line-tables-only", "1"])
def test_line_tables_alone_are_no_types(tmp_path, level_):
    facts = binary_facts(rust_library(tmp_path, SOURCE, f"-Cdebuginfo={level_}"))

    assert level(facts) == "NOTHING"
    assert facts.functions["numbers"].signature is UNKNOWN
    assert facts.functions["nothing"].signature is UNKNOWN


@pytest.mark.slow
def test_a_changed_payload_and_another_order_of_variants_are_seen(tmp_path):
    base = (
        '#[repr(C)] pub enum T {{ {} }}\n#[no_mangle] pub extern "C" fn f(t: &T) -> i32 {{ let _ = t; 0 }}\n'
    )
    seen = []
    for number, variants in enumerate(("A(i64), B(u8)", "A(f64), B(u8)", "B(u8), A(i64)")):
        folder = tmp_path / str(number)
        folder.mkdir()
        facts = binary_facts(rust_library(folder, base.format(variants)))
        seen.append(
            (members(facts, "struct T::A"), [each.name for each in facts.enums["enum T.tag"].enumerators])
        )

    assert seen[0] != seen[1]
    assert seen[0] != seen[2]
