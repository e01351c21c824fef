from __future__ import annotations


def test_a_span_covers_the_name_in_the_line_as_it_was_written(read, place):
    header = """\
        #define API __attribute__((visibility("default")))
        extern   int  API  /* the count */  count_items (int   count,  const  char * restrict count_of) ;
        """

    function = read(header).functions["count_items"]
    assert place(function.span) == "2:count_items"
    assert function.span.column == 45
    assert [place(each.span) for each in function.parameters] == ["2:count", "2:count_of"]


def test_each_parameter_of_a_long_prototype_has_its_own_line(read, place):
    function = read("int f(int a,\n      int b,\n   unsigned\n   flags);").functions["f"]

    assert [place(each.span) for each in function.parameters] == ["1:a", "2:b", "4:flags"]


def test_a_parameter_without_a_name_stands_where_its_type_does(read, place):
    (parameter,) = read("int f(const  char *);").functions["f"].parameters

    assert place(parameter.span) == "1:const"


def test_records_fields_enums_and_typedefs_have_places(read, place):
    header = (
        "struct  point {\n\tint  x,   *y;\n};\nenum  color { RED,  GREEN };\ntypedef  struct point  point_t;"
    )

    declarations = read(header)

    record, enum = declarations.records["struct point"], declarations.enums["enum color"]
    assert place(record.span) == "1:point"
    assert [place(each.span) for each in record.fields] == ["2:x", "2:y"]
    assert place(enum.span) == "4:color"
    assert [place(each.span) for each in enum.enumerators] == ["4:RED", "4:GREEN"]
    assert place(declarations.typedefs["point_t"].span) == "5:point_t"


def test_a_word_in_a_comment_is_not_the_declaration(read, place):
    function = read("/* f */ int /* f(f) */ f(void); // f").functions["f"]

    assert function.span.column == 24


def test_the_second_of_two_equal_words_is_told_from_the_first(read):
    function = read("struct f { int x; };   struct f * f(struct  f  f);").functions["f"]

    assert function.span.column == 35
    assert function.parameters[0].span.column == 48


def test_a_name_that_a_macro_makes_stands_at_the_macros_use(read, place):
    functions = read("#define DECLARE(name)  int name##_init(int value)\n\n  DECLARE(codec);\n").functions

    assert place(functions["codec_init"].span) == "3:DECLARE"


def test_arguments_of_a_macro_over_several_lines_keep_their_line(read, place):
    header = (
        "#define PROTO(type, name, args)  type name args\nPROTO(int,\n      decode,\n      (int  size));\n"
    )

    function = read(header).functions["decode"]
    assert place(function.span) == "3:decode"
    assert place(function.parameters[0].span) == "4:size"


def test_what_an_included_file_declares_is_placed_there(read, place):
    declarations = read('#include "other.h"\nint f(void);\n', other="\nint   g(void);\n")

    assert declarations.functions["g"].span.path.name == "other.h"
    assert place(declarations.functions["g"].span) == "2:g"
    assert place(declarations.functions["f"].span) == "2:f"


def test_line_directives_are_believed(read):
    span = read('#line 70 "grammar.y"\nint f(void);\n').functions["f"].span

    assert (span.path.name, span.line) == ("grammar.y", 70)


def test_a_header_with_crlf_line_ends_has_the_same_places(read, place):
    function = read("int a(void);\r\nint   b(int  x);\r\n").functions["b"]

    assert place(function.span) == "2:b"
    assert place(function.parameters[0].span) == "2:x"
