from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

AWKWARD = """
#define LIMIT 7
#define handler inner.handler
typedef enum { LOW = -1, HIGH } level;
enum { LONE = 4 };
struct bits { unsigned a : 3; int : 2; int b : 7; char c; };
struct outer {
    int kind;
    union { long l; struct { char low; unsigned flag : 3; }; };
    struct { int x; } array[3], *pointer;
    struct { char c; } named;
};
typedef struct { char c; } *handle;
typedef struct opaque opaque;
typedef int wide __attribute__((aligned(16)));
struct wide_one { wide w; __int128 q; };
struct plain { char c; double d; };
struct plain echo(struct plain it);
struct bits give(void);
int print(const char *format, ...);
"""


def test_the_document_is_as_its_schema_says(layout):
    schema = json.loads(
        files("abidance.report").joinpath("schema/layout.schema.json").read_text(encoding="utf-8")
    )

    jsonschema.validate(layout(AWKWARD, "--format", "json").document, schema)


def test_a_record_has_its_size_its_alignment_and_its_members(layout):
    plain = layout(AWKWARD, "--format", "json").types["struct plain"]

    assert (plain["kind"], plain["size"], plain["align"], plain["binding"]) == ("struct", 16, 8, "ctypes")
    assert {name: (it["offset"], it["bits"]) for name, it in plain["fields"].items()} == {
        "c": (0, None),
        "d": (8, None),
    }


def test_a_bit_field_has_its_first_bit_and_its_width(layout):
    bits = layout(AWKWARD, "--format", "json").types["struct bits"]

    assert {name: (it["offset"], it["bits"]) for name, it in bits["fields"].items()} == {
        "a": (0, [0, 3]),
        "b": (0, [5, 7]),
        "c": (2, None),
    }
    assert bits["binding"] == "raw"
    assert "bit-fields" in bits["reason"]


def test_members_of_anonymous_members_are_members_of_the_record(layout):
    fields = layout(AWKWARD, "--format", "json").types["struct outer"]["fields"]

    assert {name: it["offset"] for name, it in fields.items()} == {
        "kind": 0,
        "l": 8,
        "low": 8,
        "flag": 9,
        "array": 16,
        "pointer": 32,
        "named": 40,
    }
    assert fields["flag"]["bits"] == [72, 3]


def test_types_that_c_cannot_name_go_by_the_members_that_lead_to_them(layout):
    types = layout(AWKWARD, "--format", "json").types

    assert types["struct outer.array"]["size"] == 4
    assert types["struct outer.named"]["size"] == 1
    assert types["*handle"]["fields"]["c"]["offset"] == 0


def test_typedefs_enums_constants_and_opaque_types_are_told_of(layout):
    document = layout(AWKWARD, "--format", "json").document
    types = document["types"]

    assert (types["wide"]["size"], types["wide"]["align"], types["wide"]["of"]) == (4, 16, "int")
    assert types["level"] | {"declared": ""} == {
        "kind": "enum",
        "size": 4,
        "align": 4,
        "values": {"LOW": -1, "HIGH": 0},
        "signed": True,
        "binding": "ctypes",
        "own": True,
        "declared": "",
    }
    assert (types["struct opaque"]["size"], types["struct opaque"]["binding"]) == (None, "refused")
    assert types["opaque"]["of"] == "struct opaque"
    assert document["constants"] == {"HIGH": 0, "LIMIT": 7, "LONE": 4, "LOW": -1}


def test_each_function_says_how_it_is_called(layout):
    functions = layout(AWKWARD, "--format", "json").document["functions"]

    assert {name: it["binding"] for name, it in functions.items()} == {
        "echo": "ctypes",
        "give": "stub",
        "print": "refused",
    }
    assert functions["echo"]["declaration"] == "struct plain echo(struct plain it)"


def test_types_of_included_headers_are_there_and_are_not_its_own(layout):
    types = layout("#include <time.h>\nstruct s { time_t t; };", "--format", "json").types

    assert types["struct s"]["own"]
    assert types["time_t"]["own"]
    assert not types["struct timespec"]["own"]


def test_types_that_are_asked_for_come_alone(layout):
    ran = layout(AWKWARD, "bits", "struct plain", "wide", "level", "--format", "json")

    assert list(ran.types) == ["level", "struct bits", "wide", "struct plain"]
    assert ran.document["constants"] == {"HIGH": 0, "LOW": -1}


def test_a_type_that_is_not_there_is_an_error_that_names_the_nearest(layout):
    ran = layout(AWKWARD, "struct plane", "--format", "json")

    assert ran.code == 2
    assert ran.document["outcome"] == "errored"
    assert "the header has no type `struct plane`" in ran.err
    assert "did you mean `struct plain`?" in ran.err


def test_another_machine_is_asked_without_running_anything(layout, target):
    text = "struct s { char c; long l; void *p; unsigned a : 3, b : 7; };"

    document = layout(text, "--target", target, "--format", "json").document
    record = document["types"]["struct s"]
    assert (document["endianness"], record["size"]) == ("big", 16)
    assert record["fields"]["b"] | {"declaration": ""} == {
        "offset": 12,
        "bits": [99, 7],
        "size": None,
        "declaration": "",
    }


