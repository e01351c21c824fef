from __future__ import annotations

import ctypes
import shutil
from pathlib import Path

import pytest

from abidance.core.errors import CannotJudgeError
from abidance.header import read_header
from abidance.ir.declarations import spell
from abidance.ir.layout import AddressConstant, FieldLayout, Scalar
from abidance.ir.naming import c_names
from abidance.ir.types import EnumRef, RecordRef, TypedefRef
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest, probe_layouts
from declarations.dwarf_layouts import layouts as dwarf_layouts
from declarations.dwarf_layouts import probed_members


@pytest.fixture(params=["gcc", pytest.param("clang", marks=pytest.mark.full)])
def compiler(request):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return find_compiler(request.param)


@pytest.fixture
def probe(tmp_path, compiler):
    """Return a function that writes a header and asks for everything in it."""

    def ask(text, constants=(), defines=None, using=compiler, **roots):
        header = tmp_path / "api.h"
        header.write_text(text, encoding="utf-8")
        declarations = read_header(header, defines=defines or {}, compiler=using)
        everything = {
            "functions": tuple(declarations.functions),
            "types": (
                *map(TypedefRef, declarations.typedefs),
                *map(RecordRef, declarations.records),
                *map(EnumRef, declarations.enums),
            ),
        }
        wanted = ProbeRequest(**(roots or everything), constants=constants)
        return probe_layouts(
            declarations, wanted, header=header, defines=defines or {}, compiler=using
        ), declarations

    return ask


def test_a_plain_struct_is_laid_out_as_ctypes_has_it(probe):
    class Plain(ctypes.Structure):
        _fields_ = (
            ("c", ctypes.c_char),
            ("d", ctypes.c_double),
            ("s", ctypes.c_short * 3),
            ("p", ctypes.c_void_p),
            ("l", ctypes.c_long),
        )

    layouts, _ = probe("struct plain { char c; double d; short s[3]; void *p; long l; };")

    record = layouts.records["struct plain"]
    assert (record.size, record.align) == (ctypes.sizeof(Plain), ctypes.alignment(Plain))
    assert record.fields == {
        name: FieldLayout(getattr(Plain, name).offset, getattr(Plain, name).size)
        for name, *_ in Plain._fields_
    }


def test_scalars_are_those_of_this_machine(probe):
    layouts, _ = probe("int f(void);")

    assert layouts.scalars["long"] == Scalar("int", ctypes.sizeof(ctypes.c_long), 8, signed=True)
    assert layouts.scalars["unsigned short"] == Scalar("int", 2, 2, signed=False)
    assert layouts.scalars["_Bool"] == Scalar("bool", 1, 1)
    assert layouts.scalars["long double"].kind == "float"
    assert layouts.scalars["void *"].kind == "pointer"
    assert "__int128" not in layouts.scalars


def test_types_that_not_every_target_has_are_asked_for_when_they_are_used(probe):
    layouts, _ = probe("void f(__int128 x);")

    assert layouts.scalars["__int128"] == Scalar("int", 16, 16, signed=True)


AWKWARD = """
    typedef enum { LOW = -1, HIGH } level;
    struct __attribute__((packed)) packed { char c; int i; short s; };
    struct aligned { char c; int i __attribute__((aligned(32))); char d; };
    #pragma pack(push, 2)
    struct pushed { char c; long l; int bits : 5, more : 7; };
    #pragma pack(pop)
    struct bits {
        unsigned a : 3; int b : 7; unsigned long c : 33; _Bool d : 1; level e : 2; int : 0; char f : 4;
        int tail;
    };
    union choice { int i; double d; char bytes[13]; struct { short first, second : 3; } pair; };
    struct outer {
        int kind;
        union { long l; struct { char low; int : 5; unsigned flag : 3; }; struct { float f[2]; } named; };
        struct { int in; struct { char deep; union { short s; long long ll; }; }; };
        char after;
        struct { int x; } array[3], *pointer;
    };
    struct tail { int n; union choice last; char data[]; };
    struct zero { int n; char none[0]; };
"""


def test_awkward_records_are_laid_out_as_debug_information_has_them(probe, compiler):
    layouts, declarations = probe(AWKWARD)

    names = {key: name for key, name in c_names(declarations).items() if key in layouts.records}
    dwarf = dwarf_layouts(AWKWARD, list(names.values()), compiler)
    assert len(names) >= 10
    for key, name in names.items():
        assert (layouts.records[key].size, probed_members(layouts, declarations, key)) == dwarf[name], name


