from __future__ import annotations

import pytest

from abidance.ir.declarations import Attribute, spell
from abidance.ir.naming import c_names
from abidance.ir.types import Array, Basic, EnumRef, Pointer, RecordRef, TypedefRef, Vector


def fields(declarations, key):
    return [spell(each.type, each.name, declarations) for each in declarations.records[key].fields]


def test_a_record_has_its_fields_in_order(read):
    declarations = read("struct point { int x, y; const char *label; struct point *next; };")

    assert fields(declarations, "struct point") == [
        "int x",
        "int y",
        "const char *label",
        "struct point *next",
    ]


def test_an_opaque_type_has_no_fields(read):
    declarations = read("struct stream; struct stream *stream_open(void);")

    assert declarations.records["struct stream"].fields is None


def test_a_definition_completes_what_was_opaque(read):
    declarations = read("struct s; void use(struct s *); struct s { int x; };")

    assert fields(declarations, "struct s") == ["int x"]


def test_a_record_without_a_tag_goes_by_its_typedef(read):
    declarations = read("typedef struct { int x; } point, *point_ref; void f(point_ref p);")

    (record,) = declarations.records.values()
    assert record.spelling == "point"
    assert record.key == "struct <api.h:1:16>"


def test_records_on_one_line_have_keys_of_their_own(read):
    again = "typedef struct { int x; } NAME;\n"
    declarations = read(
        '#define NAME one\n#include "again.h"\n#undef NAME\n#define NAME two\n#include "again.h"\n',
        again=again,
    )

    assert sorted(record.spelling for record in declarations.records.values()) == ["one", "two"]


def test_members_of_anonymous_records_stay_where_they_are(read):
    declarations = read("struct s { int kind; union { int i; struct { float f; }; }; int after; };")

    anonymous = declarations.records["struct s"].fields[1]
    assert anonymous.name == ""
    assert isinstance(anonymous.type, RecordRef)
    assert [each.name for each in declarations.records[anonymous.type.key].fields] == ["i", ""]


def test_a_tagged_record_inside_another_is_a_declaration_only(read):
    declarations = read("struct outer { struct inner { int x; }; enum { A, B }; struct inner i; };")

    assert fields(declarations, "struct outer") == ["struct inner i"]
    assert fields(declarations, "struct inner") == ["int x"]


def test_bit_fields_have_their_width(read):
    header = "struct flags { unsigned a : 3, : 2, b : (1 << 2) + 1; unsigned : 0; int c : sizeof(int); };"

    found = [(each.name, each.bits) for each in read(header).records["struct flags"].fields]
    assert found == [("a", 3), ("", 2), ("b", 5), ("", 0), ("c", 0)]


@pytest.mark.parametrize(
    ("size", "count", "text"),
    [
        ("", None, ""),
        ("0", 0, ""),
        ("4 * (2 + 1)", 12, ""),
        ("0x10u", 16, ""),
        ("010", 8, ""),
        ("sizeof(long) * 4", None, "sizeof(long) * 4"),
        ("COUNT", None, "COUNT"),
        ("1 - 2 + 3", None, "1 - 2 + 3"),
        ("({ 3; })", None, "({ 3; })"),
    ],
)
def test_array_sizes_are_numbers_or_left_to_the_compiler(read, size, count, text):
    declarations = read(f"enum {{ COUNT = 3 }}; struct s {{ int n; char data[{size}]; }};")

    assert declarations.records["struct s"].fields[1].type == Array(Basic("char"), count, text)


@pytest.mark.parametrize(
    "header",
    [
        "struct __attribute__((packed, aligned(4))) s { char c; };",
        "struct s { char c; } __attribute__((__packed__)) __attribute__((aligned(4)));",
    ],
)
def test_record_attributes_are_the_records(read, header):
    attributes = read(header).records["struct s"].attributes

    assert attributes == (Attribute("packed"), Attribute("aligned", "4"))


def test_an_alignment_specifier_is_an_attribute_of_the_field(read):
    (field,) = read("struct s { _Alignas(16) char c __attribute__((unused)); };").records["struct s"].fields

    assert set(field.attributes) == {Attribute("aligned", "16"), Attribute("unused")}


def test_enums_have_their_constants(read):
    declarations = read("enum color { RED, GREEN = 5, BLUE = RED | GREEN, }; typedef enum { ON } state;")

    names = {key: [each.name for each in enum.enumerators] for key, enum in declarations.enums.items()}
    assert names == {"enum color": ["RED", "GREEN", "BLUE"], "enum <api.h:1:61>": ["ON"]}
    assert declarations.enums["enum <api.h:1:61>"].spelling == "state"


