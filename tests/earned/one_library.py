"""A library of two functions, of which the first does something to the process and the second nothing."""

from __future__ import annotations

import json
import subprocess

from abidance.cli.main import main

HEADER = """
#ifndef B_H
#define B_H
int aaa_leaves(int n);
int good(int n);
#endif
"""
CONTRACT = """
abidance: 1
boundary: b
header: b.h
libraries: {c: {path: libb.so}}
may: [%s]
functions:
  aaa_leaves: {}
  good: {}
"""
INCLUDES = """
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif
#include <unistd.h>
#include "b.h"
"""


class OneLibrary:
    """Builds the library of one body in a folder, runs its contract, and reads the report."""

    def __init__(self, folder, capsys):
        self.folder = folder
        self.capsys = capsys

    def __call__(self, body, *, outside="", may="", options=(), examples=20):
        """Return the exit status, and what the report has of each function's `properties`, with the codes found."""
        folder = self.folder
        (folder / "b.h").write_text(HEADER)
        (folder / "b.c").write_text(
            f"{INCLUDES}{outside}\nint aaa_leaves(int n) {{ {body} return n; }}\nint good(int n) {{ return n; }}\n"
        )
        how = ["-shared", "-fPIC", "-O1", "-g", "-w", "-o", "libb.so"]
        subprocess.run(["cc", *how, "b.c"], cwd=folder, check=True)
        (folder / "b.contract.yaml").write_text(CONTRACT % may)
        limits = ["--max-examples", str(examples), "--seed", "1"]
        status = main(["run", "b.contract.yaml", *limits, "--format", "json", *options])
        printed = self.capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        self.document = json.loads(printed.out)
        for item in self.document["items"]:
            found = self.document["findings"]
            item["codes"] = {each["code"] for each in found if each["function"] == item["function"]}
        judged = [item for item in self.document["items"] if item["phase"] == "properties"]
        return status, {item["function"]: item for item in judged}
