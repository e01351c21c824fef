"""Debug information in its other places is read, or refused by name; without any the evidence is less."""

from __future__ import annotations

import subprocess

import pytest
from binaries import binary_facts, declaration, gaps, level, library, need, run

from abidance.abi.facts import UNKNOWN, Family
from abidance.toolchain.elf_image import open_image

SOURCE = """\
typedef struct item { struct item *next; int value; } item;
enum kind { ONE, TWO };
int take(const item *list, enum kind k) { return list ? list->value + k : 0; }
void nothing(void) {}
long total = 4;
"""
OTHER = """\
typedef struct item { struct item *next; int value; } item;
int also(item *list, long more) { return list->value + more; }
"""


def whole(facts):
    """Tell that the facts are those of SOURCE with nothing missing."""
    assert gaps(facts) == ()
    assert level(facts) == "LAYOUTS"
    assert declaration(facts, "take") == "int take(const item *list, enum kind k)"
    assert [field.name for field in facts.records["struct item"].fields] == ["next", "value"]
    return True


@pytest.mark.parametrize(
    "flag", ["-gz=zlib", "-gz=zlib-gnu", "-fdebug-types-section", "-gdwarf-4", "-gdwarf-3", "-gdwarf64"]
)
def test_sections_in_other_forms_are_read(tmp_path, flag):
    assert whole(binary_facts(library(tmp_path, SOURCE, flag)))


def test_compression_that_is_not_read_is_named(tmp_path):
    path = library(tmp_path, SOURCE)
    data = bytearray(path.read_bytes())
    run("objcopy", "--compress-debug-sections=zlib", str(path), str(tmp_path / "z.so"))
    data = bytearray((tmp_path / "z.so").read_bytes())
    with (tmp_path / "z.so").open("rb") as file:
        for section in open_image(file).sections:
            if section.flags & 0x800:
                data[section.offset : section.offset + 4] = (2).to_bytes(4, "little")
    (tmp_path / "z.so").write_bytes(data)

    facts = binary_facts(tmp_path / "z.so")

    assert any("compressed with zstd" in gap for gap in gaps(facts))
    assert level(facts) == "NOTHING"
    assert facts.functions["take"].signature is UNKNOWN


def test_a_stripped_library_has_names_and_no_types(tmp_path):
    facts = binary_facts(library(tmp_path, SOURCE, "-s"))

    assert level(facts) == "NOTHING"
    assert gaps(facts) == ("no debug information",)
    assert facts.functions["take"].signature is UNKNOWN
    assert facts.variables["total"].type is UNKNOWN
    assert facts.variables["total"].size == 8
    assert Family.TYPES not in facts.knows


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_line_tables_alone_are_no_types(tmp_path, compiler):
    facts = binary_facts(library(tmp_path, SOURCE, "-g1", compiler=compiler))

    assert level(facts) == "NOTHING"
    assert facts.functions["take"].signature is UNKNOWN
    assert facts.functions["nothing"].signature is UNKNOWN
    assert Family.TYPES not in facts.knows


def test_one_unit_without_debug_information_lowers_what_is_known(tmp_path):
    (tmp_path / "a.c").write_text(SOURCE)
    (tmp_path / "b.c").write_text(OTHER)
    run("gcc", "-g", "-fPIC", "-c", "a.c", cwd=tmp_path)
    run("gcc", "-g0", "-fPIC", "-c", "b.c", cwd=tmp_path)
    run("gcc", "-shared", "a.o", "b.o", "-o", "libx.so", cwd=tmp_path)

    facts = binary_facts(tmp_path / "libx.so")

    assert declaration(facts, "take") == "int take(const item *list, enum kind k)"
    assert facts.functions["also"].signature is UNKNOWN
    assert gaps(facts) == ("no debug information for `also`",)
    assert Family.TYPES in facts.knows  # of what is described


def separated(tmp_path, *link):
    path = library(tmp_path, SOURCE, *link)
    debug = tmp_path / "libx.so.debug"
    run("objcopy", "--only-keep-debug", str(path), str(debug))
    run("objcopy", "--strip-all", f"--add-gnu-debuglink={debug}", str(path))
    return path, debug


def test_a_debug_link_is_followed_beside_the_library(tmp_path):
    path, debug = separated(tmp_path)
    assert whole(binary_facts(path))

    (tmp_path / ".debug").mkdir()
    debug.rename(tmp_path / ".debug" / debug.name)
    assert whole(binary_facts(path))


