"""Names of C cut into words, and what some words mean to those who name things."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Written together with what is before them: `gzopen`, `buflen`, `inflateend`.
_ENDINGS = (
    "open", "close", "free", "init", "destroy", "delete", "create", "alloc", "exit", "abort", "clear",
    "length", "len", "size", "count", "bytes", "path", "file", "name", "dir",
)  # fmt: skip
# `cmsMLUfree`: the capitals before an ending are an abbreviation.
_ABBREVIATED = re.compile(rf"([A-Z]{{2,}})({'|'.join(_ENDINGS)})(?![a-z])")
_SHORTEST = 2  # letters before an ending: `pipe` is no `e` with `pip`

SIZES = frozenset(
    (
        "n",
        "len",
        "length",
        "size",
        "sz",
        "siz",
        "count",
        "cnt",
        "num",
        "nbytes",
        "bytes",
        "cap",
        "capacity",
        "maxlen",
        "bufsize",
        "buflen",
        "nmemb",
        "nelem",
        "nitems",
        "elems",
        "items",
        "l",
        "octets",
        "nr",
        "room",
    )
)
"""Words of numbers that say how much there is of something."""

_AVAILABLE = frozenset(("avail", "available"))
"""What such words may be followed by: `out_nbytes_avail` is the room at `out`."""

DESTROYS = (
    "free", "destroy", "delete", "close", "unref", "release", "dispose", "cleanup", "finalize", "finish",
    "fini", "deinit", "end", "term", "clear", "drop", "uninit", "unload", "shutdown", "done", "put", "del", "decref",
)  # fmt: skip
"""Words of functions that end what they take, the surest first."""

ENDS = frozenset(
    ("free", "destroy", "delete", "close", "unref", "release", "dispose", "cleanup", "finalize", "clear")
)
"""Words that are those of nothing else, wherever they stand in a name."""

CREATES = frozenset(
    (
        "new",
        "create",
        "open",
        "init",
        "initialize",
        "alloc",
        "allocate",
        "make",
        "build",
        "parse",
        "load",
        "dup",
        "copy",
        "clone",
        "start",
        "begin",
        "construct",
        "compile",
        "fdopen",
        "duplicate",
        "generate",
        "read",
        "from",
        "decode",
        "deserialize",
        "import",
        "setup",
        "spawn",
        "allocinit",
        "ctor",
    )
)
"""Words of functions whose result is new."""

BORROWS = frozenset(
    (
        "get",
        "item",
        "next",
        "prev",
        "previous",
        "child",
        "children",
        "parent",
        "first",
        "last",
        "find",
        "lookup",
        "at",
        "peek",
        "ref",
        "root",
        "self",
        "current",
        "default",
        "borrow",
        "sibling",
        "add",
        "set",
        "append",
        "insert",
        "incref",
        "retain",
        "addref",
        "front",
        "back",
        "top",
        "search",
        "detach",
        "head",
        "tail",
    )
)
"""Words of functions whose result was there before."""

PATHS = frozenset(
    (
        "path",
        "pathname",
        "file",
        "filename",
        "fname",
        "dir",
        "dirname",
        "directory",
        "folder",
        "device",
        "dev",
        "mount",
        "mountpoint",
        "socket",
        "tty",
        "fifo",
        "filepath",
        "files",
    )
)
"""Words of strings that name something in the file system."""

REMOTE = frozenset(
    (
        "url",
        "host",
        "hostname",
        "server",
        "addr",
        "address",
        "interface",
        "iface",
        "service",
        "port",
        "dsn",
        "conninfo",
        "display",
        "peer",
        "node",
        "proxy",
    )
)
"""Words of strings that name something elsewhere."""


_ACTIONS = frozenset((*DESTROYS, *CREATES))
SETTERS = frozenset(("set", "get", "register", "install"))
"""Words of functions that are about another function, such as one that frees: they call none."""


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case: `XML_ParserCreate` has `xml`, `parser` and `create`."""
    found: list[str] = []
    for word in _WORD.findall(_ABBREVIATED.sub(r"\1_\2", name)):
        low = word.lower()
        ending = next((e for e in _ENDINGS if low.endswith(e) and len(low) >= len(e) + _SHORTEST), None)
        if ending is None or low in SIZES or low in PATHS:
            found.append(low)
        else:
            found += [low.removesuffix(ending), ending]
    return tuple(found)


@lru_cache(maxsize=20_000)
def actions_of(name: str) -> tuple[str, ...]:
    """Return the words of a name that may say what a function does: `FT_Init_FreeType` frees nothing.

    Where a part between underscores is such a word, one of several words stands for what is acted upon.
    """
    parts = [words_of(part) for part in name.split("_") if part]
    alone = any(len(words) == 1 and words[0] in _ACTIONS for words in parts)
    return tuple(word for words in parts if not alone or len(words) == 1 for word in words)


def has_word(name: str, words: frozenset[str]) -> bool:
    """Tell whether one of the words is in a name."""
    return not words.isdisjoint(words_of(name))


def is_size(name: str) -> bool:
    """Tell whether a number of this name says how much there is of something."""
    words = words_of(name)
    return bool(words) and (
        words[-1] in SIZES
        or (words[-1] in _AVAILABLE and not SIZES.isdisjoint(words[-2:-1]))
        or words[0] in ("n", "num", "nr", "count", "max", "maximum")
        or (name.startswith("n") and name[1:2].isalpha() and name.endswith("s"))
    )


def destroys(name: str) -> int | None:
    """Return how sure a name is to be that of a function that ends what it takes, 0 the surest, or None."""
    words = actions_of(name)
    last = max((n for n, word in enumerate(words) if word in DESTROYS), default=0)
    if last < len(words) - 1 and not SETTERS.isdisjoint(words[:last]):
        return None  # `csv_set_free_func`
    # `codec_free_params`: of words that mean nothing else it does not matter where they stand.
    found = [DESTROYS.index(word) for word in words[-2:] if word in DESTROYS]
    found = found or [DESTROYS.index(word) for word in words if word in ENDS]
    return min(found) if found else None


def creates(name: str) -> bool:
    """Tell whether a name is that of a function whose result is new."""
    words = words_of(name)
    return not CREATES.isdisjoint(words) and "get" not in words


def borrows(name: str) -> bool:
    """Tell whether a name is that of a function whose result was there before."""
    return has_word(name, BORROWS)
