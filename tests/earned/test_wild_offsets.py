"""An index that is wrong by one or by half a gigabyte, either way: no such access passes, on any build.

Beside the argument lie guard pages or red zones; further away nothing of ours may be, least of all what results are
noted down in.
"""

from __future__ import annotations

import itertools
import subprocess

import pytest

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.plan import Access, Address, Block, Call, Flush, Plan, Relocation, Value
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import Artifact
from abidance.toolchain.runtimes import runtime_of, try_preload
from tiers import first

KIB, MIB = 1 << 10, 1 << 20
DISTANCES = (
    1, 3, 64, 4095, 4097, 64 * KIB + 1, 132 * KIB, MIB, MIB + 4097, 2 * MIB, 4 * MIB, 7 * MIB + 13, 16 * MIB,
    32 * MIB, 33 * MIB + 4097, 64 * MIB, 100 * MIB + 1, 128 * MIB, 256 * MIB, 511 * MIB + 4097, 512 * MIB,
)  # fmt: skip
OFFSETS = tuple(sign * distance for distance in DISTANCES for sign in (1, -1))
SOURCE = """
struct holder { unsigned char *text; long spare; };
int reads(const unsigned char *p, long at) { return ((const volatile unsigned char *)p)[at]; }
int writes(unsigned char *p, long at) { ((volatile unsigned char *)p)[at] ^= 0x55; return 0; }
int reads_behind(const struct holder *p, long at) { return ((const volatile unsigned char *)p->text)[at]; }
int writes_behind(struct holder *p, long at) { ((volatile unsigned char *)p->text)[at] ^= 0x55; return 0; }
"""
SIZES = (1, 24, 4000)
"""What a search draws; where a block lies hangs on it."""


@pytest.fixture(scope="module", params=first(["release", "asan"]))
def supervisor(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wild")
    (folder / "wild.c").write_text(SOURCE)
    sanitizers = frozenset({request.param} - {"release"})
    flags = ["-fsanitize=address"] if sanitizers else []
    library = folder / "libwild.so"
    command = ["gcc", "-shared", "-fPIC", "-g", "-O1", *flags, "wild.c", "-o", str(library)]
    subprocess.run(command, cwd=folder, check=True)
    preload = ()
    if sanitizers:
        runtime = runtime_of(find_compiler("gcc"), request.param)
        if runtime is None or not try_preload(runtime).works:
            pytest.skip("no runtime of gcc for asan works here")
        preload = (runtime,)
    artifact = Artifact("wild", request.param, library, library, sanitizers, preload)
    with Supervisor(WorkerSpec.of(artifact)) as made:
        yield made


def access(symbol, offset, size, *, behind, writable, flush):
    """Return a plan of one access, with other arguments' memory beside it as calls have."""
    kind = Access.WRITE if writable else Access.READ
    beside = [Block(64, 8, each, b"") for each in (Access.READ, Access.WRITE)] * 20
    aimed = Block(size, 1, kind, b"x")
    holder = Block(16, 8, Access.READ, bytes(16))
    blocks, relocations = (aimed, *beside), ()
    if behind:
        blocks, relocations = (holder, *beside, aimed), (Relocation(0, 0, len(beside) + 1, 0),)
    call = Call(symbol, "p,i64>i32", (Address(0), Value((offset % (1 << 64)).to_bytes(8, "little"))))
    return Plan(blocks, relocations, (call,), flush=flush)


def passes(supervisor, symbol, offset, **more):
    """Tell whether nothing is seen of an access from the first byte, or the last, in any place that a search tries."""
    for size, flush in itertools.product(SIZES, Flush):
        at = offset + size - 1 if offset > 0 else offset
        seen = supervisor.run(access(symbol, at, size, flush=flush, **more))
        if seen.death is not None or seen.damage or seen.modified:
            return False
    return True


@pytest.mark.parametrize("behind", first([False, True]), ids=["argument", "behind a record"])
@pytest.mark.parametrize(
    ("symbol", "writable"),
    first([("reads", False), ("writes", True), ("reads", True), ("writes", False)], 2),
    ids=["read of in", "write to out", "read of out", "write to in"],
)
def test_no_wild_offset_passes(supervisor, symbol, writable, behind):
    name = f"{symbol}_behind" if behind else symbol

    passed = [at for at in (0, *OFFSETS) if passes(supervisor, name, at, behind=behind, writable=writable)]

    assert passed == ([] if symbol == "writes" and not writable else [0])