def test_a_bit_field_has_its_first_bit_and_width(probe):
    layouts, _ = probe("struct s { unsigned a : 3; unsigned : 2; int b : 7; unsigned c; };")

    assert layouts.records["struct s"].fields == {
        "a": FieldLayout(0, 0, 0, 3),
        "b": FieldLayout(0, 0, 5, 7),
        "c": FieldLayout(4, 4),
    }


def test_an_anonymous_member_has_an_entry_and_a_layout_of_its_own(probe):
    layouts, declarations = probe("struct s { int kind; union { int i; double d; }; char c; };")

    union = declarations.records["struct s"].fields[1].type.key
    fields = layouts.records["struct s"].fields
    assert list(fields) == ["kind", "<1>", "c"]
    assert fields["<1>"] == FieldLayout(8, 8)
    assert layouts.records[union].fields == {"i": FieldLayout(0, 4), "d": FieldLayout(0, 8)}


def test_a_record_that_only_a_member_or_pointer_names_is_laid_out(probe):
    layouts, declarations = probe(
        "typedef struct { char c; int i; } *handle; struct s { struct { long l; } in; };"
    )

    sizes = {layouts.records[key].size for key, record in declarations.records.items() if not record.spelling}
    assert sizes == {8}


def test_opaque_types_are_left_out(probe):
    layouts, _ = probe("struct opaque; struct opaque *make(void); enum later; void f(enum later *);")

    assert layouts.records == {}
    assert layouts.enums == {}
    assert layouts.failed == {}


def test_only_what_is_reachable_is_asked_about(probe):
    header = "struct a { struct b *next; }; struct b { int x; }; struct c { int y; }; void f(struct a *);"

    layouts, _ = probe(header, functions=("f",))
    assert list(layouts.records) == ["struct a", "struct b"]


def test_enums_have_size_sign_and_values(probe):
    header = (
        "enum color { RED, BLUE = 9 }; enum sign { MINUS = -3, PLUS };"
        "enum wide { HUGE_ONE = 0xffffffffffffffff }; enum __attribute__((packed)) tiny { T };"
    )

    layouts, _ = probe(header)
    assert layouts.enums["enum color"] == Scalar("int", 4, 4, signed=False)
    assert layouts.enums["enum sign"] == Scalar("int", 4, 4, signed=True)
    assert layouts.enums["enum wide"].size == 8
    assert layouts.enums["enum tiny"].size == 1
    assert layouts.constants["BLUE"] == 9
    assert layouts.constants["MINUS"] == -3
    assert layouts.constants["HUGE_ONE"] == 2**64 - 1


def test_integer_macros_have_their_value_and_sign(probe):
    macros = {
        "SMALL": ("16", 16),
        "MINUS": ("(-5)", -5),
        "SUM": ("(SMALL * 2 + SECOND)", 33),
        "UNSIGNED": ("0xFFFFFFFFFFFFFFFFull", 2**64 - 1),
        "LEAST": ("(-9223372036854775807LL - 1)", -(2**63)),
        "SIZE": ("sizeof(struct pair)", 8),
        "CAST": ("((unsigned char)300)", 44),
        "CHARACTER": ("'a'", 97),
        "CALL": ("SHIFT(4)", 16),
        "LIMIT": ("__INT_MAX__", 2**31 - 1),
        "TRUTH": ("(3 > 2)", 1),
        "OFFSET": ("__builtin_offsetof(struct pair, y)", 4),
        "FLOATY": ("((int)2.5)", 2),
        "MODE_T": ("((MODE)0100000)", 32768),
    }
    header = (
        "struct pair { int x, y; }; enum { FIRST, SECOND };\n#define MODE unsigned int\n#define SHIFT(n) (1 << (n))\n"
        + "".join(f"#define {name} {text}\n" for name, (text, _) in macros.items())
    )

    layouts, _ = probe(header, constants=tuple(macros))
    assert layouts.failed == {}
    assert {name: layouts.constants[name] for name in macros} == {
        name: value for name, (_, value) in macros.items()
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-9", 1e-9),
        ("0.1f", 0.10000000149011612),
        ("(2 * RATIO)", 1.5),
        ("((void *)-1)", AddressConstant((1 << 64) - 1)),
        ("(char *)(-2L)", AddressConstant((1 << 64) - 2)),
        ("((void *)0)", AddressConstant(0)),
        ("(void *)&counter", None),
        ("1.5L", None),
        ("text", None),
    ],
)
def test_a_macro_may_be_a_fraction_or_a_pointer(probe, text, value):
    header = f"extern int counter; extern char *text;\n#define RATIO 0.75\n#define X {text}\n"

    layouts, _ = probe(header, constants=("X",))
    assert layouts.values == ({} if value is None else {"X": value})
    assert "X" not in layouts.constants


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('"1.2.3"', "is a string"),
        ('PREFIX "x"', "is a string"),
        ("1.5", "is a floating constant"),
        ("", "is empty"),
        ("unsigned int", "is no value"),
        ("extern int", "is no expression"),
        ("__attribute__((packed))", "is no expression"),
        ("counter", "uses `counter`, which is no constant"),
        ("OTHER + 1", "uses `OTHER`, which is a string"),
        ("f(1)", "uses `f`, which is no constant"),
        ("1, 2", "is no expression"),
        ("(1", "is no expression"),
        ("do { } while (0)", "is no expression"),
        ("((void *)0)", "is a pointer"),
        ("(&counter)", "uses `counter`, which is no constant"),
        ("X", "uses `X`, which is no constant"),
    ],
)
def test_a_macro_that_is_no_integer_says_why_and_costs_the_others_nothing(probe, text, reason):
    header = f'extern int counter; int f(int);\n#define OTHER "s"\n#define GOOD 7\n#define X {text}\n'

    layouts, _ = probe(header, constants=("GOOD", "X"))
    assert layouts.constants == {"GOOD": 7}
    assert layouts.failed == {"X": reason}


