"""An instrument that is off, blinded or starved: what it was to see is not passed, and sound code is not blamed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

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


def reasons(document):
    """Return the codes and messages of why items were not judged."""
    return {(each["code"], each["message"]) for item in document["items"] for each in item["reasons"]}


ODD = ("with space", "with:colon", "with\nline", "mit Ümlaut", "semi;colon", "both : of them")


@pytest.mark.parametrize("name", ODD)
def test_whatever_the_cache_is_called_the_heap_is_watched(name, judged, filled_cache, tmp_path):
    judged("sound")
    cache = tmp_path / name
    shutil.copytree(filled_cache, cache)

    assert judged("past", cache=cache)[0] == 1
    assert judged("leaks", cache=cache)[0] == 1
    assert judged("sound", cache=cache)[0] == 0


def test_where_the_dynamic_linker_finds_nothing_by_its_name_nothing_is_passed(judged, filled_cache, tmp_path):
    judged("sound")
    cache = tmp_path / "with$LIB"  # ld.so(8): it puts another word in place of that
    shutil.copytree(filled_cache, cache)

    assert judged("past", cache=cache)[0] == 3


@pytest.mark.parametrize("name", ["with space", "with:colon"])
def test_whatever_home_is_called_the_heap_is_watched(name, judged, filled_cache, tmp_path):
    judged("sound")
    home = tmp_path / name
    shutil.copytree(filled_cache, home / ".cache" / "abidance")
    environment = {"HOME": str(home), "XDG_CACHE_HOME": "", "ABIDANCE_CACHE_DIR": ""}

    assert judged("past", **environment)[0] == 1
    assert judged("sound", **environment)[0] == 0


def damaged(file, how):
    """Spoil a file of the cache."""
    whole = file.read_bytes()
    spoiled = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "damaged": whole[:200] + bytes(200) + whole[400:],
        "no ELF": b"#!/bin/sh\n",
    }
    file.chmod(0o755)
    file.write_bytes(spoiled[how])


@pytest.mark.parametrize("how", ["empty", "cut", "damaged", "no ELF"])
@pytest.mark.parametrize("which", ["abidance_heap.so", "abidance_watch.so"])
def test_a_spoiled_object_in_the_cache_is_made_anew(which, how, judged, filled_cache, tmp_path):
    judged("sound")
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


@pytest.mark.parametrize("how", ELSEWHERE)
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
            if (how == 1) { errno = EPERM; return -1; }
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


def test_a_c_library_whose_allocator_cannot_be_watched_is_told(monkeypatch, small):
    monkeypatch.setattr("abidance.execute.launch.heap_path", lambda: None)  # as where it is not glibc
    clauses = CONTRACT.partition("functions:")[2]

    ended = small.run(HEADER, DEFECTS["past"], f"functions:{clauses}", "--phase", "examples")

    assert ended.status == 3
    assert "the heap watcher of the worker did not see a planted fault: it is not loaded" in ended.text
