"""`abidance init` as a person uses it: a header, a library, a contract that runs, and the header's next version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abidance.cli.main import main
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.pkg_config import installed_packages

HEADER = """\
#include <stddef.h>
/** Things in boxes. */
typedef struct box box;
typedef enum box_status { BOX_OK, BOX_ERR_FULL /**< there is no room */ } box_status;
/** Makes a box; NULL when memory is exhausted. */
box *box_new(void);
/** Ends a box. */
void box_free(box *b);
/** Puts text into a box. */
box_status box_put(box *b, const char *text, size_t len);
/** Returns the sum of `count` values. */
long box_sum(const int *values, size_t count);
/** Gives `*used` the bytes that are used. */
void box_used(const box *b, size_t *used);
int box_fill(char *out);
int box_remove_file(const char *path);
void box_tidy(int how);
"""
SOURCE = """\
#include "box.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
struct box { char text[8]; size_t used; };
box *box_new(void) { return calloc(1, sizeof(box)); }
void box_free(box *b) { free(b); }
box_status box_put(box *b, const char *text, size_t len)
{
    if (len > sizeof b->text - b->used) return BOX_ERR_FULL;
    memcpy(b->text + b->used, text, len);
    b->used += len;
    return BOX_OK;
}
long box_sum(const int *values, size_t count) { long sum = 0; while (count--) sum += values[count]; return sum; }
void box_used(const box *b, size_t *used) { *used = b->used; }
int box_fill(char *out) { memset(out, 7, 1000); return 0; }
int box_remove_file(const char *path) { return unlink(path); }
static void clear(int how) { if (how) unlink("kept.txt"); }
void box_tidy(int how) { clear(how); }
"""


@pytest.fixture
def init(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command in a folder with header and library."""
    monkeypatch.chdir(tmp_path)
    Path("box.h").write_text(HEADER)
    Path("box.c").write_text(SOURCE)

    def call(*words):
        code = main([str(word) for word in words])
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return call


