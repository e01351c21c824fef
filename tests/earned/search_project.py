"""Small projects of one header, with a C or Rust library for each source, run with a fixed seed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

BUILD = "{command: [sh, -c, 'gcc -shared -fPIC -g -O1 $CFLAGS %s.c -o lib%s.so'], artifact: lib%s.so}"
CARGO = '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n'

HANDLE = """\
typedef struct q_box q_box;
q_box *q_new(void);
void q_free(q_box *box);
int q_add(q_box *box, int n);
int q_reset(q_box *box);
"""
LIFE = """\
handles:
  q_box: {create: q_new, destroy: q_free}
functions:
  q_new: {returns: {nullable: false}}
  q_free: {}
  q_add: {params: {n: {range: [0, 100]}}}
  q_reset: {}
"""
BOX = """\
struct q_box { int sum, count; void *extra; };
q_box *q_new(void) { return calloc(1, sizeof(q_box)); }
void q_free(q_box *box) { %s free(box); }
int q_add(q_box *box, int n) { %s box->sum += n; return ++box->count; }
int q_reset(q_box *box) { %s box->sum = 0; return 0; }
"""


@dataclass
class SearchProject:
    path: Path
    code: int = 0

    def run(self, header, contract, *options, builds="release", **sources):
        """Run a contract over libraries, one for each source, and return the JSON document."""
        (self.path / "q.h").write_text(f"#include <stddef.h>\n{header}")
        libraries = "".join(f"  {name}: {self._library(name, text)}\n" for name, text in sources.items())
        whole = f"abidance: 1\nboundary: q\nheader: q.h\nprefix: q_\nlibraries:\n{libraries}"
        (self.path / "q.contract.yaml").write_text(f"{whole}builds: [{builds}]\n{contract}")
        self.code = main(["run", "q.contract.yaml", "--format=json=r.json", "--seed", "1", *options])
        return json.loads((self.path / "r.json").read_text())

    def _library(self, name, text):
        if "extern" in text:
            (self.path / "rust" / "src").mkdir(parents=True)
            (self.path / "rust" / "Cargo.toml").write_text(CARGO % name)
            (self.path / "rust" / "src" / "lib.rs").write_text(text)
            return "{cargo: rust}"
        (self.path / f"{name}.c").write_text(f'#include <stdlib.h>\n#include "q.h"\n{text}')
        return BUILD % (name, name, name)


def codes(document):
    return sorted(each["code"] for each in document["findings"])