@pytest.mark.parametrize("text", ["OPEN 1", "MAYBE(1)", "LATER(", "CLOSE(1))"])
def test_a_macro_that_only_the_compiler_can_refuse_costs_the_others_nothing(probe, text):
    header = (
        "struct s { int x; };\n#define OPEN (\n#define MAYBE(x) (x + no_such_name)\n#define LATER(x) x (\n"
        f"#define CLOSE(x) x)\n#define GOOD 7\n#define X {text}\n#define ALSO 8\n"
    )

    layouts, _ = probe(header, constants=("GOOD", "X", "ALSO"))
    assert layouts.records["struct s"].size == 4
    assert layouts.failed["X"]
    assert layouts.constants == {"GOOD": 7, "ALSO": 8}


def test_a_macro_that_swallows_what_follows_it_costs_only_itself(probe):
    swallowing = "".join(f"#define X{n} EAT()\n#define GOOD{n} {n}\n" for n in range(12))
    header = f"#define EAT() (\nstruct s {{ int x; }};\n{swallowing}"

    names = [f"{kind}{n}" for n in range(12) for kind in ("X", "GOOD")]
    layouts, _ = probe(header, constants=tuple(names))
    assert layouts.constants == {f"GOOD{n}": n for n in range(12)}
    assert layouts.failed.keys() == {f"X{n}" for n in range(12)}
    assert layouts.records["struct s"].size == 4


def test_a_typedef_has_the_alignment_that_its_attribute_gives(probe):
    layouts, _ = probe(
        "typedef int wide __attribute__((aligned(16))); typedef double half __attribute__((aligned(4)));"
        "typedef struct hidden hidden; typedef int call(void); typedef void nothing; typedef int some[];"
    )

    assert {name: (it.size, it.align) for name, it in layouts.typedefs.items()} == {
        "wide": (4, 16),
        "half": (8, 4),
    }
    assert layouts.failed == {}


def test_a_name_that_is_unknown_is_said_to_be(probe):
    layouts, _ = probe("int f(void);", constants=("NO_SUCH",))

    assert layouts.failed == {"NO_SUCH": "is neither a macro nor an enum constant of this header"}


def test_array_sizes_that_are_expressions_are_counted_by_the_compiler(probe):
    layouts, declarations = probe("struct s { char a[sizeof(long) * 2 + 1]; enum { N = 5 } e[N - 2]; };")

    texts = [field.type.size_text for field in declarations.records["struct s"].fields]
    assert [layouts.arrays[text] for text in texts] == [17, 3]


def test_macros_with_the_names_of_members_do_not_get_in_the_way(probe):
    header = """
        struct action { union { void (*handler)(int); long value; } inner; int flags; };
        #define handler inner.handler
        #define flags (inner.value)
        #define action some_action
    """

    layouts, declarations = probe(header)
    assert list(layouts.records["struct action"].fields) == ["inner", "flags"]
    assert layouts.failed == {}
    assert all(
        "handler" in layouts.records[key].fields for key in declarations.records if key.startswith("union")
    )


def test_one_refused_record_costs_only_itself(probe):
    # The tag's scope is the prototype (C11 6.2.1p4), so that nothing after it can say its name.
    layouts, _ = probe("struct good { int x; }; void f(struct local { int y; } *p, struct good *g);")

    assert list(layouts.records) == ["struct good"]
    assert "struct local" in layouts.failed