@pytest.mark.slow
def test_a_header_that_gathers_those_of_another_folder_stands_for_them(init, tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    Path("all.h").write_text('#include "../box.h"\n#include <string.h>\n')

    assert init("init", "all.h")[0] == 0
    made = Path("all.contract.yaml").read_text()
    assert "  box_put:" in made
    assert "strlen" not in made


@pytest.mark.slow
def test_a_contract_is_drafted_that_loads_and_finds_nothing_in_a_sound_library(init):
    made = find_compiler().compile_shared([Path("box.c")], Path("libbox.so"), ("-O2", "-fno-inline"), ())
    assert made.ok
    Path("kept.txt").write_text("kept")

    code, out, _ = init("init", "box.h", "--library", "./libbox.so")

    assert (code, out.splitlines()[0]) == (
        0,
        "wrote box.contract.yaml   5 functions, 1 handle, 2 buffers with their lengths",
    )
    text = Path("box.contract.yaml").read_text()
    assert "# TODO box_fill: what `out` points to" in text
    assert "# box_tidy: its code leads to `unlink`" in text
    assert "# box_remove_file: its code leads to `unlink`" in text
    assert "errors: {BOX_ERR_FULL: there is no room}" in text
    code, out, _ = init("check", "box.contract.yaml")
    assert code == 0
    assert "note: 1 `TODO` open in box.contract.yaml, in line" in out
    code, out, _ = init("run", "box.contract.yaml", "--max-examples", "2", "--explore", "0", "--seed", "1")
    assert code == 0, out
    assert Path("kept.txt").exists()


@pytest.mark.slow
def test_a_contract_that_is_there_is_not_overwritten(init):
    Path("box.contract.yaml").write_text("mine")

    code, _, err = init("init", "box.h")

    assert (code, Path("box.contract.yaml").read_text()) == (2, "mine")
    assert "`--force` replaces it" in err
    assert init("init", "box.h", "-o", "-")[1].startswith("abidance: 1\n")
    Path("contract.schema.json").write_text("{}")
    assert init("init", "box.h", "-o", "-")[1].startswith(
        "# yaml-language-server: $schema=contract.schema.json\n"
    )
    assert Path("box.contract.yaml").read_text() == "mine"


@pytest.mark.slow
def test_an_update_adds_what_is_new_says_what_is_gone_and_keeps_every_other_byte(init):
    init("init", "box.h", "--prefix", "box_")
    written = Path("box.contract.yaml").read_text().replace("box_sum:", "box_sum:        # mine, as it is")
    Path("box.contract.yaml").write_text(written)
    changed = HEADER.replace(
        "long box_sum(const int *values, size_t count);", "int box_count(const box *b, _Bool all);"
    )
    changed = changed.replace("size_t len);", "size_t len, const char *tag);")
    changed = changed.replace("BOX_OK,", "BOX_OK, BOX_ERR_TAG,")
    Path("box.h").write_text(changed)

    code, out, _ = init("init", "--update", "box.contract.yaml")

    after = Path("box.contract.yaml").read_text()
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith(("added", "gone"))] == [
        "added: function `box_count`",
        "added: parameter `tag` of `box_put`",
        "added: status `BOX_ERR_TAG` of `box_put`",
        "gone from the header, and still in the contract: function `box_sum`",
    ]
    assert "box_sum:        # mine, as it is" in after
    lines = after.splitlines()
    assert [line for line in written.splitlines() if line not in lines] == [
        "      status: {ok: [BOX_OK], errors: {BOX_ERR_FULL: there is no room}}"
    ]
    assert "tag: {in: string}" in after
    assert "BOX_ERR_FULL: there is no room, BOX_ERR_TAG: err tag" in after
    assert init("init", "--update", "box.contract.yaml")[1].splitlines() == [
        "gone from the header, and still in the contract: function `box_sum`"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["text", "__text"])
def test_an_update_takes_reserved_names_with_their_underscores_and_without(init, name):
    Path("box.h").write_text(HEADER.replace("*text", "*__text"))
    init("init", "box.h", "--prefix", "box_")
    written = Path("box.contract.yaml").read_text()
    assert " text:" in written
    Path("box.contract.yaml").write_text(written.replace(" text:", f" {name}:"))

    code, out, _ = init("init", "--update", "box.contract.yaml")

    assert code == 0
    assert "text" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["init"], "no header is given"),
        (["init", "nothing.h"], "there is no header `nothing.h`"),
        (["init", "box.h", "--library", "z", "--cargo", "."], "`--library` and `--cargo` name two libraries"),
        (["init", "box.h", "--cmake", "."], "`--cmake` and `--target` come together"),
        (
            ["init", "box.h", "--update", "box.contract.yaml"],
            "`--update` reads the header that the contract names",
        ),
        (["init", "--update", "none.contract.yaml"], "none.contract.yaml"),
    ],
)
def test_mistakes_are_said(init, words, message):
    code, _, err = init(*words)

    assert code == 2
    assert message in err


