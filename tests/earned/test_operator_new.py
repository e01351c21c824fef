"""C++ libraries: the look at `operator new` while a library is loaded ends no process, whatever it belongs to."""

from __future__ import annotations

import pytest

from tiers import full

pytestmark = pytest.mark.full

HEADER = '#ifdef __cplusplus\nextern "C"\n#endif\nint q_sum(int n);\n'
ARRAY = """
    int q_sum(int n) {
        int *all = new int[n + 1](), sum = 0;
        for (int i = 0; i <= n; i++) sum += all[i];
        END;
        return sum;
    }
"""
POOL = """
    #include <cstddef>
    static char pool[1 << 20];
    static size_t used;
    void *operator new[](size_t size) {
        char *block = pool + used;
        used = (used + size + 15) % (sizeof pool / 2) & ~size_t(15);
        return block;
    }
    void operator delete[](void *block) noexcept {
        if ((char *)block < pool || (char *)block > pool + sizeof pool) __builtin_trap();
    }
    void operator delete[](void *block, size_t) noexcept { operator delete[](block); }
"""
CONTRACT = """\
libraries:
  it: {{command: [sh, -c, "g++ $CXXFLAGS -shared -fPIC -g -o libit.so it.cpp {flags}"], artifact: libit.so}}
builds: [{build}]
functions:
  q_sum: {{params: {{n: {{range: [0, 100]}}}}, ensures: [result == 0]}}
"""


@pytest.mark.parametrize(
    ("build", "end", "codes"),
    [
        ("release", "delete[] all", []),
        full("asan+ubsan", "delete[] all", []),
        ("asan+ubsan", "delete all", ["ABD303"]),
    ],
)
def test_arrays_of_a_library_in_cpp_are_judged(small, build, end, codes):
    small.write(HEADER, CONTRACT.format(build=build, flags="-w"))
    (small.folder / "it.cpp").write_text('#include "it.h"\n' + ARRAY.replace("END", end))

    ended = small.command("run", "--seed", "1", "--max-examples", "10")

    assert (ended.status, ended.codes) == (1 if codes else 0, codes), ended.text


def test_a_pool_behind_operator_new_is_not_given_back_to_another_allocator(small):
    small.write(HEADER, CONTRACT.format(build="release", flags="-w"))
    (small.folder / "it.cpp").write_text('#include "it.h"\n' + POOL + ARRAY.replace("END", "delete[] all"))

    ended = small.command("run", "--seed", "1", "--max-examples", "10")

    assert ended.status == 3
    assert ended.codes == ["ABD020"]
    assert "its `operator new[]`" in ended.text
