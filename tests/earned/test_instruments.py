"""An instrument that is off, blinded or starved: what it was to see is not passed, and sound code is not blamed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from abidance.cli.main import main
from tiers import first, full

pytestmark = pytest.mark.full

HEADER = """
#ifndef Q_H
#define Q_H
int q_len(const char *text);
#endif
"""
CONTRACT = """
abidance: 1
boundary: q
header: q.h
libraries: {c: {path: libq.so}}
functions:
  q_len:
    params: {text: {in: string, max: 20}}
    examples: [{text: abc}]
"""
SOUND = """
#include <stdlib.h>
#include <string.h>
int q_len(const char *text) {
    size_t n = strlen(text) + 1;
    char *copy = malloc(n);
    if (copy == NULL) return -1;
    memcpy(copy, text, n);
    int length = (int)strlen(copy);
    free(copy);
    return length;
}
"""
DEFECTS = {
    "sound": SOUND,
    "past": SOUND.replace("malloc(n)", "malloc(n - 1)"),
    "leaks": SOUND.replace("free(copy);", ""),
    "reads": SOUND.replace("memcpy(copy, text, n)", "memcpy(copy, text, n); copy[0] = text[n + 8191]"),
}


@pytest.fixture(scope="session")
def libraries(tmp_path_factory):
    """The library, sound and with each of its defects, for release and with AddressSanitizer."""
    home = tmp_path_factory.mktemp("libraries")
    for name, text in DEFECTS.items():
        (home / f"{name}.c").write_text(text)
        flags = ("-shared", "-fPIC", "-g", "-O1", "-fno-builtin")
        subprocess.run(["gcc", *flags, f"{name}.c", "-o", f"{name}.so"], cwd=home, check=True)
    return home


@pytest.fixture(scope="session")
def filled_cache(tmp_path_factory):
    """A cache that has all that a run needs."""
    return tmp_path_factory.mktemp("filled") / "cache"


@pytest.fixture
def judged(tmp_path, libraries, filled_cache):
    """Judge one of the libraries in an environment; return the exit status, and the JSON document."""
    for name, text in (("q.h", HEADER), ("q.contract.yaml", CONTRACT)):
        (tmp_path / name).write_text(text)

    def judge(library, *words, cache=filled_cache, before=(), **environment):
        source = libraries / f"{library}.so" if isinstance(library, str) else library
        shutil.copyfile(source, tmp_path / "libq.so")
        ran = subprocess.run(
            [*before, sys.executable, "-m", "abidance", "run", "q.contract.yaml", "--format", "json",
             "--phase", "examples", "--seed", "1", *words],
            cwd=tmp_path,
            env={**os.environ, "ABIDANCE_CACHE_DIR": str(cache), **environment},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert "Traceback" not in ran.stderr
        found = (
            json.loads(ran.stdout) if ran.stdout.startswith("{") else {"errors": [ran.stdout + ran.stderr]}
        )
        assert ran.returncode == found.get("exit_code", ran.returncode)
        return ran.returncode, found

    return judge


def fill(cache, judged):
    """Have a cache hold all that a run needs, once."""
    if not (cache / "v1").exists():
        judged("sound", cache=cache)


def reasons(document):
    """Return the codes and messages of why items were not judged."""
    return {(each["code"], each["message"]) for item in document["items"] for each in item["reasons"]}


ODD = ("with space", "with:colon", "with\nline", "mit Ümlaut; und : allem")


@pytest.mark.slow
@pytest.mark.native
@pytest.mark.parametrize("name", first(ODD))
def test_whatever_the_cache_is_called_the_heap_is_watched(name, judged, filled_cache, tmp_path):
    fill(filled_cache, judged)
    cache = tmp_path / name
    shutil.copytree(filled_cache, cache)

    assert judged("past", cache=cache)[0] == 1


def test_where_the_dynamic_linker_finds_nothing_by_its_name_nothing_is_passed(judged, filled_cache, tmp_path):
    fill(filled_cache, judged)
    cache = tmp_path / "with$LIB"  # ld.so(8): it puts another word in place of that
    shutil.copytree(filled_cache, cache)

    assert judged("past", cache=cache)[0] == 3


@pytest.mark.parametrize("name", ["with space", "with:colon"])
def test_whatever_home_is_called_the_heap_is_watched(name, judged, filled_cache, tmp_path):
    fill(filled_cache, judged)
    home = tmp_path / name
    shutil.copytree(filled_cache, home / ".cache" / "abidance")
    environment = {"HOME": str(home), "XDG_CACHE_HOME": "", "ABIDANCE_CACHE_DIR": ""}

    assert judged("past", **environment)[0] == 1
    assert judged("sound", **environment)[0] == 0


def damaged(file, how):
    """Spoil a file of the cache."""
    whole = file.read_bytes()
    corruption = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "damaged": whole[:200] + bytes(200) + whole[400:],
        "no ELF": b"#!/bin/sh\n",
    }
    file.chmod(0o755)
    file.write_bytes(corruption[how])


@pytest.mark.parametrize(
    ("which", "how"),
    [
        *(("abidance_heap.so", how) for how in ("empty", "cut", "damaged", "no ELF")),
        ("abidance_watch.so", "damaged"),
        *(full("abidance_watch.so", how) for how in ("empty", "cut", "no ELF")),
    ],
)
def test_a_spoiled_object_in_the_cache_is_made_anew(which, how, judged, filled_cache, tmp_path):
    fill(filled_cache, judged)
    cache = tmp_path / "cache"
    shutil.copytree(filled_cache, cache)
    (file,) = cache.glob(f"v1/objects/*/*/{which}")
    damaged(file, how)

    assert judged("past", cache=cache)[0] == 1
    assert judged("sound", cache=cache)[0] == 0


OWN = """
static char own[1 << 16];
static unsigned long used;
%s void *malloc(unsigned long n) { void *at = own + used; used += (n + 31) & ~15ul; return at; }
%s void free(void *block) { (void)block; }
"""
ELSEWHERE = {
    "a definition of its own": (OWN % ("", ""), ("-Wl,-Bsymbolic",)),
    "a hidden definition": (OWN % (('__attribute__((visibility("hidden")))',) * 2), ()),
}


@pytest.mark.slow
@pytest.mark.native
@pytest.mark.parametrize("how", first(ELSEWHERE))
def test_a_library_with_an_allocator_of_its_own_is_not_judged_by_its_heap(how, judged, tmp_path):
    text, flags = ELSEWHERE[how]
    (tmp_path / "own.c").write_text(text + DEFECTS["past"])
    command = ["gcc", "-shared", "-fPIC", "-w", "-O1", "-fno-builtin", *flags, "own.c", "-o", "own.so"]
    subprocess.run(command, cwd=tmp_path, check=True)

    code, document = judged(tmp_path / "own.so")

    assert code == 3
    ((name, message),) = reasons(document)
    assert name == "ABD020"
    assert "`libq.so` has memory from another allocator than the one that is watched: its `malloc`" in message


OTHERS = """
#include <stddef.h>
#include <string.h>
static char pool[1l << 31];
static size_t used;
void *malloc(size_t n) {
    size_t at = __atomic_fetch_add(&used, (n + 47) & ~(size_t)15, __ATOMIC_RELAXED);
    *(size_t *)(pool + at) = n;
    return pool + at + 16;
}
void free(void *block) { (void)block; }
void *calloc(size_t n, size_t m) { return memset(malloc(n * m), 0, n * m); }
size_t malloc_usable_size(void *block) { return block ? *(size_t *)((char *)block - 16) : 0; }
void *realloc(void *block, size_t n) {
    void *to = malloc(n);
    if (block) memcpy(to, block, malloc_usable_size(block) < n ? malloc_usable_size(block) : n);
    return to;
}
"""


@pytest.fixture
def shim(tmp_path):
    """Compile something that the user has preloaded, and return its path."""

    def make(text):
        (tmp_path / "shim.c").write_text(text)
        command = ["gcc", "-shared", "-fPIC", "-w", "-O1", "-fno-builtin", "shim.c", "-o", "shim.so", "-ldl"]
        subprocess.run(command, cwd=tmp_path, check=True)
        return str(tmp_path / "shim.so")

    return make


def test_an_allocator_that_the_user_preloads_stands_behind_the_one_that_watches(judged, shim):
    allocator = shim(OTHERS)

    assert judged("past", LD_PRELOAD=allocator)[0] == 1
    assert judged("sound", LD_PRELOAD=allocator)[0] == 0


DENIED = {
    "signal handlers": (
        """#include <signal.h>
        int sigaction(int number, const struct sigaction *new, struct sigaction *old) { return 0; }""",
        "reads",
        "guard pages",
    ),
    "protection": (
        """#include <errno.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int mprotect(void *at, unsigned long n, int how) {
            if (how == 1 && n < 1ul << 20) { errno = EPERM; return -1; }
            return how ? syscall(SYS_mprotect, at, n, how) : 0;
        }""",
        "sound",
        "read-only inputs",
    ),
    "looks at memory": (
        """#include <errno.h>
        long process_vm_readv() { errno = EPERM; return -1; }
        int pipe(int *ends) { errno = EMFILE; return -1; }""",
        "sound",
        "pointer reader",
    ),
    "a look at the umask": ("int umask(int to) { return 022; }", "sound", "process state"),
    "a list of threads": (
        """#define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <string.h>
        int stat(const char *path, void *to) {
            if (!strncmp(path, "/proc", 5)) { errno = ENOENT; return -1; }
            return ((int (*)(const char *, void *))dlsym((void *)-1l, "stat"))(path, to);
        }""",
        "sound",
        "process state",
    ),
}


@pytest.mark.parametrize("what", DENIED)
def test_what_is_denied_to_an_instrument_is_told_and_nothing_passes(what, judged, shim):
    text, defect, instrument = DENIED[what]
    preloaded = shim(text)

    code, document = judged(defect, LD_PRELOAD=preloaded)

    assert code == 3
    ((name, message),) = reasons(document)
    assert name == "ABD020"
    assert message.startswith(f"the {instrument} of the worker did not see a planted fault: ")
    assert all(item["help"] for each in document["items"] for item in each["reasons"])


@pytest.mark.slow
@pytest.mark.native
def test_a_c_library_whose_allocator_cannot_be_watched_is_told(monkeypatch, small):
    monkeypatch.setattr("abidance.execute.launch.heap_path", lambda: None)  # as where it is not glibc
    clauses = CONTRACT.partition("functions:")[2]

    ended = small.run(HEADER, DEFECTS["past"], f"functions:{clauses}", "--phase", "examples")

    assert ended.status == 3
    assert "the heap watcher of the worker did not see a planted fault: it is not loaded" in ended.text


def test_an_operator_new_of_another_allocator_is_told(judged, shim, tmp_path):
    pool = OTHERS.replace("void *malloc(", "void *_Znwm(").replace("malloc(n", "_Znwm(n")
    allocator = shim(pool.replace("void free(", "void _ZdlPvm(").partition("void *calloc")[0])
    text = HEADER.replace("int q_len", 'extern "C" int q_len')
    (tmp_path / "q.cpp").write_text(
        f"""{text}
        #include <cstring>
        extern "C" int q_len(const char *text) {{
            char *copy = (char *)operator new(strlen(text));
            strcpy(copy, text);
            int length = strlen(copy);
            operator delete(copy, 1ul);
            return length;
        }}"""
    )
    command = ["g++", "-shared", "-fPIC", "-w", "-O1", "-fno-builtin", "q.cpp", "-o", "news.so"]
    subprocess.run(command, cwd=tmp_path, check=True)

    assert judged(tmp_path / "news.so")[0] == 1
    code, document = judged(tmp_path / "news.so", LD_PRELOAD=allocator)
    assert code == 3
    ((_, message),) = reasons(document)
    assert "its `operator new`" in message


@pytest.mark.parametrize("when", ["constructor", "call"])
def test_what_is_loaded_past_the_watcher_is_told(when, judged, tmp_path):
    (tmp_path / "deep.c").write_text(DEFECTS["past"].replace("q_len", "deep_len"))
    (tmp_path / "outer.c").write_text(
        """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        static int (*deep_len)(const char *);
        STARTS static void start(void) {
            void *deep = dlopen(HOME "/libdeep.so", RTLD_NOW | RTLD_DEEPBIND);
            deep_len = (int (*)(const char *))dlsym(deep, "deep_len");
        }
        int q_len(const char *text) {
            if (!deep_len) start();
            return deep_len(text);
        }
        """
    )
    starts = "__attribute__((constructor))" if when == "constructor" else ""
    for name, output in (("deep.c", "libdeep.so"), ("outer.c", "outer.so")):
        flags = (
            "-shared",
            "-fPIC",
            "-w",
            "-O1",
            "-fno-builtin",
            f'-DHOME="{tmp_path}"',
            f"-DSTARTS={starts}",
        )
        command = ["gcc", *flags, name, "-o", output, "-ldl"]
        subprocess.run(command, cwd=tmp_path, check=True)

    code, document = judged(tmp_path / "outer.so")

    assert code == 3
    ((_, message),) = reasons(document)
    assert "`libdeep.so` has memory from another allocator" in message


def planted_by(user, folder, file):
    """Have another user own a folder of the cache and what is in it."""
    for each in (folder, *folder.rglob("*")):
        os.lchown(each, user, user)
    file.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can have files of other users")
@pytest.mark.parametrize("whole", [True, False], ids=["a whole cache", "one object"])
def test_what_another_user_planted_in_a_shared_cache_is_not_loaded(whole, judged, filled_cache, tmp_path):
    fill(filled_cache, judged)
    cache = tmp_path / "cache"
    shutil.copytree(filled_cache, cache)
    cache.chmod(0o777)
    (file,) = cache.glob("v1/objects/*/*/abidance_heap.so")
    evil = tmp_path / "evil.c"
    evil.write_text(
        """#include <stdio.h>
        __attribute__((constructor)) static void ran(void) { fclose(fopen(RAN, "w")); }"""
    )
    file.unlink()
    ran = f'-DRAN="{tmp_path}/ran"'
    subprocess.run(["gcc", "-shared", "-fPIC", ran, str(evil), "-o", str(file)], check=True)
    planted_by(1234, cache / "v1" if whole else file.parent, file)

    assert judged("past", cache=cache)[0] == 1
    assert judged("sound", cache=cache)[0] == 0
    assert not (tmp_path / "ran").exists()
    assert (cache / "v1-0").exists() == whole


def test_a_cache_that_others_may_write_to_is_not_believed(judged, filled_cache, tmp_path):
    fill(filled_cache, judged)
    cache = tmp_path / "cache"
    shutil.copytree(filled_cache, cache)
    for name in ("v1", f"v1-{os.geteuid()}"):
        (cache / name).mkdir(exist_ok=True)
        (cache / name).chmod(0o777)

    code, document = judged("past", cache=cache)

    assert code in (2, 3)
    assert "others may write to it" in json.dumps(document)


STARVED = {
    "little memory": ("import resource; resource.setrlimit(resource.RLIMIT_AS, (400 << 20,) * 2)", {1, 3}),
    "no files": ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))", {1, 3}),
}


@pytest.mark.parametrize("what", STARVED)
def test_a_run_that_is_starved_passes_nothing_that_is_wrong(what, judged):
    code, allowed = STARVED[what]
    start = f"{code}; import os, sys; os.execv(sys.argv[1], sys.argv[1:])"

    assert judged("past", before=(sys.executable, "-c", start))[0] in allowed
    assert judged("sound", before=(sys.executable, "-c", start))[0] in {0, 3}


DENY = """
import ctypes, os, struct, sys
deny = [int(word) for word in sys.argv[1].split(",")]
code = [(0x20, 0, 0, 0)]
for number in deny:
    code += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050001)]