@pytest.mark.slow
def test_an_update_adds_the_fields_that_a_record_has_now(init):
    record = "typedef struct opts { const char *name; int level; } opts;\nint opts_use(const opts *o);\n"
    Path("opts.h").write_text(record)
    written = (
        "abidance: 1\nboundary: opts\nheader: opts.h\n"
        "types:\n  opts:\n    fields:\n      name: {to: string}   # mine\n"
        "functions:\n  opts_use: {params: {o: {in: opts}}}\n"
    )
    Path("opts.contract.yaml").write_text(written)
    assert (
        init("init", "--update", "opts.contract.yaml")[1]
        == "opts.contract.yaml has all that its header has.\n"
    )
    more = "int level; const char *title; const int *marks; size_t marks_len; void *extra; }"
    Path("opts.h").write_text("#include <stddef.h>\n" + record.replace("int level; }", more))

    code, out, _ = init("init", "--update", "opts.contract.yaml")

    assert code == 0
    added = [f"added: field `opts.{name}`" for name in ("title", "marks", "extra")]
    assert [line for line in out.splitlines() if line.startswith("added")] == added
    assert Path("opts.contract.yaml").read_text() == written.replace(
        "      name: {to: string}   # mine\n",
        "      name: {to: string}   # mine\n"
        "      title: {to: string}\n"
        "      marks: {to: array, length: marks_len}\n"
        "      extra: {nullable: true}\n",
    )
    assert init("check", "opts.contract.yaml")[0] == 0
    Path("opts.h").write_text(record.replace("const char *name; ", ""))
    out = init("init", "--update", "opts.contract.yaml")[1]
    assert "gone from the header, and still in the contract: field `opts.name`\n" in out


@pytest.mark.slow
def test_what_a_header_needs_is_included_first_in_one_beside_the_contract(init):
    Path("out.h").write_text("int out_line(FILE *to, size_t n);\nint out_count(int level);\n")

    code, out, _ = init("init", "out.h")

    assert code == 0
    assert "  `out.h` compiles only after `<stdio.h>`: `out_first.h` includes both.\n" in out
    assert Path("out_first.h").read_text().endswith('#include <stdio.h>\n#include "out.h"\n')
    text = Path("out.contract.yaml").read_text()
    assert "boundary: out\n" in text
    assert "\nheader: out_first.h\nprefix: out_\n" in text
    assert "  out_count:\n" in text
    assert init("check", "out.contract.yaml")[0] == 0
    assert (
        init("init", "--update", "out.contract.yaml")[1] == "out.contract.yaml has all that its header has.\n"
    )
    code, _, err = init("init", "out.h", "-o", "-")
    assert code == 2
    assert "`out.h` compiles only after `<stdio.h>`" in err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "drafted"),
    [
        (["--prefix", "lib_"], ["lib_part_sum", "lib_whole_a", "lib_whole_b"]),
        (["--prefix", "lib_part"], ["lib_part_sum"]),
        ([], ["lib_whole_a", "lib_whole_b"]),  # what the names of its own have in common is `lib_whole_`
    ],
)
def test_a_prefix_takes_what_a_library_exports_of_the_headers_beside(asked, drafted, init):
    """`check` says of a contract with that prefix that it does not have them."""
    Path("part.h").write_text("int lib_part_sum(int level);\n")
    Path("whole.h").write_text('#include "part.h"\nint lib_whole_a(void);\nint lib_whole_b(void);\n')
    Path("whole.c").write_text(
        "int lib_part_sum(int n) { return n; } int lib_whole_a(void) { return 1; } int lib_whole_b(void) { return 2; }"
    )
    made = find_compiler().compile_shared([Path("whole.c")], Path("libwhole.so"), ("-O2",), ())
    assert made.ok

    assert init("init", "whole.h", "--library", "./libwhole.so", *asked)[0] == 0
    text = Path("whole.contract.yaml").read_text()
    assert sorted(re.findall(r"^  (lib_\w+):$", text, re.MULTILINE)) == drafted
    _, out, _ = init("check", "whole.contract.yaml")
    assert ("not in whole.contract.yaml" in out) == (not asked)


