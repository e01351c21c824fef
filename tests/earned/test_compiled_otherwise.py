"""What a library's compiler has noted of its options is held against how its header is read, and who watches."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.full

HEADER = """
typedef enum kind { A, B } kind;
typedef struct item { char tag; kind kind; } item;
int get(int n, item *out);
"""
SOURCE = "int get(int n, item *out) { out->kind = B; out->tag = 'x'; return 0; }\n"
CONTRACT = """
functions:
  get: {params: {n: {range: [0, 9]}, out: {out: item}}, returns: {status: {ok: [0]}}}
"""


@pytest.mark.parametrize("flag", ["-fshort-enums", "-fpack-struct", "-fpack-struct=2"])
def test_an_option_that_changes_layouts_is_not_judged(small, monkeypatch, flag):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=(flag,), examples=5)

    assert ended.status == 3, ended.text
    assert f"`it` is compiled with `{flag}`, and its header is read without" in ended.text
    monkeypatch.setenv("CC", f"cc {flag}")
    ended = small.command("run", "--seed", "1", "--max-examples", "5")
    assert (ended.status, ended.codes) == (0, []), ended.text


def test_what_is_taken_back_changes_nothing(small):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=("-fshort-enums", "-fno-short-enums"), examples=5)

    assert ended.status == 0, ended.text


def test_files_without_the_sanitizer_are_named(small):
    small.write(
        "int one(int n);\nint two(int n);\n",
        """
        builds: [asan]
        libraries:
          it:
            command: [sh, -c, 'cc $CFLAGS -fPIC -c a.c && cc -g -fPIC -c b.c && cc -shared $CFLAGS a.o b.o -o lib.so']
            artifact: lib.so
        functions: {one: {params: {n: {range: [0, 9]}}}, two: {params: {n: {range: [0, 9]}}}}
        """,
    )
    (small.folder / "a.c").write_text("int a[4]; int one(int n) { return a[n & 3]; }\n")
    (small.folder / "b.c").write_text("int b[4]; int two(int n) { return b[n & 3]; }\n")
    ended = small.command("run", "--seed", "1", "--max-examples", "5")

    assert ended.status == 0, ended.text
    assert "what `asan` would see in `b.c` of `it`: compiled without it" in ended.text
