"""What compilers accept in a header is read as they read it, or refused by name, and costs nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from compiler_says import disagreements

from abidance.header import read_header
from abidance.ir.declarations import Attribute, spell
from abidance.ir.types import Array, Basic, Pointer, RecordRef, Unsupported
from abidance.toolchain.compiler import find_compiler

CONSTRUCTS = (
    Path(__file__).with_name("constructs.txt").read_text(encoding="utf-8").rstrip("\n").split("\n----\n")
)


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_the_compiler_agrees_with_every_type(tmp_path, compiler, construct):
    header = tmp_path / "api.h"
    header.write_text(f"{construct}\nint sound(int x);\n", encoding="utf-8")

    declarations = read_header(header, compiler=compiler)

    differences = disagreements(declarations, header, compiler)
    if differences is None:
        pytest.skip(f"this {compiler.family} does not accept it")
    assert {name: diagnostic.message for name, diagnostic in declarations.lost.items()} == {}
    assert differences == []
    assert "sound" in declarations.functions


@pytest.mark.slow
def test_every_construct_is_accepted_by_a_compiler_here(tmp_path):
    """A table that all compilers refuse would prove nothing; some constructs are one compiler's only."""
    if not (shutil.which("gcc") and shutil.which("clang")):
        pytest.skip("gcc and clang are not both installed")
    compilers = [find_compiler(name) for name in ("gcc", "clang") if shutil.which(name)]
    refused = []
    for number, construct in enumerate(CONSTRUCTS):
        header = tmp_path / f"{number}.h"
        header.write_text(construct, encoding="utf-8")
        if not any(each.compile_object("", ("-w", "-include", str(header))).ok for each in compilers):
            refused.append(construct)
    # Bit-precise integers and C23's attributes need newer compilers than some machines have.
    assert [each for each in refused if "_BitInt" not in each and "[[" not in each] == []


def c23(tmp_path, text):
    """Read a header as C23 has it; only preprocessing needs a compiler that knows the version."""
    header = tmp_path / "api.h"
    header.write_text(text, encoding="utf-8")
    return read_header(header, compiler=find_compiler("cc -std=gnu2x"))


def attributes(declared):
    return [(each.name, each.arguments) for each in declared.attributes]


def test_c23_objects_that_are_constants_are_macros_of_the_boundary(tmp_path):
    declarations = c23(
        tmp_path, "constexpr int LIMIT = 3; static constexpr unsigned M = LIMIT + 1; extern int v;"
    )

    assert {name: declarations.macros[name].text for name in ("LIMIT", "M")} == {
        "LIMIT": "3",
        "M": "LIMIT + 1",
    }
    assert list(declarations.variables) == ["v"]


def test_static_objects_that_are_const_are_macros_of_the_boundary(tmp_path):
    header = tmp_path / "api.h"
    header.write_text(
        "typedef const int fixed; static const int A = 3, *B = &A; static fixed C = A + 1; static int d = 5;",
        encoding="utf-8",
    )
    declarations = read_header(header, compiler=find_compiler())

    assert {name: each.text for name, each in declarations.macros.items()} == {"A": "3", "C": "A + 1"}
    assert not declarations.variables


def test_c23_attributes_stay_where_they_stand(tmp_path):
    declarations = c23(
        tmp_path,
        """
        [[nodiscard("why"), gnu::cold]] int f [[gnu::hot]] (int a [[maybe_unused]], [[deprecated]] int b);
        struct [[gnu::packed]] s { [[deprecated]] int a [[gnu::aligned(2)]]; int [[]] b; };
        enum [[deprecated]] e { A [[deprecated]] = 1, B };
        [[noreturn]] void die(void);
        [[]];
        """,
    )

    function, record = declarations.functions["f"], declarations.records["struct s"]
    assert set(attributes(function)) == {("nodiscard", '"why"'), ("cold", None), ("hot", None)}
    assert [attributes(each) for each in function.parameters] == [
        [("maybe_unused", None)],
        [("deprecated", None)],
    ]
    assert attributes(record) == [("packed", None)]
    assert [attributes(each) for each in record.fields] == [[("deprecated", None), ("aligned", "2")], []]
    assert [attributes(each) for each in declarations.enums["enum e"].enumerators] == [
        [("deprecated", None)],
        [],
    ]
    assert attributes(declarations.functions["die"]) == [("noreturn", None)]