def test_an_enum_may_fix_its_underlying_type(read):
    header = "enum small : unsigned char { TINY }; struct s { enum small e : 3; enum small : 2; };"

    declarations = read(header)
    assert [each.name for each in declarations.enums["enum small"].enumerators] == ["TINY"]
    assert [each.bits for each in declarations.records["struct s"].fields] == [3, 2]


def test_a_typedef_names_a_type(read):
    declarations = read("typedef unsigned long size; typedef size *ref; typedef enum e { A } e;")

    assert declarations.typedefs["size"].type == Basic("unsigned long")
    assert declarations.typedefs["ref"].type == Pointer(TypedefRef("size"))
    assert declarations.typedefs["e"].type == EnumRef("enum e")


def test_a_machine_mode_replaces_the_type(read):
    header = "typedef int a __attribute__((mode(DI))); typedef unsigned b __attribute__((__mode__(__QI__)));"

    declarations = read(header)
    assert declarations.typedefs["a"].type == Basic("long")
    assert declarations.typedefs["b"].type == Basic("unsigned char")


def test_a_vector_is_not_taken_for_its_element(read):
    declarations = read("typedef float v4 __attribute__((vector_size(16)));")

    assert declarations.typedefs["v4"].type == Vector(Basic("float"), "16")
    assert spell(declarations.typedefs["v4"].type, "x") == "float __attribute__((vector_size(16))) x"


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("double _Complex", "double _Complex"),
        ("_Complex", "double _Complex"),
        ("__complex__ float", "float _Complex"),
        ("long _Complex double", "long double _Complex"),
        ("unsigned __int128", "unsigned __int128"),
        ("__int128 int", "__int128"),
        ("__uint128_t", "unsigned __int128"),
        ("__float128", "_Float128"),
        ("_Float64x", "_Float64x"),
        ("_Decimal64", "_Decimal64"),
        ("unsigned _BitInt(0x11)", "unsigned _BitInt(17)"),
        ("signed _BitInt(sizeof(int))", "_BitInt(sizeof(int))"),
        ("__builtin_va_list", "__builtin_va_list"),
    ],
)
def test_arithmetic_types_have_one_spelling_each(read, written, spelling):
    assert read(f"typedef {written} t;").typedefs["t"].type == Basic(spelling)


def test_an_enum_keeps_the_type_that_it_fixes(read):
    enums = read("enum a : unsigned char { A }; enum b { B };").enums

    assert enums["enum a"].underlying == Basic("unsigned char")
    assert enums["enum b"].underlying is None


def test_attributes_stay_with_what_they_are_written_at(read):
    header = """
        int f(int *restrict p __attribute__((nonnull)), int q) __attribute__((deprecated("old")));
        extern int v __attribute__((aligned(16))) __asm__("the_v");
        extern _Thread_local int t;
        enum e { OLD __attribute__((deprecated)), NEW };
    """

    declarations = read(header)
    function, variable = declarations.functions["f"], declarations.variables["v"]
    assert function.attributes == (Attribute("deprecated", '"old"'),)
    assert [each.attributes for each in function.parameters] == [(Attribute("nonnull"),), ()]
    assert (variable.symbol, variable.attributes) == ("the_v", (Attribute("aligned", "16"),))
    assert [declarations.variables[name].thread_local for name in "vt"] == [False, True]
    old, new = declarations.enums["enum e"].enumerators
    assert (old.attributes, new.attributes) == ((Attribute("deprecated"),), ())


def test_variables_are_those_that_a_library_can_have(read):
    header = """
        extern int count;
        extern const char *const names[];
        static const int mine = sizeof(struct { int x; });
    """

    declarations = read(header)
    assert {name: spell(each.type, name) for name, each in declarations.variables.items()} == {
        "count": "int count",
        "names": "const char *const names[]",
    }


def test_an_atomic_type_is_a_qualified_one(read):
    declarations = read("extern _Atomic int a; extern _Atomic(long) b;")

    assert [spell(each.type) for each in declarations.variables.values()] == ["_Atomic int", "_Atomic long"]


def test_c_can_name_what_has_no_name(read):
    header = """
        typedef struct { int x; } *handle;
        struct outer { struct { int y; struct { int z; }; struct { int w; } *deep[2]; } member; };
    """

    names = c_names(read(header))
    assert names["struct <api.h:2:24>"] == "__typeof__((*(*(handle *)0)))"
    assert names["struct <api.h:3:31>"] == "__typeof__(((struct outer *)0)->member)"
    assert sum("deep" in name for name in names.values()) == 1
    assert "struct <api.h:3:40>" not in names