def test_a_header_that_does_not_compile_is_told_in_the_compilers_words(probe):
    with pytest.raises(CannotJudgeError) as caught:
        probe("struct s { int x; };\nint f(void);\nlong f(void);\n")

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code.name == "probe-failed"
    assert "conflicting types for" in diagnostic.message
    assert (diagnostic.span.path.name, diagnostic.span.line) == ("api.h", 3)
    assert not any("source.c" in note for note in diagnostic.notes)


def test_defines_reach_the_probe(probe):
    layouts, _ = probe("struct s { char data[SIZE]; };", defines={"SIZE": "(3 * 4)"})

    assert layouts.records["struct s"].size == 12


def test_another_target_has_layouts_of_its_own(probe):
    if shutil.which("clang") is None:
        pytest.skip("clang is not installed")
    other = find_compiler("clang --target=powerpc-unknown-linux-gnu")

    layouts, _ = probe("struct s { char c; long l; unsigned a : 3, b : 7; };", using=other)
    assert not layouts.little_endian
    assert layouts.scalars["void *"].size == 4
    assert layouts.records["struct s"].fields == {
        "c": FieldLayout(0, 1),
        "l": FieldLayout(4, 4),
        "a": FieldLayout(8, 0, 64, 3),
        "b": FieldLayout(8, 0, 67, 7),
    }


@pytest.mark.parametrize(
    "name", ["zlib.h", "sqlite3.h", "png.h", "pthread.h", "netinet/tcp.h", "linux/perf_event.h"]
)
def test_records_of_real_headers_are_laid_out_as_debug_information_has_them(name, compiler):
    header = Path("/usr/include", name)
    if not header.is_file():
        pytest.skip(f"{name} is not installed")
    declarations = read_header(header, compiler=compiler)
    wanted = ProbeRequest(types=tuple(map(RecordRef, declarations.records)))
    layouts = probe_layouts(declarations, wanted, header=header, compiler=compiler)

    names = {key: each for key, each in c_names(declarations).items() if key in layouts.records}
    dwarf = dwarf_layouts("", list(names.values()), compiler, ("-include", str(header)))
    assert layouts.failed == {}
    assert {
        each: (layouts.records[key].size, probed_members(layouts, declarations, key))
        for key, each in names.items()
    } == dwarf


@pytest.mark.parametrize(
    ("written", "family", "kind"),
    [
        ("float _Complex", "", "complex"),
        ("long double _Complex", "", "complex"),
        ("unsigned __int128", "", "int"),
        ("__float128", "", "float"),
        ("__builtin_va_list", "", "va_list"),
        ("float __attribute__((vector_size(8 * sizeof(float))))", "", "vector"),
        ("int __attribute__((ext_vector_type(3)))", "clang", "vector"),
        ("_Float16", "gcc", "float"),
        ("_Float64x", "gcc", "float"),
        ("_Decimal128", "gcc", "decimal"),
        ("_BitInt(65)", "clang", "bitint"),
        ("unsigned _BitInt(7)", "clang", "bitint"),
    ],
)
def test_arithmetic_types_beyond_c11_are_laid_out_as_the_compiler_has_them(
    probe, compiler, written, family, kind
):
    if family not in {"", compiler.family}:
        pytest.skip(f"{compiler.family} does not know the type")
    layouts, declarations = probe(f"typedef {written} t; struct s {{ char c; t member; }};")

    (key,) = {spell(declarations.typedefs["t"].type, "", declarations)}
    scalar, record = layouts.scalars[key], layouts.records["struct s"]
    assert scalar.kind == kind
    assert record.fields["member"] == FieldLayout(scalar.align, scalar.size)
    assert record.size == scalar.align + -(-scalar.size // scalar.align) * scalar.align
    assert scalar.signed is (written == "_BitInt(65)")


def test_texts_are_string_literals_also_where_other_macros_make_them_so(probe):
    layouts, _ = probe(
        """
        #define TEXT_OF(x) #x
        #define TEXT(x) TEXT_OF(x)
        #define MAJOR 1
        #define PLAIN "a" "b\\n"
        #define MADE TEXT(MAJOR) "." TEXT(9)
        #define NAMED MADE
        #define JOINED TEXT(MAJOR.9)
        #define NUMBER 7
        #define CALL strlen("a")
        #define WIDE L"a"
        """,
        constants=("PLAIN", "MADE", "NAMED", "JOINED", "NUMBER", "CALL", "WIDE", "MAJOR"),
    )

    assert dict(layouts.texts) == {"PLAIN": b"ab\n", "MADE": b"1.9", "NAMED": b"1.9", "JOINED": b"1.9"}
    assert dict(layouts.constants) == {"NUMBER": 7, "MAJOR": 1}