@pytest.mark.parametrize("const", ["", "const "])
@pytest.mark.parametrize(
    "maker", ["", "tree_map *tree_map_new(void); tree_map *tree_map_copy(const tree_map *map);"]
)
def test_of_an_object_that_another_header_makes_it_is_told_what_makes_one(const, maker, init):
    """`trie_new` of `<datrie/trie.h>` takes an `AlphaMap`, which `<datrie/alpha-map.h>` makes."""
    Path("map.h").write_text(f"typedef struct tree_map tree_map;\n{maker}\n")
    Path("tree.h").write_text(
        f'#include "map.h"\ntypedef struct tree tree;\ntree *tree_new({const}tree_map *map);\n'
        "void tree_free(tree *t);\nint tree_sum(const int *ns);\n"
    )

    assert init("init", "tree.h")[0] == 0
    text = Path("tree.contract.yaml").read_text()
    told = (
        "how a `tree_map` comes about: `tree_map_new` of `map.h` makes one; draft a header that includes both"
    )
    plain = "how much `map` points to" if const else "what `map` points to"
    assert f"# TODO tree_new: {told if maker else plain}" in text
    assert "# TODO tree_sum: how much `ns` points to" in text
    Path("both.h").write_text('#include "map.h"\n#include "tree.h"\n')
    assert init("init", "both.h")[0] == 0
    assert ("handle: tree_map" in Path("both.contract.yaml").read_text()) == bool(maker)


def test_a_prefix_takes_functions_of_the_parts_that_a_header_includes(init):
    Path("part.h").write_text("int lib_part_sum(int level);\n")
    Path("whole.h").write_text('#include "part.h"\nint lib_whole(void);\n')

    assert init("init", "whole.h", "--prefix", "lib_part")[0] == 0
    text = Path("whole.contract.yaml").read_text()
    assert "  lib_part_sum:\n" in text
    assert "lib_whole" not in text

    code, _, err = init("init", "whole.h", "--prefix", "lob_", "-o", "-")
    assert code == 2
    assert "no function of `whole.h` has a name that begins with `lob_`" in err
    assert "those that are there begin with `lib_`" in err


def test_a_number_behind_an_enumerator_is_not_what_it_means(init):
    told = (
        "typedef enum { LB_OK, LB_BAD_HANDLE, /* 1 */ LB_ERROR_FULL /* 2 - there is no room */ } lb_code;\n"
    )
    Path("lb.h").write_text(told + "lb_code lb_put(int level);\n")

    init("init", "lb.h")
    text = Path("lb.contract.yaml").read_text()
    assert "LB_BAD_HANDLE: bad handle" in text
    assert "LB_ERROR_FULL: there is no room" in text


@pytest.mark.slow
def test_a_header_that_includes_another_first_is_read_instead(init):
    Path("part.h").write_text("int lib_part(const lib_text *t);\nint lib_sum(int level);\n")
    Path("whole.h").write_text('typedef char lib_text;\n#include "part.h"\nint lib_whole(void);\n')

    code, out, _ = init("init", "part.h")

    assert code == 0
    assert "  `part.h` does not compile alone: `whole.h`, which includes it, is read instead.\n" in out
    text = Path("part.contract.yaml").read_text()
    assert "\nheader: whole.h\nselect:\n  functions:\n    - lib_part\n    - lib_sum\n" in text
    assert "lib_whole" not in text
    assert init("check", "part.contract.yaml")[0] == 0


@pytest.fixture
def packaged(monkeypatch):
    """Install a package, as far as its `.pc` file tells, in the folder of the test."""
    for folder in ("lib/one", "lib/two"):
        Path(folder).mkdir(parents=True)
    Path("lib/two/types.h").write_text("typedef int num;\n")
    Path("lib/one/sum.h").write_text("#include <types.h>\nnum sum_of(num level);\n")
    Path("lib/sums.pc").write_text("Cflags: -I${pcfiledir}/one\nRequires: types\n")
    Path("lib/types.pc").write_text("Cflags: -I${pcfiledir}/two\n")
    monkeypatch.setenv("PKG_CONFIG_PATH", str(Path("lib").absolute()))
    installed_packages.cache_clear()
    yield
    installed_packages.cache_clear()


