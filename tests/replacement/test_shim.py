"""`abidance drop-in --shim`: the draft of a crate that exports a boundary's C names."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import textwrap

import pytest

from abidance.cli.main import main
from abidance.core.errors import UsageError
from abidance.replacement.shim import crate
from abidance.replacement.shim.crate import Dependency
from abidance.toolchain.elf import read_library

HEADER = """\
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
typedef enum { PK_OK, PK_FULL = 3 } pk_status;
typedef struct pk_box pk_box;
typedef int (*pk_each)(void *context, const char *name);
typedef struct {
    uint16_t kind;
    union { double real; struct { int low, high; } range; };
    struct { long first; } inner[2];
    pk_each each;
} pk_item;
typedef struct { unsigned low : 3, high : 5; } pk_bits;
typedef struct { char tag; int number; } __attribute__((packed)) pk_packed;
pk_box *pk_new(int room);
void pk_free(pk_box *box);
int pk_used(const pk_box *box);
pk_status pk_put(pk_box *box, const uint8_t *data, size_t size, int type);
pk_status pk_out(const char *text, char *out, size_t *size);
int pk_item_size(pk_item item, long double wide);
int pk_bit(pk_bits bits);
int pk_look(const pk_item *item, pk_bits *bits, const pk_packed *packed, FILE *to);
int pk_log(const char *format, ...);
int pk_vlog(const char *format, va_list values);
static inline int pk_one(void) { return 1; }
typedef struct { int at; } pk_state;
int pk_begin(pk_state *state);
void pk_end(pk_state *state);
int pk_key(int wide, int rounds, void *key);
double pk_half(double x) __asm__("pk_half_of");
"""
CONTRACT = """\
abidance: 1
boundary: pk
header: pk.h
prefix: pk_
libraries: {c: {name: pk}, rust: {cargo: rust}}
handles:
  pk_box: {create: pk_new, destroy: pk_free}
  pk_state: {create: pk_begin, destroy: pk_end}
