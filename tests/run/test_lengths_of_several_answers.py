"""Memory whose length is a product of what several functions tell, and of what the call is given or leaves."""

from __future__ import annotations

import pytest

HEADER = """#include <stddef.h>
typedef struct pm_map pm_map;
pm_map *pm_new(int width, int height);
void pm_free(pm_map *map);
int pm_width(const pm_map *map);
int pm_height(const pm_map *map);
/* All rows, of which each byte is 7; the map's. */
const unsigned char *pm_pixels(const pm_map *map);
/* The first `rows` of them. */
int pm_rows(const pm_map *map, int rows, const unsigned char **out);
/* Half of the rows, and a NUL, which the caller frees; returns how many rows. */
int pm_half(const pm_map *map, unsigned char **out);
/* The same; tells in `rows` how many. */
int pm_half_to(const pm_map *map, unsigned char **out, int *rows);
/* The names of all columns of all rows. */
const char *const *pm_names(const pm_map *map);
"""
SOURCE = """#include "pm.h"
#include <stdlib.h>
#include <string.h>
#ifndef PIXELS
#define PIXELS 0
#endif
#ifndef HALF
#define HALF 0
#endif
#ifndef NAMES
#define NAMES 0
#endif
#ifndef MORE
#define MORE 0
#endif
struct pm_map { int width, height; const char **names; unsigned char *pixels; };
pm_map *pm_new(int width, int height) {
    pm_map *map = calloc(1, sizeof *map);
    if (map == NULL) return NULL;
    size_t all = (size_t)width * (size_t)height;
    map->width = width, map->height = height;
    map->names = malloc((all + MORE - (width > 3 ? NAMES : 0)) * sizeof *map->names);
    map->pixels = malloc(all + MORE - PIXELS);
    if (map->names == NULL || map->pixels == NULL) { pm_free(map); return NULL; }
    memset(map->pixels, 7, all + MORE - PIXELS);
    for (size_t n = 0; n < all + MORE - (width > 3 ? NAMES : 0); n++) map->names[n] = "name";
    return map;
}
void pm_free(pm_map *map) { if (map) free(map->names), free(map->pixels); free(map); }
int pm_width(const pm_map *map) { return map->width; }
int pm_height(const pm_map *map) { return map->height; }
const unsigned char *pm_pixels(const pm_map *map) { return map->pixels; }
int pm_rows(const pm_map *map, int rows, const unsigned char **out) {
    if (rows > map->height) return -1;
    *out = map->pixels + (map->height - rows) * map->width;
    return 0;
}
static unsigned char *half(const pm_map *map) {
    size_t size = (size_t)(map->height / 2) * (size_t)map->width;
    unsigned char *made = malloc(size + 1 + MORE);
    if (made != NULL) memset(made, 7, size + 1 + MORE), made[size - HALF] = 0;
    return made;
}
int pm_half(const pm_map *map, unsigned char **out) {
    unsigned char *made = half(map);
    if (made == NULL) return -1;
    *out = made;
    return map->height / 2;
}
int pm_half_to(const pm_map *map, unsigned char **out, int *rows) {
    unsigned char *made = half(map);
    if (made == NULL) return -1;
    *out = made, *rows = map->height / 2;
    return 0;
}
const char *const *pm_names(const pm_map *map) { return map->names; }
"""
CONTRACT = """abidance: 1
boundary: several_answers
header: pm.h
prefix: pm_
libraries: {c: {path: libpm.so}}
handles: {pm_map: {create: pm_new, destroy: pm_free}}
functions:
  pm_new: {params: {width: {range: [1, 6]}, height: {range: [2, 6]}}, returns: {nullable: true}}
  pm_free:
  pm_width: {returns: {range: [1, 6]}}
  pm_height: {returns: {range: [2, 6]}}
  pm_pixels:
    returns: {to: bytes, length: pm_width(map) * pm_height(map), lifetime: handle(map)}
    ensures: [all(each == 7 for each in result)]
  pm_rows:
    params: {rows: {range: [1, 7]}, out: {out: {to: bytes, length: rows * pm_width(map), lifetime: handle(map)}}}
    returns: {status: {ok: [0], errors: {-1: there are not as many}}}
    ensures: ["implies(result == 0, all(each == 7 for each in out))"]
  pm_half:
    params: {out: {out: {to: bytes, length: result * pm_width(map) + 1, owner: caller, free: free}}}
    returns: {status: {ok: 0.., errors: {-1: no memory}}}
    ensures: ["implies(result >= 0, out[len(out) - 1] == 0 and all(each == 7 for each in out[:len(out) - 1]))"]
  pm_half_to:
    params: {out: {out: {to: bytes, length: rows * pm_width(map) + 1, owner: caller, free: free}}, rows: {out: int}}
    returns: {status: {ok: [0], errors: {-1: no memory}}}
    ensures: ["implies(result == 0, out[len(out) - 1] == 0 and all(each == 7 for each in out[:len(out) - 1]))"]
  pm_names:
    returns: {to: array, of: string, length: pm_width(map) * pm_height(map), lifetime: handle(map)}
    ensures: ['all(each == "name" for each in result)']
"""
PLACES = ("pm_pixels", "pm_rows", "pm_half", "pm_half_to", "pm_names")


@pytest.mark.parametrize(
    ("function", "flag", "code"),
    [
        pytest.param("pm_pixels", "-DPIXELS=1", "ABD322", marks=pytest.mark.finds("ABD322")),
        ("pm_rows", "-DPIXELS=1", "ABD322"),
        pytest.param("pm_half", "-DHALF=1", "ABD321", marks=pytest.mark.finds("ABD321")),
        ("pm_half_to", "-DHALF=1", "ABD321"),
        ("pm_names", "-DNAMES=1", "ABD322"),
    ],
)
def test_memory_that_is_shorter_than_what_several_functions_tell_is_found(codes_of, function, flag, code):
    codes = codes_of("pm", HEADER, SOURCE, CONTRACT, function, ("properties",), flag)

    # Where blocks are larger than what was asked for, what is read behind it has another value.
    assert {code} <= {*codes} <= {code, "ABD321"}


@pytest.mark.spares("ABD322")
@pytest.mark.parametrize("flags", [(), ("-DMORE=1",)], ids=["sound", "room-for-one-more"])
@pytest.mark.parametrize("function", PLACES)
def test_memory_of_as_much_is_no_finding(codes_of, function, flags):
    assert codes_of("pm", HEADER, SOURCE, CONTRACT, function, ("properties",), *flags) == []
