"""A program passes handles by a pointer to where it has them: they end, and what is left there is seen."""

from __future__ import annotations

import json
import subprocess

import pytest

from abidance.cli.main import main

HEADER = "typedef struct bx bx;\nbx *bx_new(void);\nvoid bx_free(bx **box);\nint bx_weight(const bx *box);\n"
LIBRARY = """
#include <stdlib.h>
#include "bx.h"
struct bx { int weight; };
bx *bx_new(void) { return calloc(1, sizeof(bx)); }
void bx_free(bx **box) { free(*box); if (!LEAVES) *box = 0; }
int bx_weight(const bx *box) { return (int)(long)box & 0; }
"""
USER = """
#include "bx.h"
int main(void)
{
    bx *box = bx_new(), *same = box;
    bx_weight(box);
    bx_free(&box);
    return USES ? bx_weight(same) : 0;
}
"""
CONTRACT = """
abidance: 1
boundary: bx
header: bx.h
libraries: {c: {path: libbx.so}}
handles: {bx: {create: bx_new, destroy: bx_free}}
functions:
  bx_free: {ensures: [box == null]}
  bx_weight:
"""


@pytest.mark.slow
@pytest.mark.parametrize(("leaves", "uses", "codes"), [(0, 0, set()), (1, 0, {"ABD321"}), (0, 1, {"ABD604"})])
def test_what_is_left_and_what_is_gone_is_seen(leaves, uses, codes, tmp_path):
    for name, text in (("bx.h", HEADER), ("bx.c", LIBRARY), ("user.c", USER), ("bx.contract.yaml", CONTRACT)):
        (tmp_path / name).write_text(text)
    shared = ["cc", "-shared", "-fPIC", f"-DLEAVES={leaves}", "-o", "libbx.so", "bx.c"]
    subprocess.run(shared, cwd=tmp_path, check=True)
    linked = ["-L.", "-lbx", f"-Wl,-rpath,{tmp_path}"]
    subprocess.run(["cc", f"-DUSES={uses}", "-o", "user", "user.c", *linked], cwd=tmp_path, check=True)

    out = tmp_path / "trace.json"
    words = ["trace", str(tmp_path / "bx.contract.yaml"), "--format", "json", "-o", str(out)]
    main([*words, "--", str(tmp_path / "user")])

    assert {each["code"] for each in json.loads(out.read_text())["findings"]} == codes
