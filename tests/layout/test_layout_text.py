from __future__ import annotations

HEADER = """\
struct holes { char c; int i; unsigned a : 3, : 2, b : 7; int : 0; union { long l; char in; }; char last; };
struct wide { char name[70]; double d; };
union choice { int i; char bytes[5]; };
enum color { RED, GREEN = 7 };
struct opaque;
typedef struct holes holes_t;
union choice pick(struct holes *from);
"""
TABLE = """
struct holes   32 bytes, aligned to 8   raw: a record with bit-fields
    0    1  char c
    1    3  -- hole --
    4    4  int i
  8:0   :3  unsigned int a : 3
  8:3   :2  -- hole --
  8:5   :7  unsigned int b : 7
  9:4  :52  -- hole --
   16    8  union {
   16    8    long l
   16    1    char in
            }
   24    1  char last
   25    7  -- padding --

struct wide   80 bytes, aligned to 8   ctypes
   0  70  char name[70]
          -- cache line 1, from byte 64 --
  70   2  -- hole --
  72   8  double d

union choice   8 bytes, aligned to 4   raw: a union
  0  4  int i
  0  5  char bytes[5]
  5  3  -- padding --

enum color   4 bytes, aligned to 4   ctypes
  RED    = 0
  GREEN  = 7

struct opaque   refused: the header does not define it: it goes by pointer only

  holes_t  = struct holes  32 bytes, aligned to 8   raw: a record with bit-fields

1 function, 0 called through ctypes
  pick  stub  a union by value

6 types: 2 ctypes, 3 raw, 1 refused
"""


def test_the_table_shows_holes_padding_bit_fields_and_cache_lines(layout):
    ran = layout(HEADER, "--cc", "gcc")

    assert ran.code == 0
    first, body = ran.out.split("\n", 1)
    assert first.startswith("api.h   ")
    assert body == TABLE


def test_a_sound_record_has_no_holes(layout):
    ran = layout("struct s { int a; short b, c; };")

    assert "hole" not in ran.out
    assert "padding" not in ran.out


def test_a_typedef_that_is_asked_for_is_shown_whole(layout):
    ran = layout(HEADER, "holes_t")

    assert "holes_t   32 bytes, aligned to 8   raw: a record with bit-fields" in ran.out
    assert "24    1  char last" in ran.out


def test_arrays_show_how_many_elements_the_compiler_counts(layout):
    ran = layout(
        "typedef const short grid[sizeof(int)][8 * sizeof(char)];\n"
        "struct set { unsigned long bits[1024 / (8 * sizeof(unsigned long))]; int (*p)[sizeof(int)]; char rest[]; };\n"
    )

    assert "unsigned long bits[16]\n" in ran.out
    assert "int (*p)[4]\n" in ran.out
    assert "char rest[]\n" in ran.out
    assert "= const short [4][8] " in ran.out
