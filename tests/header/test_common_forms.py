"""What is read without the parser is what the parser makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.header.loader import HeaderReader

TABLES = ("functions", "records", "enums", "typedefs", "variables", "constants", "lost")
SYSTEM = ["stdio.h", "unistd.h", "zlib.h", "ncurses.h", "openssl/ssl.h"]
TEXT = """\
typedef unsigned long size_t; typedef struct opaque opaque; typedef int array_t[3]; typedef int fn_t(int);
typedef void nothing; typedef const char *text; typedef volatile int *const *deep;
extern int plain(const opaque *o, size_t n, char *const argv[], unsigned char digest[16]);
static __inline__ __attribute__((unused)) struct made *make(struct tag *a, union either *b) { return 0; }
inline int outer(void) { return 1; }
extern inline int elsewhere(void) { return 1; }
__attribute__((gnu_inline)) inline int gnu(void) { return 1; }
extern int many(const char *fmt, ...) __attribute__((format(printf, 1, 2))) __attribute__ ((__nothrow__ , __leaf__));
__attribute__((deprecated("since \\"3\\""))) int __extension__ old(int (*by)(const void *, const void *), void *data);
typedef int (*hook)(opaque *, struct late *l); typedef text (get_fn)(void); typedef struct tag *(*maker)(nothing *p);
struct late; int old_style(); int adjusted(array_t a, fn_t f); int nil(nothing); int both(int size_t, opaque *opaque);
int shadow(struct shadow *shadow, int plain); unsigned int long long words(long unsigned int, signed char, _Bool b);
int vector(float v __attribute__((vector_size(16)))); int seg(int __seg_fs *p); int nn(int *_Nonnull p, int *_Nonnull);
int twice(int a[2][3], int b[], int c[static 4], int d[0x10], int e[010]); int (*returned(int x))(char c); int f(x, y);
int label(void) __asm__("other"); _Noreturn void ends(void); int one, two(void); const int k; enum e in_enum(enum e);
struct
split *apart(struct
split *p); int __restrict__named; int restrict_(char *__restrict a, char *restrict b); __typeof__(plain) same; int;
double _Complex z(double _Complex c); __int128 wide(__int128 w, unsigned __int128 v); long double x87(long double x);
int broken(unknown_t x); int half(int; typedef struct { int x; } in; void deep_(void (*a)(void (*b)(void (*c)(int))));
"""


def differences(header, text):
    """Return what the two make of each piece of a preprocessed text where that differs, and how many were common."""
    parsed, common = (
        HeaderReader(header, lambda _: None, False, lambda _: True).read(text) for _ in range(2)
    )
    parsed._common_forms._off = True
    pairs = [
        [[(table, _listed(entries, table)) for table in TABLES] for entries in (one, other)]
        for one, other in ((parsed._load(n), common._load(n)) for n in range(len(parsed._index.pieces)))
    ]
    return [each for each in pairs if each[0] != each[1]], len(common._common), len(pairs)


def _listed(entries, table):
    found = getattr(entries, table)
    return found if isinstance(found, list) else list(found.items())


@pytest.mark.unit
def test_common_forms_mean_what_the_parser_makes_of_them():
    differing, common, pieces = differences(Path("api.h"), TEXT)

    assert not differing
    assert common > pieces / 2


@pytest.mark.full
@pytest.mark.parametrize("name", SYSTEM)
def test_the_same_in_headers_of_systems(name, compiler):
    header = Path("/usr/include", name)
    if not header.is_file():
        pytest.skip(f"{name} is not installed")

    differing, common, pieces = differences(header, compiler.preprocess(header))
    assert not differing
    assert common > 0.8 * pieces