@pytest.fixture
def target():
    if not shutil.which("clang"):
        pytest.skip("clang is not installed")
    return "powerpc-linux-gnu"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--cc", "gcc", "--target", "aarch64-linux-gnu"), "compiles for x86_64-linux-gnu only"),
        (("--cc", "clang", "--target", "no-such-machine"), "cannot compile for `no-such-machine`"),
        (("--cc", "clang", "--target", "x86_64-apple-darwin"), "neither ELF nor COFF"),
        (("--emit", "c-asserts", "--format", "json"), "`--emit` writes source"),
        (("--emit", "asserts"), "there is no `asserts`; did you mean `c-asserts`?"),
        (("-D", "9=1"), "names no macro"),
    ],
)
def test_what_cannot_be_asked_is_one_error(layout, target, words, complaint):
    ran = layout("struct s { int x; };", *words)

    assert ran.code in {2, 3}
    assert complaint in ran.err
    assert ran.err.count("error[") == 1


def test_a_declaration_that_is_lost_costs_only_itself_and_is_told(layout):
    ran = layout("struct good { int x; };\nint broken(int (;\nstruct also { char c; };", "--format", "json")

    assert ran.code in {2, 3}
    assert "api.h:2" in ran.err


def test_a_contract_stands_for_its_boundary(layout, tmp_path):
    (tmp_path / "some.contract.yaml").write_text(
        "abidance: 1\nboundary: some\nheader: api.h\nlibraries: {c: {path: libsome.so}}\n"
        "functions:\n  echo: {}\n",
        encoding="utf-8",
    )
    (tmp_path / "libsome.so").write_bytes(b"")
    layout(AWKWARD)

    ran = layout("", "some.contract.yaml", "--format", "json")
    assert [name for name, type_ in ran.types.items() if type_["own"]] == ["struct plain"]
    assert list(ran.document["functions"]) == ["echo"]


@pytest.mark.slow
def test_a_header_that_wants_a_standard_one_before_it_gets_it(layout, compiles):
    text = "struct reader { FILE *from; size_t read; };\nint reader_open(struct reader *it);\n"

    document = layout(text, "--format", "json").document
    assert document["included_before"] == ["stdio.h"]
    assert document["types"]["struct reader"]["size"] == 16

    layout(text, "--emit", "c-asserts", "-o", "reader.c")
    assert compiles("gcc", "reader.c") == ""


@pytest.mark.slow
def test_a_header_that_wants_another_of_its_project_before_it_is_told_so(layout, tmp_path):
    (tmp_path / "first.h").write_text("typedef struct { int x; } first;\n", encoding="utf-8")
    text = "struct second { first it; };\n"

    alone = layout(text)
    assert alone.code == 3
    assert "unknown type name" in alone.err
    assert (
        layout(text, "--include", "first.h", "-I", ".", "--format", "json").types["struct second"]["size"]
        == 4
    )


def test_a_macro_with_the_name_of_a_typedef_is_not_in_its_way(layout):
    ran = layout(
        "typedef struct pair { int x, y; } pair;\n#define pair pair\n#define alias int\n", "--format", "json"
    )

    assert ran.code == 0
    assert ran.types["pair"]["size"] == 8


def test_a_record_that_cannot_go_by_value_is_bound_by_pointer(layout):
    ran = layout(
        "#include <stdarg.h>\nstruct listed { long before; va_list list; };\n"
        "int by_pointer(struct listed *listed);\nint by_value(struct listed listed);\n",
        "--format",
        "json",
    )

    listed = ran.types["struct listed"]
    assert (listed["binding"], listed["size"], listed["reason"][:15]) == ("raw", 32, "by pointer only")
    bindings = {name: it["binding"] for name, it in ran.document["functions"].items()}
    assert bindings == {"by_pointer": "ctypes", "by_value": "refused"}


def test_parts_that_a_header_takes_from_bits_are_its_own(layout, tmp_path_factory):
    system = tmp_path_factory.mktemp("system")
    (system / "bits").mkdir()
    (system / "bits" / "calls.h").write_text("double part(double x);\n", encoding="utf-8")
    (system / "other.h").write_text("#include <bits/deep.h>\nint other(void);\n", encoding="utf-8")
    (system / "bits" / "deep.h").write_text("int deep(void);\n", encoding="utf-8")

    header = "# include <bits/calls.h>\n#include <other.h>\nint own(void);\n"
    ran = layout(header, "-I", str(system), "--format", "json")

    assert sorted(ran.document["functions"]) == ["own", "part"]


@pytest.mark.slow
def test_the_c_librarys_functions_are_its_headers_own(layout):
    if not Path("/usr/include/bits/mathcalls.h").exists() and not [
        *Path("/usr/include").glob("*/bits/mathcalls.h")
    ]:
        pytest.skip("not glibc's math.h")
    ran = layout("", "/usr/include/math.h", "--format", "json")

    assert ran.document["functions"]["sin"]["binding"] == "ctypes"