def test_a_debug_link_to_another_build_is_not_followed(tmp_path):
    path, debug = separated(tmp_path)
    debug.write_bytes(debug.read_bytes() + b"\0")

    assert level(binary_facts(path)) == "NOTHING"


def test_a_debug_file_that_is_named_is_taken(tmp_path):
    path, debug = separated(tmp_path, "-Wl,--build-id")
    debug.rename(tmp_path / "elsewhere")
    run("objcopy", "--remove-section=.gnu_debuglink", str(path))

    assert level(binary_facts(path)) == "NOTHING"
    assert whole(binary_facts(path, debug_file=tmp_path / "elsewhere"))


def test_the_debug_file_of_another_build_is_refused_by_name(tmp_path):
    path, _ = separated(tmp_path, "-Wl,--build-id")
    (tmp_path / "other").mkdir()
    _, debug = separated(tmp_path / "other", "-Wl,--build-id=0x0123456789")

    facts = binary_facts(path, debug_file=debug)

    assert any("another build" in gap for gap in gaps(facts))
    assert level(facts) == "NOTHING"


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("version", ["-gdwarf-5", "-gdwarf-4"])
def test_split_debug_information_is_read_and_named_when_it_is_gone(tmp_path, compiler, version):
    (tmp_path / "a.c").write_text(SOURCE)
    (tmp_path / "b.c").write_text(OTHER)
    for name in "ab":
        run(compiler, "-g", version, "-gsplit-dwarf", "-O1", "-fPIC", "-c", f"{name}.c", cwd=tmp_path)
    run(compiler, "-shared", "a.o", "b.o", "-o", "libx.so", cwd=tmp_path)

    facts = binary_facts(tmp_path / "libx.so")
    assert whole(facts)
    assert declaration(facts, "also") == "int also(item *list, long more)"
    assert facts.functions["take"].span.path.name == "a.c"

    (tmp_path / "a.dwo").unlink()
    assert any("`a.dwo` is not there" in gap for gap in gaps(binary_facts(tmp_path / "libx.so")))


@pytest.mark.parametrize(
    ("packer", "version"), [("dwp", "-gdwarf-4"), ("llvm-dwp", "-gdwarf-4"), ("llvm-dwp", "-gdwarf-5")]
)
def test_a_package_of_split_units_is_read(tmp_path, version, packer):
    need(packer)
    (tmp_path / "a.c").write_text(SOURCE)
    (tmp_path / "b.c").write_text(OTHER)
    for name in "ab":
        run("gcc", "-g", version, "-gsplit-dwarf", "-O1", "-fPIC", "-c", f"{name}.c", cwd=tmp_path)
    run("gcc", "-shared", "a.o", "b.o", "-o", "libx.so", cwd=tmp_path)
    packed = subprocess.run(
        [packer, "a.dwo", "b.dwo", "-o", "libx.so.dwp"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if packed.returncode:
        pytest.skip(f"{packer} cannot pack this: {packed.stderr.splitlines()[0]}")
    for name in "ab":
        (tmp_path / f"{name}.dwo").unlink()

    facts = binary_facts(tmp_path / "libx.so")

    assert whole(facts)
    assert declaration(facts, "also") == "int also(item *list, long more)"


def dwz(tmp_path, *arguments):
    need("dwz")
    for name, text in (("a", SOURCE), ("b", OTHER)):
        (tmp_path / f"{name}.c").write_text(text)
        run("gcc", "-g", "-gdwarf-4", "-fPIC", "-c", f"{name}.c", cwd=tmp_path)
    run("gcc", "-shared", "a.o", "b.o", "-o", "libx.so", cwd=tmp_path)
    run("gcc", "-shared", "b.o", "-o", "liby.so", cwd=tmp_path)
    run("dwz", *arguments, "libx.so", "liby.so", cwd=tmp_path)
    return tmp_path / "libx.so"


def test_what_dwz_shares_within_a_file_is_read(tmp_path):
    assert whole(binary_facts(dwz(tmp_path)))


def test_what_dwz_moves_to_a_common_file_is_read_or_named(tmp_path):
    path = dwz(tmp_path, "-m", "common.debug")
    assert whole(binary_facts(path))

    (tmp_path / "common.debug").unlink(missing_ok=True)
    facts = binary_facts(path)
    assert any("dwz" in gap for gap in gaps(facts))