code.append((0x06, 0, 0, 0x7FFF0000))
raw = b"".join(struct.pack("<HBBI", *each) for each in code)
buffer = ctypes.create_string_buffer(raw, len(raw))
program = struct.pack("<HxxxxxxQ", len(code), ctypes.addressof(buffer))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, program, 0, 0) == 0
os.execv(sys.argv[2], sys.argv[2:])
"""
SYSTEM_CALLS = {
    "umask": 95,
    "sigaltstack": 131,
    "process_vm_readv": 310,
    "setpgid": 109,
    "pidfd_open": 434,
    "personality": 135,
    "prctl": 157,
    "memfd_create": 319,
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86-64")
@pytest.mark.parametrize("name", SYSTEM_CALLS)
def test_with_a_system_call_denied_nothing_wrong_passes_and_nothing_sound_is_blamed(name, judged, tmp_path):
    (tmp_path / "deny.py").write_text(DENY)
    before = (sys.executable, str(tmp_path / "deny.py"), str(SYSTEM_CALLS[name]))

    assert judged("past", before=before)[0] in {1, 3}
    assert judged("sound", before=before)[0] in {0, 3}


@pytest.fixture(scope="session")
def sanitized(libraries):
    """The same libraries with AddressSanitizer."""
    if not shutil.which("gcc"):
        pytest.skip("no gcc")
    for name in DEFECTS:
        flags = ("-shared", "-fPIC", "-g", "-O1", "-fno-builtin", "-fsanitize=address,undefined")
        command = ["gcc", *flags, "-fno-sanitize-recover=all", f"{name}.c", "-o", f"{name}_asan.so"]
        subprocess.run(command, cwd=libraries, check=True)
    return libraries


OFF = "halt_on_error=0:exitcode=0:detect_leaks=0:handle_segv=0:log_path=/dev/null:poison_heap=0:report_globals=0"


@pytest.mark.parametrize("defect", ["past", "reads"])
def test_what_the_user_sets_for_sanitizers_switches_none_off(defect, judged, sanitized, tmp_path):
    (tmp_path / "all").write_text("interceptor_via_fun:*\n")
    options = f"{OFF}:suppressions={tmp_path}/all"
    environment = {f"{name}_OPTIONS": options for name in ("ASAN", "UBSAN", "LSAN", "TSAN")}
    environment |= {"MALLOC_PERTURB_": "165", "MALLOC_CHECK_": "0", "GLIBC_TUNABLES": "glibc.malloc.check=3"}

    assert judged(sanitized / f"{defect}_asan.so", **environment)[0] == 1
    code, document = judged(sanitized / "sound_asan.so", **environment)
    assert code == 0
    assert {"asan", "ubsan"} <= set(document["items"][-1]["watched_by"])


BUILT = """
cmake_minimum_required(VERSION 3.5)
project(q C)
%s
add_library(q SHARED q.c)
"""
DROPPED = {
    "nothing": ("", 0, ""),
    "all": ("add_compile_options(-fno-sanitize=all)", 3, "asan"),
    "undefined behaviour": (
        "add_compile_options(-fno-sanitize=undefined,float-cast-overflow)",
        3,
        "ubsan",
    ),
}


@pytest.mark.skipif(not shutil.which("cmake"), reason="no cmake")
@pytest.mark.parametrize("what", DROPPED)
def test_a_project_that_drops_the_flags_of_a_sanitizer_is_not_judged_by_it(what, small):
    commands, status, absent = DROPPED[what]
    (small.folder / "CMakeLists.txt").write_text(BUILT % commands)
    (small.folder / "q.c").write_text("int q_len(const char *text) { return text[0] == 0; }\n")
    library = "libraries: {c: {cmake: ., target: q}}\nbuilds: [asan+ubsan]\n"
    small.write(HEADER, f"{library}functions:{CONTRACT.partition('functions:')[2]}")

    ended = small.command("run", "--phase", "examples")

    assert ended.status == status
    assert f"the {absent} of the worker did not see a planted fault: " in ended.text or not absent
    assert "none of its code is compiled for it" in ended.text or not absent
    assert "asan+ubsan\n" in ended.text.partition("watched by: ")[2] or absent


@pytest.mark.slow
@pytest.mark.native
def test_a_case_that_is_run_again_unwatched_is_not_said_to_pass(monkeypatch, small):
    ended = small.run(
        HEADER, DEFECTS["past"], f"functions:{CONTRACT.partition('functions:')[2]}", "--phase", "examples"
    )
    case = re.search(r"abidance replay ([0-9a-f]{8})", ended.text)[1]
    assert main(["replay", case]) == 1

    monkeypatch.setattr("abidance.execute.launch.heap_path", lambda: None)

    assert main(["replay", case]) == 3


@pytest.mark.native
def test_an_object_of_the_watcher_that_is_not_loaded_is_not_blamed_on_the_library(
    monkeypatch, small, tmp_path
):
    """As where the cache is on a file system that allows no program to run from it."""
    (tmp_path / "abidance_watch.so").write_bytes(b"\x7fELF" + bytes(60))
    monkeypatch.setattr("abidance.execute.zygote_handle.arena_path", lambda: tmp_path / "abidance_watch.so")

    ended = small.run(HEADER, DEFECTS["past"], f"functions:{CONTRACT.partition('functions:')[2]}")

    assert ended.status == 3
    assert "the worker for `libit.so` could not start: " in ended.text
    assert "the dynamic linker rejects" not in ended.text
    assert "`ABIDANCE_CACHE_DIR`" in ended.text