@pytest.mark.parametrize(
    ("header", "note"),
    [
        ("<sum.h>", "`sums.pc` says where `sum.h` is, and what it needs."),
        ("lib/one/sum.h", "`sums.pc` says what `sum.h` needs."),
    ],
)
def test_the_package_of_a_header_says_where_it_is_and_what_it_needs(init, packaged, header, note):
    code, out, err = init("init", header)

    assert code == 0, err
    assert f"  {note}\n" in out
    text = Path("sum.contract.yaml").read_text()
    assert "include_dirs: [lib/one, lib/two]\n" in text
    assert "  sum_of:\n" in text
    assert init("check", "sum.contract.yaml")[0] == 0


def test_the_library_behind_a_linker_script_is_found_by_its_symbols(init, monkeypatch):
    made = find_compiler().compile_shared([Path("box.c")], Path("libbox.so.1"), ("-O2", "-fno-inline"), ())
    assert made.ok
    Path("libbox.so").write_text("/* as a package has it */\nINPUT(libbox.so.1 -lm)\n")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(Path().absolute()))

    code, out, err = init("init", "box.h")

    assert code == 0, err
    assert "  The library was found by its symbols: 8 of 8 functions.\n" in out
    assert "libraries:\n  box: {name: box}\n" in Path("box.contract.yaml").read_text()
    assert init("check", "box.contract.yaml")[0] == 0


@pytest.mark.parametrize(("each", "is_found"), [(8, True), (7, False)])
def test_a_library_with_one_of_the_widths_that_a_header_has_is_found(each, is_found, init, monkeypatch):
    names = [f"wide_{number}" for number in range(each)]
    Path("wide.c").write_text("\n".join(f"int {name}_8(void) {{ return 1; }}" for name in names))
    widths = [f"int {name}_{width}(void);" for width in (8, 16, 32) for name in names]
    Path("wide.h").write_text("\n".join(widths) + "\n")
    assert find_compiler().compile_shared([Path("wide.c")], Path("libwide8.so"), (), ()).ok
    monkeypatch.setenv("LD_LIBRARY_PATH", str(Path().absolute()))

    code, out, err = init("init", "wide.h")

    assert code == 0, err
    words = f"The library was found by its symbols: {each} of {3 * each} functions."
    assert (words in out) is is_found


@pytest.mark.parametrize(
    ("own", "is_there"),
    [
        ("int ps_set_sum(int n);", False),  # it includes the other one for a type
        (
            "int ps_set_sum(int n); int ps_end(void);",
            True,
        ),  # both begin with `ps_`: a header of the whole library
        ("int ps_set_sum(int n); int set_end(void);", True),
    ],
)
def test_functions_of_headers_that_another_includes_are_drafted_where_their_names_begin_alike(
    own, is_there, init
):
    Path("ps_text.h").write_text("typedef int ps_length;\nps_length ps_text_length(int n);\n")
    Path("ps_set.h").write_text(f'#include "ps_text.h"\nint ps_set_size(int n);\n{own}\n')
    names = ("ps_text_length", "ps_set_size", "ps_set_sum", "ps_end", "set_end")
    Path("ps.c").write_text("".join(f"int {name}(int n) {{ return n; }}\n" for name in names))
    assert find_compiler().compile_shared([Path("ps.c")], Path("libps.so"), (), ()).ok

    code, _, err = init("init", "ps_set.h", "--library", "./libps.so")

    assert code == 0, err
    text = Path("ps_set.contract.yaml").read_text()
    assert "ps_set_size:" in text
    assert ("ps_text_length:" in text) is is_there


def test_a_creator_that_copies_is_not_the_first_to_ask_about(init):
    Path("set.h").write_text(
        "typedef struct set set;\nset *set_copy(set *from);\nset *set_create(void *(*reserve)(int), void *data);\n"
        "void set_free(set *s);\n"
    )

    code, _, err = init("init", "set.h")

    assert code == 0, err
    text = Path("set.contract.yaml").read_text()
    assert "TODO set_copy: how a `set` comes about: `set_create` is left out as well" in text
