"""Memory whose length is a product of numbers that the call leaves, or a sum of such, in generated calls."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct { int width, height; const unsigned char *pixels; } ml_image;
int ml_table(int rows, int columns, int **cells, int *r, short *c);
int ml_draw(int width, int height, ml_image *image);
int ml_sheet(int rows, int columns, char ***cells, int *r, int *c);
"""
SOURCE = """\
#include <stdlib.h>
#include "ml.h"
enum { SOUND, NEAR, WRONG };
int ml_table(int rows, int columns, int **cells, int *r, short *c)
{
    int n = rows * columns;
    *cells = malloc(sizeof(int) * (size_t)(n + (VARIANT == NEAR)));  /* near: one more that is not told of */
    for (int i = 0; i < n; i++) (*cells)[i] = i;
    *r = rows;
    *c = (short)(columns - (VARIANT == WRONG && columns == 5));  /* the last column is not told */
    return 0;
}
int ml_sheet(int rows, int columns, char ***cells, int *r, int *c)
{
    int n = (rows + 1) * columns;  /* there is a row of names before the others */
    *cells = malloc(sizeof(char *) * (size_t)(n + (VARIANT == NEAR)));
    for (int i = 0; i < n; i++) (*cells)[i] = calloc(1, 8);
    *r = rows - (VARIANT == WRONG && rows == 3);  /* the last row is not told */
    *c = columns;
    return 0;
}
int ml_draw(int width, int height, ml_image *image)
{
    static unsigned char pixels[64];
    int less = VARIANT == WRONG && width == 2 && height > 3;  /* the last row is not told */
    *image = (ml_image){width, height - less, VARIANT == NEAR && width * height == 0 ? NULL : pixels};
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: ml
header: ml.h
libraries: {c: {path: libml.so}}
explore: 0
types:
  ml_image: {fields: {pixels: {to: bytes, length: width * height, nullable: width * height == 0}}}
functions:
  ml_table:
    params:
      rows: {range: [0, 8]}
      columns: {range: [0, 8]}
      cells: {out: {to: array, length: r * c, owner: caller, free: free}}
      r: {out: int}
      c: {out: short}
    returns: {status: {ok: [0]}}
    ensures: [len(cells) == rows * columns, "all(cells[i] == i for i in range(len(cells)))"]
  ml_sheet:
    params:
      rows: {range: [0, 3]}
      columns: {range: [0, 3]}
      cells:
        out:
          {to: array, length: (r + 1) * c, owner: caller, free: free, of: {to: string, owner: caller, free: free}}
      r: {out: int}
      c: {out: int}
    returns: {status: {ok: [0]}}
  ml_draw:
    params: {width: {range: [0, 8]}, height: {range: [0, 8]}, image: {out: ml_image}}
    returns: {status: {ok: [0]}}
    ensures:
      - implies(width * height > 0, len(image.pixels) == width * height)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "expected"), [(0, []), (1, []), (2, ["ABD371"])])
def test_each_of_a_sum_of_products_is_freed(variant, expected, codes_of):
    flags = f"-DVARIANT={variant}"
    assert codes_of("ml", HEADER, SOURCE, CONTRACT, "ml_sheet", ("properties",), flags) == expected


@pytest.mark.slow
@pytest.mark.parametrize("function", ["ml_table", "ml_draw"])
@pytest.mark.parametrize(("variant", "expected"), [(0, []), (1, []), (2, ["ABD321"])])
def test_what_is_there_is_as_much_as_the_product(function, variant, expected, codes_of):
    assert (
        codes_of("ml", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DVARIANT={variant}")
        == expected
    )
