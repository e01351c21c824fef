"""The libraries that the tests here hold to contracts: several from one source, sound, nearly wrong and wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from filelock import FileLock

RELEASE = ("-O2", "-g")
SANITIZED = (
    "-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
)  # fmt: skip
THREADED = ("-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=thread")
BUILDS = {"": RELEASE, "_asan": SANITIZED}
VARIED = (
    "misaligned",
    "callbacks",
    "byvalue",
    "costs",
    "edges",
    "callback_writes",
    "python_hooks",
    "outliving_handles",
    "handle_owners",
    "handle_parents",
    "process_state",
    "reentry",
    "thread_safety",
    "result_ownership",
    "allocators",
    "rejected_calls",
    "invariants",
    "heap_corruption",
    "destroyed_handles",
    "ownership_transfer",
    "texts",
    "forms",
    "wants",
    "overlaps",
    "used_handles",
    "handle_orders",
    "parsers",
    "outcomes",
    "variants",
    "windows",
    "moved_parameters",
    "parallel_lengths",
    "ranges",
    "inner_pointers",
    "lengths_in_records",
    "lent_room",
    "created_with",
    "sized_handles",
    "longer_records",
    "same_handles",
    "closed_states",
    "left_pointers",
    "places_within",
    "histories",
    "record_ends",
    "packed_records",
    "packed_arguments",
    "tagged_pointers",
)
"""Sources with the variants `sound`, `near` and `wrong`, each for release and with AddressSanitizer."""
VARIANTS = ("sound", "near", "wrong")
FURTHER = {"destroyed_handles": ("forgets",), "histories": ("forgets", "aborts")}
"""Variants that some of these sources have beyond the three."""
ON_THREADS = ("thread_safety", "ownership_transfer")
LIVES = (
    "sound", "near", "after_free", "twice", "shared", "kept", "left", "order", "child", "outlived", "buffer",
    "narrow",
)  # fmt: skip
"""What `handle_lifetimes.c` has a number for; the last ones are seen without a sanitizer as well as with one."""
LIVES_SANITIZED = ("sound", "near", "after_free", "twice", "kept")
TWINS = ("sound", "near", "emptied", "third", "refuses", "falls", "why", "backwards")
"""What `call_order.c` has a number for."""
FED_BACK = ("sound", "near", "escapes", "room", "joined", "twice")
"""What `fed_back.c` has a number for."""
ORDERED = ("sound", "near", "accepts", "forgets", "strays", "reuses", "loses", "doubles")
"""What `call_states.c` has a number for."""
COUNTED = (
    "sound",
    "near",
    "short",
    "miscounts",
    "accepts",
    "shares",
    "reverses",
    "dries",
    "indents",
    "spills",
)
"""What `counted_states.c` has a number for."""
LENT = ("sound", "near", "found", "viewed", "freed", "named")
"""What `lent_answers.c` has a number for."""
NUMBERED = ("sound", "near", "again", "stale", "positive", "beside", "forgets", "steals")
"""What `number_handles.c` has a number for."""
PARTIAL = ("sound", "near", "writes", "goes_on", "beyond", "silent", "more", "forgets")
"""What `partial_results.c` has a number for."""
ONCE = {
    "equivalence": ("first", "same", "wrong"),
    "call_order": TWINS,
    "fed_back": FED_BACK,
    "call_states": ORDERED,
    "counted_states": COUNTED,
    "number_handles": NUMBERED,
    "lent_answers": LENT,
    "borrowed_handles": VARIANTS,
    "renewed_handles": VARIANTS,
    "notified": (*VARIANTS, "twice"),
    "kept_callbacks": VARIANTS,
    "compared": VARIANTS,
    "ordered_callbacks": (
        "sound",
        "near",
        "depth",
        "name",
        "outside",
        "open",
        "again",
        "late",
        "twice",
        "value",
        "mark",
        "deep",
    ),
    "read_only_fields": VARIANTS,
    "secrets": VARIANTS,
    "exclusive_handles": VARIANTS,
    "handle_arrays": VARIANTS,
    "handles_left": VARIANTS,
    "asked_lengths": VARIANTS,
    "asked_rooms": VARIANTS,
    "lookups": VARIANTS,
    "observers": VARIANTS,
    "asked_numbers": VARIANTS,
    "asked_answers": VARIANTS,
    "asked_fractions": VARIANTS,
    "lent_pages": VARIANTS,
    "asked_preconditions": (*VARIANTS, "short"),
    "nowhere": VARIANTS,
    "kept_files": (*VARIANTS, "open"),
    "handed_handles": ("sound", "near", "copy", "late", "deaf"),
    "kept_parents": ("sound", "near", "early", "never", "late"),
    "refused_children": ("sound", "near", "taken", "lost"),
    "handle_trees": ("sound", "near", "kept", "twice", "stolen", "cleared"),
    "cursors": VARIANTS,
    "counted_texts": VARIANTS,
    "handed_on": VARIANTS,
    "flag_owners": VARIANTS,
    "partial_results": PARTIAL,
}
"""Sources with variants of their own, each for release alone."""
FAMILIES = (*VARIED, "shapes", "handle_lifetimes", *ONCE)


def of(family):
    """Return the libraries that are made from one source, by name, and what the compiler is told for each."""
    if family == "shapes":
        return {f"shapes{suffix}": flags for suffix, flags in BUILDS.items()}
    if family == "handle_lifetimes":
        made = _numbered("handle_lifetimes", LIVES, "DEFECT", RELEASE)
        sanitized = _numbered("handle_lifetimes", LIVES, "DEFECT", SANITIZED, "_asan")
        return made | {
            name: sanitized[name] for name in (f"handle_lifetimes_{each}_asan" for each in LIVES_SANITIZED)
        }
    if family in ONCE:
        return _numbered(family, ONCE[family], "VARIANT", RELEASE)
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


def mentioned(variant, words):
    """Tell whether a variant stands somewhere, by itself or behind the name of its family."""
    return re.search(rf"(?<![a-z]){variant}(?!_?[a-z])", words) is not None


def provide(folder, compiled, families, words):
    """Put into `folder` the libraries of some sources that `words` mention; they are compiled in `compiled`, once."""
    wanted = {
        name: (family, flags)
        for family in families
        for name, flags in of(family).items()
        if not (folder / f"lib{name}.so").exists() and mentioned(name.removeprefix(f"{family}_"), words)
    }
    missing = {name: job for name, job in wanted.items() if not (compiled / f"lib{name}.so").exists()}
    if missing:
        with FileLock(compiled / "lock"), ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda name: _compile(folder, compiled, name, *missing[name]), missing))
    for name in wanted:
        shutil.copy2(compiled / f"lib{name}.so", folder)


def _compile(folder, compiled, name, family, flags):
    library = compiled / f"lib{name}.so"
    if library.exists():  # another process was quicker
        return
    command = ["gcc", "-std=gnu11", "-w", "-shared", "-fPIC", f"{family}.c", *flags, "-lm", "-lpthread"]
    unfinished = library.with_suffix(".new")
    done = subprocess.run(
        [*command, "-o", unfinished], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    unfinished.rename(library)
