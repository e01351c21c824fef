"""Targets for engines, as somebody writes them by hand: one library of small functions, one function for each entry."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from abidance.native.campaign import Assignment, Limits, explore
from abidance.native.executable import build_executable
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.coverage import coverage_flags
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import Artifact
from abidance.toolchain.runtimes import runtimes_for

SUBJECTS = Path(__file__).parent / "engine_subjects"
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")

TARGET = """\
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int (*function)(const uint8_t *, size_t);

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    void *library = dlopen(getenv("ABIDANCE_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "%s\\n", dlerror());
        exit(4);
    }
    function = (int (*)(const uint8_t *, size_t))dlsym(library, getenv("ABIDANCE_ENTRY"));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *shown = getenv("ABIDANCE_SHOW"), *known = getenv("ABIDANCE_KNOWN");
    if (shown)
        printf("{\\"begin\\": \\"\\"}\\n{\\"function\\": \\"%s\\", \\"size\\": %zu}\\n",
               getenv("ABIDANCE_ENTRY"), size);
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, data, size);
    int answer = function(copy, size);
    free(copy);
    const char *words = answer == 1000 ? "too large" : "far too large";
    char key[64];
    snprintf(key, sizeof key, "ABD330:f:%s;", words);
    if (answer >= 1000 && !(known && strstr(known, key))) {
        fprintf(stderr, "ABIDANCE-FINDING ABD330 f step 0: %s\\n", words);
        abort();
    }
    return 0;
}
"""


@dataclass(frozen=True)
class Subject:
    """A library, and the program that calls it."""

    executable: object

    def explore(self, entry, *, seconds=1.0, runs=0, seed=1, time_limit=0.4, only_seeds=False, **more):
        """Return what exploring one function comes to."""
        limits = Limits(
            seconds=seconds, executions=runs, time_limit=time_limit, memory=300 << 20, only_seeds=only_seeds
        )
        return explore(Assignment(self.executable, entry, seed=seed, limits=limits, **more))


def compiled(folder, code, *flags, command="", covered=True, engine="own", name="lib.so"):
    """Return the subject made of the code of a library."""
    compiler = find_compiler(command or None)
    source, library = folder / f"{name}.c", folder / name
    source.write_text(code)
    kind = "guards" if engine == "afl++" else "edges"
    instrumented = coverage_flags(compiler.family, kind) if covered else ()
    words = [
        *compiler.command,
        "-shared",
        "-fPIC",
        "-g",
        f"-I{SUBJECTS}",
        *(flags or ("-O2",)),
        *instrumented,
    ]
    subprocess.run([*words, "-o", library, source], check=True)
    facts = read_library(library)
    artifact = Artifact("demo", "release", library, library, facts.sanitizers, runtimes_for(facts, compiler))
    return Subject(build_executable(TARGET, artifact, engine))
