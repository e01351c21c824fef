"""The libraries that the tests here hold to contracts: several from one source, sound, nearly wrong and wrong."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

RELEASE = ("-O2", "-g")
SANITIZED = (
    "-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
)  # fmt: skip
THREADED = ("-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=thread")
BUILDS = {"": RELEASE, "_asan": SANITIZED}
VARIED = (
    "askew",
    "back",
    "byvalue",
    "costs",
    "edges",
    "fills",
    "hooked",
    "kin",
    "leaves",
    "nested",
    "overlaps",
    "owns",
    "pools",
    "refuses",
    "spans",
    "spoils",
    "stale",
    "takes",
    "texts",
)
"""Sources with the variants `sound`, `near` and `wrong`, each for release and with AddressSanitizer."""
VARIANTS = ("sound", "near", "wrong")
FURTHER = {"stale": ("forgets",)}
"""Variants that some of these sources have beyond the three."""
ON_THREADS = ("overlaps", "takes")
LIVES = (
    "sound", "near", "after_free", "twice", "shared", "kept", "left", "order", "child", "outlived", "buffer",
    "narrow",
)  # fmt: skip
"""What `lives.c` has a number for; the last ones are seen without a sanitizer as well as with one."""
LIVES_SANITIZED = ("sound", "near", "after_free", "twice", "kept")
TWINS = ("sound", "near", "emptied", "third", "refuses", "falls", "why", "backwards")
"""What `twins.c` has a number for."""
FAMILIES = (*VARIED, "shapes", "lives", "alike", "twins")


def of(family):
    """Return the libraries that are made from one source, by name, and what the compiler is told for each."""
    if family == "shapes":
        return {f"shapes{suffix}": flags for suffix, flags in BUILDS.items()}
    if family == "lives":
        made = _numbered("lives", LIVES, "DEFECT", RELEASE)
        sanitized = _numbered("lives", LIVES, "DEFECT", SANITIZED, "_asan")
        return made | {name: sanitized[name] for name in (f"lives_{each}_asan" for each in LIVES_SANITIZED)}
    if family == "alike":
        return _numbered("alike", ("first", "same", "wrong"), "VARIANT", RELEASE)
    if family == "twins":
        return _numbered("twins", TWINS, "VARIANT", RELEASE)
    builds = BUILDS | ({"_tsan": THREADED} if family in ON_THREADS else {})
    made = {}
    for suffix, flags in builds.items():
        made |= _numbered(family, (*VARIANTS, *FURTHER.get(family, ())), "VARIANT", flags, suffix)
    return made


def _numbered(family, variants, macro, flags, suffix=""):
    return {
        f"{family}_{variant}{suffix}": (*flags, f"-D{macro}={number}")
        for number, variant in enumerate(variants)
    }


def compile_all(folder, families):
    """Compile the libraries of some sources in a folder that has them, a few at a time."""

    def compile_one(job):
        name, source, flags = job
        command = ["gcc", "-std=gnu11", "-w", "-shared", "-fPIC", source, *flags]
        command += ["-o", f"lib{name}.so", "-lm", "-lpthread"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    jobs = [(name, f"{each}.c", flags) for each in families for name, flags in of(each).items()]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(compile_one, jobs))