functions:
  pk_new:
    params: {room: {range: [1, 9]}}
    returns: {nullable: true}
    rejects: [{when: {room: {range: [-5, 0]}}, returns: null}]
  pk_free:
  pk_used: {returns: {status: {ok: 0.., errors: {..-1: there is none}}}}
  pk_put:
    params: {data: {in: bytes, length: size}, size: {range: [0, 8]}, type: {one_of: [0, 1]}}
    returns: {status: {ok: [PK_OK], errors: {PK_FULL: there is no room}}}
    rejects:
      - {when: {data: null, size: {range: [1, 8]}}, returns: PK_FULL}
      - {when: {type: {one_of: [2, 7]}}, returns: PK_FULL}
  pk_out:
    params: {text: {in: string}, out: {out: bytes, capacity: size, length: size}, size: {inout: size_t, range: [0, 9]}}
    returns: {status: {ok: [PK_OK], errors: {PK_FULL: there is no room}}}
  pk_begin: {returns: {status: {ok: [0], errors: {-1: no state}}}}
  pk_end:
  pk_key:
    params:
      wide: {range: [0, 1]}
      rounds: {range: [0, 9]}
      key: {out: bytes, capacity: "min(rounds, 4) if wide == PK_OK else 16"}
    returns: {status: {ok: [0], errors: {-1: no key}}, errno: set_on_failure}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "pk.h").write_text(HEADER)
    (tmp_path / "pk.contract.yaml").write_text(CONTRACT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cargo") is None, reason="there is no cargo")
def test_a_draft_compiles_refuses_what_it_has_to_and_does_nothing_else(folder, capsys):
    words = ["gcc", "-shared", "-o", "libold.so", "-Wl,-soname,libpk.so.4", "-x", "c", "/dev/null"]
    subprocess.run(words, check=True)
    (folder / "pk.contract.yaml").write_text(CONTRACT.replace("{name: pk}", "{path: libold.so}"))

    status = main(["drop-in", "pk.contract.yaml", "--shim", "rust"])

    told = capsys.readouterr().out
    assert status == 0, told
    assert "exports 10 functions" in told
    for left_out in (
        "`pk_item_size`: Rust has no `long double`",
        "`pk_bit`: a `pk_bits` is passed by value, of which Rust has only bytes: it has bit-fields",
        "`pk_log`: stable Rust defines no function with `...`",
        "`pk_vlog`: Rust has no",
        "`pk_one`: the header has its body",
    ):
        assert left_out in told
    assert "--to rust" in told
    source = (folder / "rust/src/lib.rs").read_text()
    assert source.startswith("//! A DRAFT")
    assert "todo!" not in source
    for view in (
        "let state = unsafe { from_c::place(state) };",
        "let state = unsafe { state.as_mut() };",
        "if wide == PK_OK as c_int { usize::min(from_c::count(rounds), 4) } else { 16 }",
        "// where it fails, `from_c::set_errno` says why",
    ):
        assert view in source
    assert "write rust/build.rs" in told
    subprocess.run(["cargo", "build", "-q", "--offline"], cwd=folder / "rust", check=True)
    library = ctypes.CDLL(str(folder / "rust/target/debug/libpk.so"))
    assert library.pk_put(None, None, ctypes.c_size_t(1), 0) == 3
    assert library.pk_put(None, b"a", ctypes.c_size_t(1), 7) == 3
    assert library.pk_out(b"a", None, None) == 3
    assert library.pk_new(0) == 0
    assert library.pk_used(None) == -1
    assert library.pk_half_of is not None
    assert read_library(folder / "rust/target/debug/libpk.so").soname == "libpk.so.4"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cargo") is None, reason="there is no cargo")
def test_a_crate_does_not_take_the_name_of_a_library_that_rust_itself_needs(folder, capsys):
    contract = """
        abidance: 1
        boundary: numbers
        header: <stdlib.h>
        libraries: {c: {name: c}, rust: {cargo: rust}}
        functions: {labs: {}}
    """
    (folder / "numbers.contract.yaml").write_text(textwrap.dedent(contract))

    assert main(["drop-in", "numbers.contract.yaml", "--shim", "rust"]) == 0

    assert "build.rs" not in capsys.readouterr().out
    assert not (folder / "rust/build.rs").exists()
    assert 'name = "numbers"' in (folder / "rust/Cargo.toml").read_text()


@pytest.mark.unit
@pytest.mark.parametrize("name", ["Cargo.toml", "src/lib.rs", "build.rs"])
def test_a_file_that_is_there_stays_as_it_is(name, folder, capsys):
    path = folder / "rust" / name
    path.parent.mkdir(parents=True)
    path.write_text("mine")

    assert main(["drop-in", "pk.contract.yaml", "--shim", "rust"]) == 2

    assert f"`rust/{name}` is there already" in capsys.readouterr().err
    assert path.read_text() == "mine"


@pytest.mark.unit
def test_without_cargo_nothing_is_written(folder, capsys, monkeypatch):
    monkeypatch.setattr(crate, "find_tool", lambda _: None)

    assert main(["drop-in", "pk.contract.yaml", "--shim", "rust"]) == 3

    assert "the draft is compiled by `cargo`, which was not found" in capsys.readouterr().err
    assert not (folder / "rust").exists()


@pytest.mark.unit
def test_crates_are_named_by_version_or_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    folder = tmp_path / "rust"
    assert Dependency.of("lz4_flex@0.11.3").line(folder) == 'lz4_flex = "=0.11.3"'
    assert Dependency.of("codec=codec").line(folder) == 'codec = { path = "../codec" }'
    with pytest.raises(UsageError):
        Dependency.of("lz4_flex")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--shim", "rust", "--to", "rust"), "does not go with `--to`"),
        (("--to", "rust"), "`--from` is missing"),
        (("--from", "c", "--to", "rust", "--crate", "a@1"), "`--crate` goes with `--shim`"),
    ],
)
def test_options_that_do_not_go_together(words, told, folder, capsys):
    assert main(["drop-in", "pk.contract.yaml", *words]) == 2

    assert told in capsys.readouterr().err