def test_c23_words_and_signatures(tmp_path):
    declarations = c23(
        tmp_path,
        """
        bool f(bool b); int any(...); int none(); static_assert(true);
        alignas(16) extern thread_local int t;
        enum e : short { A }; typeof_unqual(const int) g(typeof(int (*)(void)) callback);
        unsigned _BitInt(12) bits(_BitInt(2 + 3) x);
        int digits[1'000];
        """,
    )

    functions = declarations.functions
    assert functions["f"].returns == Basic("_Bool")
    assert (functions["any"].variadic, functions["any"].prototype) == (True, True)
    assert functions["none"].prototype
    assert declarations.variables["t"].thread_local
    assert declarations.variables["t"].attributes == (Attribute("aligned", "16"),)
    assert declarations.enums["enum e"].underlying == Basic("short")
    assert functions["g"].returns == Basic("int")
    assert spell(functions["g"].parameters[0].type, "p") == "int (*p)(void)"
    assert (functions["bits"].returns, functions["bits"].parameters[0].type) == (
        Basic("unsigned _BitInt(12)"),
        Basic("_BitInt(5)"),
    )


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("counter", "int"),
        ("(counter + 1.5f)", "float"),
        ("&names[1]", "const char *const *"),
        ("sizeof(int)", "unsigned long"),
        ("make", "struct pair *(int)"),
        ("*make(1)", "struct pair"),
        ("make(1)->left", "long"),
        ("(char)1 ? 1u : 2", "unsigned int"),
    ],
)
def test_the_type_of_an_expression_is_what_the_compiler_says(read, expression, type_):
    header = f"""
        extern int counter; extern const char *const names[4]; struct pair {{ long left; }};
        struct pair *make(int);
        typedef __typeof__({expression}) t;
    """

    assert spell(read(header).typedefs["t"].type) == type_


def test_objects_with_the_type_of_their_initializer(read):
    variables = read("__auto_type x = 2.5; __auto_type const p = &x;").variables

    assert {name: spell(each.type, name) for name, each in variables.items()} == {
        "x": "double x",
        "p": "double *const p",
    }


def test_packing_pragmas_reach_the_records_they_pack(read):
    header = """
        struct plain { char c; };
        #pragma pack(push, outer, 1)
        struct one { char c; int i; };
        #pragma pack(push)
        #pragma pack(2)
        struct two { struct { char c; } inner; };
        #pragma pack(pop, outer)
        struct again { char c; };
        #pragma pack(4)
        struct four { int i; };
        #pragma pack()
        struct last { int i; };
    """

    records = read(header).records
    packed = {key: [each.arguments for each in r.attributes] for key, r in records.items()}
    assert {key.split()[1]: found for key, found in packed.items() if "<" not in key} == {
        "plain": [],
        "one": ["1"],
        "two": ["2"],
        "again": [],
        "four": ["4"],
        "last": [],
    }
    assert [found for key, found in packed.items() if "<" in key] == [["2"]]


def test_symbols_come_from_labels_and_pragmas(read):
    header = """
        #define REDIRECT(name, proto, alias) name proto __asm__ ("" #alias)
        extern int REDIRECT(scan, (const char *, ...), __isoc99_scan) __attribute__((nothrow));
        #pragma redefine_extname old_name new_name
        int old_name(void);
        extern int v __asm__("the" "_v");
    """

    declarations = read(header)
    assert declarations.functions["scan"].symbol == "__isoc99_scan"
    assert declarations.functions["old_name"].symbol == "new_name"
    assert declarations.variables["v"].symbol == "the_v"


def test_old_style_definitions_cost_nothing_else(read):
    functions = read(
        "int f(a, b) int a, *c; char *b; { return a; }\nint g(int);\nint h(void) { return 1; }"
    ).functions

    assert [(name, each.prototype) for name, each in functions.items()] == [
        ("f", False),
        ("g", True),
        ("h", True),
    ]
    assert functions["f"].parameters == ()


def test_what_is_inside_a_body_declares_nothing(read):
    header = """
        static inline int f(int x) {
            struct inside { int q; } v = { x };
            typedef int hidden;
            int nested(int y) { return y + x; }
            return ({ hidden z = nested(v.q); z; });
        }
        struct inside;
        int g(struct inside *p);
    """

    declarations = read(header)
    assert list(declarations.functions) == ["f", "g"]
    assert list(declarations.typedefs) == []
    assert declarations.records["struct inside"].fields is None


