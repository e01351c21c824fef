"""Headers that this machine has, as their projects ship them."""

from __future__ import annotations

from pathlib import Path

import pytest
from compiler_says import disagreements

from abidance.header import read_header
from abidance.ir.declarations import spell
from abidance.ir.types import Basic, Unsupported

INCLUDE = Path("/usr/include")


def find(name):
    for path in (INCLUDE / name, *sorted(INCLUDE.glob(f"*-linux-gnu/{name}"))):
        if path.is_file():
            return path
    pytest.skip(f"{name} is not installed")


# Each with a function, as C, and how many functions of the header itself there are at least.
HEADERS = {
    "zlib.h": ("int inflate(z_streamp strm, int flush)", 80),
    "stdio.h": ("size_t fread(void *restrict __ptr, size_t __size, size_t __n, FILE *restrict __stream)", 60),
    "sqlite3.h": ("int sqlite3_open(const char *filename, sqlite3 **ppDb)", 250),
    "png.h": ("png_uint_32 png_access_version_number(void)", 200),
    "pthread.h": ("int pthread_mutex_lock(pthread_mutex_t *__mutex)", 80),
    "sys/socket.h": ("ssize_t send(int __fd, const void *__buf, size_t __n, int __flags)", 18),
    "openssl/ssl.h": ("SSL *SSL_new(SSL_CTX *ctx)", 400),
    "sodium/utils.h": ("void sodium_memzero(void *const pnt, const size_t len)", 15),
    "yaml.h": ("int yaml_parser_initialize(yaml_parser_t *parser)", 40),
    "lz4.h": ("int LZ4_compressBound(int inputSize)", 20),
    "zstd.h": ("unsigned int ZSTD_isError(size_t code)", 40),
    "bzlib.h": ("const char *BZ2_bzlibVersion(void)", 15),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_well_known_header_is_read_whole(name, compiler):
    expected, at_least = HEADERS[name]
    header = find(name)

    declarations = read_header(header, compiler=compiler)

    function = declarations.functions[expected.partition("(")[0].split()[-1].lstrip("*")]
    parameters = ", ".join(spell(each.type, each.name, declarations) for each in function.parameters)
    assert spell(function.returns, f"{function.name}({parameters or 'void'})", declarations) == expected
    own = [each for each in declarations.functions.values() if each.span.path == header]
    assert len(own) >= at_least


# With what is rare elsewhere: complex numbers, vectors, 128-bit and extended floats, unions that are transparent,
# functions behind asm labels, inline functions by the thousand.
AGREED = (
    "zlib.h stdio.h stdlib.h math.h complex.h pthread.h signal.h sys/socket.h netinet/in.h bzlib.h yaml.h lz4.h zstd.h "
    "setjmp.h ucontext.h sys/epoll.h link.h obstack.h search.h wchar.h fenv.h regex.h"
)


@pytest.mark.parametrize("name", AGREED.split())
def test_the_compiler_agrees_with_every_type_of_a_header(name, compiler):
    header = find(name)

    declarations = read_header(header, compiler=compiler)

    assert dict(declarations.lost) == {}
    assert disagreements(declarations, header, compiler) == []


@pytest.mark.parametrize("name", ["zlib.h", "sqlite3.h", "png.h", "yaml.h", "bzlib.h"])
def test_every_name_of_a_header_stands_where_its_span_says(name, compiler):
    header = find(name)
    lines = header.read_text(encoding="utf-8", errors="replace").split("\n")
    declarations = read_header(header, compiler=compiler)

    named = [
        *declarations.functions.values(),
        *(each for function in declarations.functions.values() for each in function.parameters if each.name),
        *(field for record in declarations.records.values() for field in record.fields or () if field.name),
        *declarations.typedefs.values(),
        *declarations.macros.values(),
    ]
    own = [each for each in named if each.span.path == header]
    elsewhere = [
        each.name for each in own if lines[each.span.line - 1][each.span.column - 1 :].find(each.name) != 0
    ]
    assert len(own) > 100
    assert elsewhere == []


def test_a_header_that_needs_another_first_is_read_through_a_wrapper(tmp_path, compiler):
    find("jpeglib.h")
    wrapper = tmp_path / "wrapper.h"
    wrapper.write_text("#include <stddef.h>\n#include <stdio.h>\n#include <jpeglib.h>\n", encoding="utf-8")

    assert "jpeg_start_compress" in read_header(wrapper, compiler=compiler).functions


def test_nothing_of_zlib_is_beyond_the_model(compiler):
    declarations = read_header(find("zlib.h"), compiler=compiler)

    refused = {
        function.name
        for function in declarations.functions.values()
        for type_ in (function.returns, *(each.type for each in function.parameters))
        if isinstance(declarations.resolve(type_), Unsupported)
    }
    assert refused == set()
    (last,) = declarations.functions["gzvprintf"].parameters[-1:]
    assert declarations.resolve(last.type) == Basic("__builtin_va_list")
