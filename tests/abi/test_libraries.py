"""Libraries against each other: as built, with debug information and without, beside headers and alone."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from abidance.abi.gate.compare import compare
from abidance.abi.gate.judge import Question, judge
from abidance.abi.gate.sides import SideArguments, side
from abidance.abi.gate.suppressions import Suppressions
from abidance.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("abidance.abi.witnesses.binary", reason="the binary witness is not there")

HEADER = """\
struct opts { int level; int flags; };
struct ctx;
struct ctx *ctx_new(const struct opts *o);
void ctx_free(struct ctx *c);
int ctx_get(struct ctx *c, int key);
extern int ctx_debug;
"""
SOURCE = """\
#include "lib.h"
#include <stdlib.h>
struct ctx { int a; int b; };
int ctx_debug;
struct ctx *ctx_new(const struct opts *o) { struct ctx *c = malloc(sizeof *c); if (c) c->a = o->level; return c; }
void ctx_free(struct ctx *c) { free(c); }
int ctx_get(struct ctx *c, int key) { return c->a + key; }
"""


@pytest.fixture
def library(tmp_path):
    """Build a library in a folder of its own and return its path."""
    count = iter(range(100))

    def build(header=HEADER, source=SOURCE, *flags, strip=False):
        folder = tmp_path / str(next(count))
        folder.mkdir()
        (folder / "lib.h").write_text(header)
        (folder / "lib.c").write_text(source)
        path = folder / "lib.so"
        command = [
            "gcc",
            "-g",
            "-w",
            "-shared",
            "-fPIC",
            "-Wl,-soname,liblib.so.1",
            *flags,
            "-o",
            path,
            "lib.c",
        ]
        subprocess.run(command, cwd=folder, check=True)
        if strip:
            subprocess.run(["strip", path], check=True)
        return path

    return build


def judged(old: Path, new: Path, *, headers=False):
    sides = [side(SideArguments(path, path.with_name("lib.h") if headers else None)) for path in (old, new)]
    return judge(Question("lib", "old", "new"), compare(*sides), Suppressions())


def names(result):
    return {each.diagnostic.code.name for each in result.changes if each.verdict != "compatible"}


@pytest.mark.parametrize("headers", [False, True])
def test_the_same_library_is_compatible(library, headers):
    result = judged(library(), library(), headers=headers)
    assert (result.verdict, result.changes) == ("compatible", ())


@pytest.mark.parametrize("headers", [False, True])
def test_what_an_opaque_record_holds_is_nobodys_business(library, headers):
    changed = SOURCE.replace("int a; int b;", "long z; int a; int b;")
    result = judged(library(), library(HEADER, changed), headers=headers)
    if headers:
        assert (result.verdict, result.changes) == ("compatible", ())
    else:  # that callers do not know what a source file defines is presumed, and said
        assert (result.exit_code, names(result)) == (0, {"record-presumed-private"})


@pytest.mark.parametrize("headers", [False, True])
def test_a_record_that_callers_make_may_not_grow(library, headers):
    grown = HEADER.replace("int flags;", "int flags; int more;")
    result = judged(library(), library(grown), headers=headers)
    assert (result.verdict, names(result)) == ("breaking", {"record-size-changed"})


def test_headers_tell_of_stripped_libraries(library):
    grown = HEADER.replace("int flags;", "int flags; int more;")
    result = judged(library(strip=True), library(grown, strip=True), headers=True)
    assert (result.verdict, names(result)) == ("breaking", {"record-size-changed"})


def test_stripped_libraries_alone_are_not_judged(library):
    grown = HEADER.replace("int flags;", "int flags; int more;")
    result = judged(library(strip=True), library(grown, strip=True))
    assert (result.verdict, result.exit_code) == ("unknown", 3)


@pytest.mark.parametrize("headers", [False, True])
def test_stripping_is_never_no_change(library, headers):
    result = judged(library(), library(strip=True), headers=headers)
    assert (result.verdict, result.exit_code) == ("unknown", 3)
    assert "evidence-lost" in names(result)


@pytest.mark.slow
def test_a_header_narrows_a_library_to_what_it_declares(library):
    old = library(HEADER, SOURCE + "int internal_thing(int a) { return a; }\n")
    assert judged(old, library()).verdict == "breaking"
    assert judged(old, library(), headers=True).verdict == "compatible"


@pytest.mark.parametrize("headers", [False, True])
def test_a_hidden_symbol_is_a_missing_one(library, headers):
    hidden = SOURCE.replace("int ctx_get", '__attribute__((visibility("hidden"))) int ctx_get')
    result = judged(library(), library(HEADER, hidden), headers=headers)
    assert result.verdict == "breaking"
    assert names(result) & {"symbol-removed", "function-removed"}


@pytest.mark.parametrize("headers", [False, True])
def test_a_flag_that_lays_records_out_in_another_way_is_seen_in_the_library(library, headers):
    header = HEADER.replace("int level; int flags;", "char level; int flags;")
    result = judged(library(header), library(header, SOURCE, "-fpack-struct=1"), headers=headers)
    assert result.verdict == "breaking"
    assert "record-field-offset-changed" in names(result)


def test_another_soname_is_a_break_on_purpose(library):
    result = judged(library(), library(HEADER, SOURCE, "-Wl,-soname,liblib.so.2"))
    assert names(result) == {"soname-changed"}


def versioned(library, script, source=SOURCE):
    path = library(HEADER, source)
    path.with_name("map").write_text(script)
    command = ["gcc", "-g", "-w", "-shared", "-fPIC", "-Wl,-soname,liblib.so.1"]
    subprocess.run([*command, "-Wl,--version-script=map", "-o", path, "lib.c"], cwd=path.parent, check=True)
    return path


def test_a_symbol_keeps_its_version(library):
    first = versioned(library, "V1 { global: ctx_*; local: *; };")
    other = versioned(library, "V2 { global: ctx_*; local: *; };")
    assert names(judged(first, other)) == {"symbol-version-removed"}
    assert judged(first, first).verdict == "compatible"
    assert judged(library(), first).verdict == "compatible"


@pytest.mark.slow
def test_a_version_may_call_its_symbols_private(library):
    def helper(version):
        return versioned(
            library,
            f"V1 {{ global: ctx_*; local: *; }};{version}",
            SOURCE + "int helper(int a) { return a; }\n",
        )

    gone = helper("")
    assert judged(helper("V1_PRIVATE { global: helper; };"), gone).verdict == "risky"
    assert judged(helper("V1_MORE { global: helper; };"), gone).verdict == "breaking"


def test_a_variable_is_kept_once_or_once_for_each_thread(library):
    header, source = (
        text.replace("int ctx_debug", "_Thread_local int ctx_debug") for text in (HEADER, SOURCE)
    )
    assert judged(library(), library(header, source)).verdict == "breaking"


def test_an_exported_table_may_not_grow(library):
    header, source = (
        HEADER.replace("ctx_debug", "ctx_debug[]"),
        SOURCE.replace("int ctx_debug", "int ctx_debug[4]"),
    )
    longer = source.replace("[4]", "[8]")
    assert judged(library(header, source), library(header, longer), headers=True).verdict == "breaking"


@pytest.mark.slow
def test_a_library_that_drifted_from_its_header_is_found(library, capsys):
    pytest.importorskip(
        "abidance.abi.reconcile", reason="nothing holds header and library against each other"
    )
    sound, drifted = library(), library(HEADER, SOURCE)
    drifted.with_name("lib.h").write_text(
        HEADER.replace("int ctx_get(struct ctx *c, int key);", "long ctx_get(struct ctx *c);")
    )
    headers = ("--old-header", sound.with_name("lib.h"), "--new-header", drifted.with_name("lib.h"))
    code = main(["abi", "diff", *map(str, (sound, drifted, *headers)), "--format", "concise"])
    out = capsys.readouterr().out
    assert code == 1
    assert "error[ABD504] parameter-count-differs" in out
    again = library()
    headers = ("--old-header", sound.with_name("lib.h"), "--new-header", again.with_name("lib.h"))
    assert main(["abi", "diff", *map(str, (sound, again, *headers))]) == 0


@pytest.mark.slow
def test_what_loading_asks_of_a_process_is_told(library):
    header, source = (
        text.replace("int ctx_debug", "_Thread_local int ctx_debug") for text in (HEADER, SOURCE)
    )
    source += "int peek(void) { return ctx_debug; }\n"
    plain, static = (library(header, source, flag) for flag in ("-O1", "-ftls-model=initial-exec"))
    stack, linked = (library(header, source, f"-Wl,-z,{flag}") for flag in ("execstack", "nodlopen"))
    assert names(judged(plain, static)) == names(judged(plain, stack)) == {"loader-requirement-added"}
    assert names(judged(plain, linked)) == {"loader-requirement-added"}
    assert judged(plain, static).verdict == "risky"
    assert judged(static, plain).verdict == "compatible"


def test_what_a_snapshot_says_of_arguments_is_what_the_library_says(library, tmp_path):
    header = (
        "#include <stdarg.h>\nstruct list { va_list of; void (*any)(); void (*more)(int, ...); };\n"
        "int take(struct list *of, va_list more);\n"
    )
    built = library(header, '#include "lib.h"\nint take(struct list *of, va_list more) { return of != 0; }\n')
    kept = tmp_path / "lib.abi.json"
    assert main(["abi", "snapshot", str(built), "--output", str(kept)]) == 0
    assert judged(kept, built).changes == judged(built, kept).changes == ()


@pytest.mark.slow
def test_a_vector_of_another_size_is_seen_in_the_library_alone(library):
    def of(size):
        return HEADER + f"typedef float many __attribute__((vector_size({size})));\nint take(many *m);\n"

    source = SOURCE + "int take(many *m) { return m != 0; }\n"
    result = judged(library(of(16), source), library(of(32), source))
    assert (result.verdict, names(result)) == ("breaking", {"typedef-type-changed"})
    assert judged(library(of(16), source), library(of(16), source)).changes == ()


# What an assembler file has: an exported function without debug information.
FAST = '__asm__(".globl fast\\n.type fast,@function\\nfast: ret\\n.size fast,.-fast\\n");\n'


def test_a_function_without_debug_information_does_not_hide_the_others(library):
    swapped = HEADER.replace("int level; int flags;", "int flags; int level;")
    result = judged(library(HEADER, SOURCE + FAST), library(swapped, SOURCE + FAST))
    assert result.verdict == "breaking"
    assert names(result) == {"record-field-offset-changed", "evidence-absent"}


@pytest.mark.slow
def test_what_was_never_told_of_one_function_is_not_judged(library):
    result = judged(library(HEADER, SOURCE + FAST), library(HEADER, SOURCE + FAST))
    assert (result.verdict, result.exit_code, names(result)) == ("unknown", 3, {"evidence-absent"})
    assert "none for `fast`" in result.changes[0].diagnostic.message
    assert judged(library(HEADER, SOURCE + FAST), library(HEADER, SOURCE + FAST), headers=True).changes == ()


def test_a_new_function_without_debug_information_loses_no_evidence(library):
    assert judged(library(), library(HEADER, SOURCE + FAST)).verdict == "compatible"


def test_a_function_that_is_no_longer_described_is_told_once(library):
    described = library(HEADER, SOURCE + "int fast(void) { return 1; }\n")
    result = judged(described, library(HEADER, SOURCE + FAST))
    assert (result.verdict, result.exit_code, names(result)) == ("unknown", 3, {"fact-lost"})


@pytest.mark.slow
def test_a_function_chosen_when_it_is_loaded_is_told_by_its_header(library):
    chosen = SOURCE.replace("int ctx_get", "static int get") + (
        "static void *choose(void) { return get; }\n"
        'int ctx_get(struct ctx *c, int key) __attribute__((ifunc("choose")));\n'
    )
    assert judged(library(), library(HEADER, chosen)).exit_code == 3
    assert judged(library(), library(HEADER, chosen), headers=True).verdict == "compatible"


def test_another_representation_under_the_same_name_is_seen(library):
    header = HEADER + "long double scale(long double by);\nint mark(char of);\n"
    source = SOURCE + "long double scale(long double by) { return by; }\nint mark(char of) { return of; }\n"
    plain = library(header, source)
    assert judged(plain, library(header, source, "-mlong-double-64")).verdict == "breaking"
    assert judged(plain, library(header, source, "-funsigned-char")).verdict == "risky"


def cxx(library, more, *flags):
    header = 'extern "C" {\nint total(int a);\n}\n'
    source = '#include "lib.h"\n' + more + "\nint total(int a) { return added(a); }\n"
    return library(header, source, "-x", "c++", *flags)


def test_what_cxx_compiles_into_everybody_is_no_boundary(library):
    inlined = (
        "template <class T> T twice(T a) { return a + a; }\ninline int added(int a) { return twice(a); }"
    )
    other = "inline int added(int a) { return a + 1; }"
    old, optimized, rewritten = cxx(library, inlined), cxx(library, inlined, "-O2"), cxx(library, other)
    assert judged(old, optimized).changes == judged(old, rewritten).changes == ()
    outside = cxx(library, "int added(int a) { return a; }")
    assert judged(outside, old).verdict == "breaking"


def test_cxx_names_integers_as_c_does(library):
    header = "int f(const char *a, long long *b, _Bool c);\n"
    c = library(header, '#include "lib.h"\nint f(const char *a, long long *b, _Bool c) { return *a + c; }\n')
    cxx = 'extern "C" int f(const {} *a, {} *b, bool c) {{ return *a + c; }}\n'
    assert judged(c, library("", cxx.format("char", "long long"), "-x", "c++")).changes == ()
    assert judged(c, library("", cxx.format("signed char", "long long"), "-x", "c++")).verdict == "risky"
    assert judged(c, library("", cxx.format("char", "long"), "-x", "c++")).verdict == "risky"


def test_tables_that_cxx_compilers_make_lose_no_evidence(library):
    table = "struct base { virtual int of(int a); };\nint base::of(int a) { return a; }\n"
    source = table + "static int added(int a) { return base().of(a); }"
    result = judged(cxx(library, source), cxx(library, source))
    assert (result.verdict, result.changes) == ("compatible", ())


@pytest.mark.parametrize(
    ("making", "verdict"),
    [
        ("struct h *h_open(int key) { return 0; }", "risky"),  # presumed, and said
        ("struct h *h_moved(struct h *from) { return from; }", "breaking"),
        ("struct h h_open(int key) { struct h one = {0}; return one; }", "breaking"),
    ],
)
def test_a_handle_that_a_source_file_defines_is_the_librarys_own(library, making, verdict):
    def of(members):
        return library(
            "", f"struct h {{ {members} }};\n{making}\nint h_get(struct h *of) {{ return of->a; }}\n"
        )

    assert judged(of("int a;"), of("long z; int a;")).verdict == verdict


def test_a_vector_of_other_elements_is_seen_in_the_library_alone(library):
    def of(element):
        header = f"typedef {element} v __attribute__((vector_size(16)));\nint take(v *of);\n"
        return library(header, '#include "lib.h"\nint take(v *of) { return of != 0; }\n')

    assert judged(of("float"), of("double")).verdict == "breaking"
    assert judged(of("long"), of("long long")).verdict == "compatible"


@pytest.mark.slow
def test_who_tells_an_alignment_is_the_compilers_choice(library):
    if shutil.which("clang") is None:
        pytest.skip("`clang` is not installed")

    def of(text, compiler="gcc"):
        path = library(text, '#include "lib.h"\nint take(struct s *of) { return of->b; }\n')
        if compiler != "gcc":
            command = [compiler, "-g", "-shared", "-fPIC", "-Wl,-soname,liblib.so.1", "-o", path, "lib.c"]
            subprocess.run(command, cwd=path.parent, check=True)
        return path

    strict = "struct s { _Alignas(64) char a; int b; }; int take(struct s *of);\n"
    assert judged(of(strict), of(strict, "clang")).verdict == "compatible"
    laxer = strict.replace("64", "32")
    assert "record-alignment-changed" in names(judged(of(strict, "clang"), of(laxer, "clang")))


@pytest.mark.parametrize(("of", "verdict"), [("int", "risky"), ("long", "breaking")])
def test_a_pointer_to_an_array_is_the_address_of_its_first_element(library, of, verdict):
    before = library("", "static int all[4];\nconst int *table(void) { return all; }\n")
    after = library("", f"static {of} all[4];\nconst {of} (*table(void))[4] {{ return (void *)all; }}\n")

    result = judged(before, after)
    assert result.verdict == verdict
    assert {each.axes["binary"] for each in result.changes} == {
        "compatible" if verdict == "risky" else "breaking"
    }


RUST = """\
use std::ptr::NonNull;
pub struct Guard { a: u32 }
#[repr(transparent)] pub struct Id(u32);
#[repr(transparent)] pub struct Named { inner: u32 }
#[repr(C)] pub struct Two { a: u32, b: u32 }
#[repr(C)] pub enum Data { A(u32), B(u8) }
#[no_mangle] pub extern "C" fn guard_data(of: *const Data) -> i32 { of.is_null() as i32 }
#[no_mangle] pub extern "C" fn guard_new() -> *mut Guard { Box::into_raw(Box::new(Guard { a: 1 })) }
#[no_mangle] pub unsafe extern "C" fn guard_free(g: *mut Guard) { drop(Box::from_raw(g)) }
#[no_mangle] pub unsafe extern "C" fn guard_id(g: *const Guard) -> Id { Id((*g).a) }
#[no_mangle] pub extern "C" fn guard_fill(at: *mut u8) -> i32 { at.is_null() as i32 }
"""


def rust(folder: Path, text: str, *flags: str) -> Path:
    """Build a library of Rust in a folder."""
    path = folder / "libguard.so"
    folder.mkdir()
    (folder / "lib.rs").write_text(text)
    command = ["rustc", "-g", "-Awarnings", "--crate-type", "cdylib", *flags, "-o", path, "lib.rs"]
    subprocess.run(command, cwd=folder, check=True)
    return path


IN_C = """\
struct text { unsigned long long n; char d[]; };
const int limits[2] = {1, 2};
int seen;
int take(const char *a, long long b, struct text *c, const signed char *e, char f) { return *a + (int)b + c->d[0]; }
"""
IN_RUST = """\
use std::ffi::*;
#[repr(C)] pub struct text { n: c_ulonglong, d: [c_char; 0] }
#[no_mangle] pub static limits: [i32; 2] = [1, 2];
#[no_mangle] pub static mut seen: i32 = 0;
#[no_mangle] pub extern "C" fn take(a: *const c_char, b: c_longlong, c: *mut text, e: *const i8, f: c_char) -> i32 { 0 }
"""


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("", "", "compatible"),  # `c_char` is `i8`, and a static that is not `mut` cannot be written
        ("a: *const c_char", "a: *const i16", "breaking"),
        ("a: *const c_char", "a: *const u8", "compatible"),  # text, whose sign C leaves to the platform
        ("e: *const i8", "e: *const u8", "risky"),
        ("f: c_char", "f: u8", "risky"),
        ("b: c_longlong", "b: c_int", "breaking"),
        ("static mut seen", "static seen", "breaking"),
        ("d: [c_char; 0]", "d: [c_int; 0]", "breaking"),
    ],
)
def test_c_and_rust_of_one_boundary_are_alike(library, tmp_path, before, after, verdict):
    if shutil.which("rustc") is None:
        pytest.skip("there is no rustc")
    assert before in IN_RUST
    linked = ("-C", "link-arg=-Wl,-soname,liblib.so.1")
    new = rust(tmp_path / "rust", IN_RUST.replace(before, after), *linked)
    assert judged(library("", IN_C), new).verdict == verdict


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("struct Guard { a: u32 }", "struct Guard { v: Vec<u8>, a: u32 }", "risky"),  # presumed, and said
        ("-> Id { Id((*g).a) }", "-> u32 { (*g).a }", "compatible"),
        ("-> Id { Id((*g).a) }", "-> Named { Named { inner: (*g).a } }", "compatible"),
        ("-> Id { Id((*g).a) }", "-> Two { Two { a: (*g).a, b: 1 } }", "breaking"),
        ("-> Id { Id((*g).a) }", "-> u64 { (*g).a as u64 }", "breaking"),
        ("A(u32), B(u8)", "A(u32), B(u16)", "breaking"),
        (
            "at: *mut u8) -> i32 { at.is_null()",
            "at: Option<NonNull<u8>>) -> i32 { at.is_none()",
            "compatible",
        ),
        ("at: *mut u8) -> i32 { at.is_null()", "at: Option<NonNull<u16>>) -> i32 { at.is_none()", "breaking"),
    ],
)
def test_rust_is_compared_as_c_sees_it(tmp_path, capsys, before, after, verdict):
    if shutil.which("rustc") is None:
        pytest.skip("there is no rustc")

    def built(name, text):
        text = text.replace("Guard { a: 1 }", "Guard { v: Vec::new(), a: 1 }") if "v: Vec" in text else text
        return rust(tmp_path / name, text)

    assert before in RUST
    sides = built("old", RUST), built("new", RUST.replace(before, after))
    assert judged(*sides).verdict == verdict
    kept = []
    for each in sides:
        kept.append(each.with_suffix(".abi.json"))
        assert main(["abi", "snapshot", str(each), "--output", str(kept[-1])]) == 0
    assert judged(*kept).verdict == verdict