def test_sizes_that_depend_on_a_parameter_are_not_known(read):
    function = read("void f(int n, double (*m)[n], char (*c)[sizeof(n)], int k[n][3]);").functions["f"]

    assert [each.type for each in function.parameters[1:]] == [
        Pointer(Array(Basic("double"), None)),
        Pointer(Array(Basic("char"), None)),
        Pointer(Array(Basic("int"), 3)),
    ]


def test_a_declarator_may_use_the_typedef_before_it(read):
    declarations = read("typedef int A, *B, (*D)(A, B);")

    assert spell(declarations.typedefs["D"].type, "D") == "int (*D)(A, B)"


def test_a_parameter_may_have_the_name_of_a_type(read):
    header = (
        "typedef int compare(int, int); void sort(int (*compare)(int, int), int size); typedef long size;"
    )

    function = read(header).functions["sort"]
    assert [each.name for each in function.parameters] == ["compare", "size"]
    assert spell(function.parameters[0].type) == "int (*)(int, int)"


def test_names_beyond_ascii(read):
    assert list(read("int größe(int $a);\nint \\u00e4(void);").functions) == ["größe", "ä"]


def test_nullability_is_kept_where_clang_takes_it(tmp_path):
    if shutil.which("clang") is None:
        pytest.skip("clang is not installed")
    header = tmp_path / "api.h"
    header.write_text("int *_Nonnull f(const char *_Nullable a, int b[_Nonnull]);", encoding="utf-8")

    function = read_header(header, compiler=find_compiler("clang")).functions["f"]
    assert function.attributes == (Attribute("_Nonnull"),)
    assert [each.attributes for each in function.parameters] == [(Attribute("_Nullable"),), ()]


@pytest.mark.parametrize(
    ("header", "names", "words"),
    [
        ("void take(int (^block)(int, char));", ["take"], "blocks are not modelled"),
        ("typedef void (^handler)(void);", ["handler"], "blocks are not modelled"),
        ("int (^a)(void), b;", ["a", "b"], "blocks are not modelled"),
    ],
)
def test_blocks_are_refused_by_name(read, header, names, words):
    declarations = read(f"{header}\nint sound(int x);")

    assert list(declarations.lost) == names
    assert all(words in diagnostic.message for diagnostic in declarations.lost.values())
    assert list(declarations.functions) == ["sound"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("int __attribute__((address_space(1))) *f(void);", "an address space of its own"),
        ("int __seg_gs *f(void);", "an address space of its own"),
        ("typedef int (__attribute__((ms_abi)) *cb)(int); cb f(void);", "calling convention `ms_abi`"),
        ("typedef int t __attribute__((mode(V4SI))); t f(void);", "a type of its own machine mode"),
    ],
)
def test_what_has_another_meaning_is_refused_by_name_also_behind_a_pointer(read, header, reason):
    declarations = read(f"{header}\nint sound(int x);")

    refused = declarations.resolve(declarations.functions["f"].returns)
    assert isinstance(refused, Unsupported)
    assert refused.reason == reason
    assert "sound" in declarations.functions


@pytest.mark.parametrize("flag", ["-fms-extensions", "-fplan9-extensions"])
def test_records_with_a_tag_are_members_where_an_extension_says_so(tmp_path, flag):
    header = tmp_path / "api.h"
    header.write_text("struct base { int t; }; struct s { struct base; int y; };", encoding="utf-8")

    def members(compiler):
        return [
            (each.name, each.type)
            for each in read_header(header, compiler=compiler).records["struct s"].fields
        ]

    assert members(find_compiler("cc")) == [("y", Basic("int"))]
    assert members(find_compiler(f"cc {flag}")) == [("", RecordRef("struct base")), ("y", Basic("int"))]


def test_declarations_that_declare_nothing_are_no_errors(read):
    declarations = read('int; struct q; ; ; typedef int; _Static_assert(1, "x");\nint f(void);')

    assert dict(declarations.lost) == {}
    assert list(declarations.functions) == ["f"]


def test_each_broken_declaration_costs_only_itself(read, place):
    header = """\
        int before(void);
        struct broken { int x; unknown_t y; };
        int needs(struct broken *by_pointer);
        int f(int a, @ b);
        enum { FIRST, 1 };
        int after(void);
    """

    declarations = read(header)
    assert list(declarations.functions) == ["before", "needs", "after"]
    assert {name: place(diagnostic.span) for name, diagnostic in declarations.lost.items()} == {
        "struct broken": "2:unknown_t",
        "f": "4:@",
        "<api.h:5:23>": "5:1",
    }
    assert declarations.records["struct broken"].fields is None
    assert "f" not in declarations.functions
