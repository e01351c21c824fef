from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cmake
import pytest

from own_objects import with_own_objects

HEADER = """\
#include "pack_config.h"
#include <stdint.h>
#include <stddef.h>
uint8_t pack_checksum(const uint8_t *data, size_t length);
unsigned pack_limit(void);
"""
SOURCE = """\
#include "pack.h"
#include <stdio.h>
#ifndef LIMIT
#define LIMIT 255
#endif
__attribute__((visibility("hidden"))) unsigned pack_limit(void) { return LIMIT; }
uint8_t pack_checksum(const uint8_t *data, size_t length)
{
    unsigned sum = 0;
    for (size_t i = 0; i < length; i++)
        sum = (sum + data[i]) % 255;
    if (sum > 255)
        fputs("impossible", stderr);
    return (uint8_t)sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: packing
header: ../include/pack.h
functions:
  pack_checksum:
    params: {data: {in: bytes, length: length}, length: {range: [0, 64]}}
    ensures: [result == sum(data) % 255]
  pack_limit:
    ensures: [result == 255]
"""


class Project:
    """A user's project, and commands run in it outside of any activated environment."""

    abidance = Path(sys.executable).parent / "abidance"

    def __init__(self, folder, cache):
        self.folder = folder
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ABIDANCE_", "CMAKE_", "PYTEST"))
        }
        self.environment |= {"ABIDANCE_CACHE_DIR": str(cache), "ABIDANCE_EXPLORE": "0"}
        for name in ("CI", "CC", "CFLAGS"):
            self.environment.pop(name, None)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *words, status=0):
        ran = subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ran.returncode == status, ran.stdout
        return ran.stdout

    def cmake(self, *words, **expected):
        return self.run(Path(cmake.CMAKE_BIN_DIR) / "cmake", *words, **expected)

    def ctest(self, *words, **expected):
        return self.run(Path(cmake.CMAKE_BIN_DIR) / "ctest", "--test-dir", "build", *words, **expected)


@pytest.fixture
def project(tmp_path, tmp_path_factory):
    """A library whose header includes a generated one, with a function that is hidden in the archive."""
    made = Project(tmp_path / "project", with_own_objects(tmp_path_factory.mktemp("cache")))
    made.write("include/pack.h", HEADER)
    made.write("src/pack.c", SOURCE)
    made.write("contracts/pack.contract.yaml", CONTRACT)
    return made
