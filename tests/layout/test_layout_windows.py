"""Layouts for Windows come from COFF objects: `long` has four bytes there, and bit-fields go by Microsoft's rules."""

from __future__ import annotations

import shutil

import pytest

HEADER = """
struct mixed { char tag; long wide; void *at; long double real; wchar_t_ character; };
struct bits { char first : 4; int second : 4; int : 0; unsigned long long third : 40; unsigned fourth : 3; };
struct one { unsigned a : 3; unsigned b : 5; };
enum color { RED = -1, GREEN };
struct { int x; struct { char inner; int deep[3]; }; } anonymous;
#define LIMIT 0x7fffffffL
#define BELOW (-5)
long long total(struct mixed *m, long n);
"""
TARGETS = {
    "x86_64-w64-mingw32": ("clang", 8, 16),
    "x86_64-pc-windows-msvc": ("clang", 8, 8),
    "i686-w64-mingw32": ("clang", 4, 12),
    "aarch64-pc-windows-msvc": ("clang", 8, 8),
}


@pytest.fixture(params=TARGETS)
def target(request):
    if shutil.which("clang") is None:
        pytest.skip("clang is not installed")
    return request.param


def test_layouts_are_read_from_coff(layout, target):
    command, pointer, real = TARGETS[target]
    text = HEADER.replace("wchar_t_", "__WCHAR_TYPE__")

    ran = layout(text, "--cc", command, "--target", target, "--format", "json")

    assert ran.code == 0, ran.err
    fields = ran.types["struct mixed"]["fields"]
    assert (fields["wide"]["offset"], fields["wide"]["size"]) == (4, 4)  # LLP64
    assert fields["at"]["size"] == pointer
    assert fields["real"]["size"] == real
    assert fields["character"]["size"] == 2
    # A bit-field of another type begins a unit of its own (MS-ABI; `-mno-ms-bitfields` would pack them).
    bits = {name: each["bits"] for name, each in ran.types["struct bits"]["fields"].items()}
    assert bits == {"first": [0, 4], "second": [32, 4], "third": [64, 40], "fourth": [128, 3]}
    assert ran.types["struct bits"]["size"] == 24
    assert [each["bits"] for each in ran.types["struct one"]["fields"].values()] == [[0, 3], [3, 5]]
    assert ran.types["enum color"]["values"] == {"RED": -1, "GREEN": 0}
    assert (ran.document["constants"]["LIMIT"], ran.document["constants"]["BELOW"]) == (0x7FFFFFFF, -5)


@pytest.mark.full
def test_gccs_own_layouts_of_bit_fields_are_asked_for_by_an_attribute(layout, target):
    text = "struct __attribute__((gcc_struct)) s { char a : 4; int b : 4; };"

    ran = layout(text, "--cc", "clang", "--target", target, "--format", "json")
    if "mingw" in target:
        assert [each["bits"] for each in ran.types["struct s"]["fields"].values()] == [[0, 4], [4, 4]]


def test_the_same_header_for_this_machine_is_laid_out_otherwise(layout):
    ran = layout(HEADER.replace("wchar_t_", "__WCHAR_TYPE__"), "--format", "json")

    fields = ran.types["struct mixed"]["fields"]
    assert (fields["wide"]["size"], fields["character"]["size"]) == (8, 4)
