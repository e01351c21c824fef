"""pycparser's parser of C declarations, taught what real headers have, GNU attributes above all.

It is given one declaration at a time. What no caller sees is not parsed: function bodies are not there any
more, initializers, enumerator values and static assertions are skipped by their brackets; array sizes and
bit-field widths are kept as text, for the compiler to evaluate. So no expression of a header can be a syntax
error here.

The methods override private ones of pycparser 3.12, which is why the project pins that version (decision 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from pycparser import c_ast, c_parser

from abidance.header import attributes
from abidance.header.dialect import BUILTIN_TYPES
from abidance.header.lexer import GnuLexer
from abidance.header.syntax import HeaderSyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from abidance.header.scan import Piece

_QUALIFIERS = frozenset(("CONST", "RESTRICT", "VOLATILE", "_ATOMIC"))
_SPECIFIER_WORDS = (
    "TYPEDEF EXTERN STATIC AUTO REGISTER _THREAD_LOCAL CONSTEXPR INLINE _NORETURN VOID _BOOL CHAR SHORT INT "
    "LONG FLOAT DOUBLE _COMPLEX SIGNED UNSIGNED __INT128 STRUCT UNION ENUM _ALIGNAS ATTRIBUTE_BEGIN TYPEOF "
    "TYPEOF_UNQUAL _BITINT"
)
_SPECIFIERS = _QUALIFIERS | set(_SPECIFIER_WORDS.split())
_UNTYPED = frozenset(("ID", "TIMES", "LPAREN"))
_OPENING = frozenset(("LPAREN", "LBRACKET", "LBRACE"))
_CLOSING = frozenset(("RPAREN", "RBRACKET", "RBRACE"))
# What stands before a word that can only be a type.
_BEFORE_TYPE = _QUALIFIERS | {
    "LPAREN",
    "COMMA",
    "SEMI",
    "LBRACE",
    "RBRACE",
    "TYPEDEF",
    "EXTERN",
    "STATIC",
    "INLINE",
    None,
}
_AFTER_EXPRESSION = _CLOSING | {"COMMA", "SEMI", "ATTRIBUTE_BEGIN", None}


class GnuParser(c_parser.CParser):  # type: ignore[misc]  # pycparser ships no types
    """Parses a preprocessed header into pycparser's tree; `Coord.column` is an offset into the text."""

    def __init__(self, *, c23: bool) -> None:
        # The grammar's C23 parts (attributes, `enum : T`, typeof) are GNU C as well, and always wanted.
        super().__init__(lexer=GnuLexer, dialect="c23")
        self._own: Mapping[str, int] = {}
        self._at = 0
        if c23:
            self.clex.use_c23()

    def parse_piece(
        self, code: str, piece: Piece, types: Container[str], own: Mapping[str, int] | None = None
    ) -> Any:
        """Return the tree of one declaration of `code`; `types` has the names that are types before it.

        `own` has the types that the declaration itself makes, with the offsets from which they are. Raises
        HeaderSyntaxError for whatever stops pycparser.
        """
        self._start(code, piece.start, piece.end, types)
        self._own = own or {}
        return self._guarded(self._parse_translation_unit_or_empty)

    def parse_type(self, text: str, types: Container[str]) -> Any:
        """Return the tree of a type name (C11 6.7.7), as compilers print them. Raises HeaderSyntaxError."""
        self._start(text, 0, len(text), types)
        tree = self._guarded(self._parse_type_name)
        if self._peek() is not None:
            raise HeaderSyntaxError("not a type", 0)
        return tree

    def _start(self, code: str, start: int, end: int, types: Container[str]) -> None:
        self._text = code
        self._begin = start
        self._own = {}
        self._scope_stack = [_Types(types), {}]
        self._typedef_checked_token = None
        self.clex.input(code, "", start, end)
        self._tokens = c_parser._TokenStream(self.clex.token)  # noqa: SLF001  # see the module's docstring

    def _guarded(self, parse: Callable[[], Any]) -> Any:
        try:
            return parse()
        except RecursionError:
            words = "declarations are nested too deeply"
        except c_parser.ParseError as error:
            words = str(error).rpartition(": ")[2]
        except (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError):
            # What pycparser does on some malformed declarations, where it expects a shape and finds another.
            words = "not a declaration"
        raise HeaderSyntaxError(words, self._last_offset())

    def _is_type_in_scope(self, name: str) -> bool:
        known: bool = super()._is_type_in_scope(name)
        return known or self._own.get(name, self._at) < self._at

    def _classify_identifier(self, tok: Any) -> None:
        self._at = tok.column if tok is not None else 0
        super()._classify_identifier(tok)

    def _parse_error(self, msg: str, coord: Any) -> NoReturn:
        if msg == "At end of input":
            raise HeaderSyntaxError("the header ends inside a declaration", self._last_offset())
        unexpected = msg.startswith("before: ")
        unknown = self._unknown_type(self._tokens._index - unexpected, unexpected=unexpected)  # noqa: SLF001
        if unknown:
            raise HeaderSyntaxError(f"`{unknown.value}` is not declared as a type", unknown.column)
        follows = self._peek()
        before = self._unknown_word() if unexpected else None
        if before:
            raise HeaderSyntaxError(f"`{before.value}` is no word that is known here", before.column)
        if unexpected and "AttributeText(" in msg:
            words = "an attribute is unexpected here"
        elif unexpected:
            words = f"`{msg.removeprefix('before: ')}` is unexpected here"
        elif follows and follows.type in {"OPERATOR", "LITERAL"}:
            raise HeaderSyntaxError(f"`{follows.value}` is unexpected here", follows.column)
        else:
            words = msg[0].lower() + msg[1:]
        known = isinstance(coord, c_parser.Coord) and coord.column is not None
        raise HeaderSyntaxError(words, coord.column if known else self._last_offset())

    def _unknown_type(self, bad: int, *, unexpected: bool) -> Any:
        """Return the token that the author took for a type, as far as the tokens before index `bad` tell.

        By far the commonest error is a header that leaves it to its reader to include another one first.
        """
        tokens = [token for token in self._tokens._buffer[: bad + 1] if token][-4:]  # noqa: SLF001
        kinds = [None, None, None, *(token.type for token in tokens)]
        if kinds[-2] == "ID" and kinds[-3] in _BEFORE_TYPE:  # `unknown name`, `unknown *`
            return tokens[-2]
        if kinds[-2:] == ["LPAREN", "TIMES"] and kinds[-3] == "ID" and kinds[-4] in _BEFORE_TYPE:
            return tokens[-3]  # `unknown (*name`
        return tokens[-1] if kinds[-1] == "ID" and not unexpected else None

    def _unknown_word(self) -> Any:
        """Return the word before what is declared, which is the token that is unexpected: `int __keyword f(int)`."""
        bad, buffer = self._tokens._index - 1, self._tokens._buffer  # noqa: SLF001
        after = self._peek()
        word, unexpected = (buffer[at].type if at >= 0 and buffer[at] else "" for at in (bad - 1, bad))
        declares = unexpected == "TIMES" or (
            unexpected == "ID" and after is not None and after.type == "LPAREN"
        )
        return buffer[bad - 1] if word == "ID" and declares else None

    def _last_offset(self) -> int:
        read = self._tokens._buffer[: self._tokens._index + 1]  # noqa: SLF001
        return next((token.column for token in reversed(read) if token), self._begin)

    def _parse_attribute_specifier_sequence(self) -> list[Any]:
        groups = []
        while self._peek_type() == "ATTRIBUTE_BEGIN":
            token = self._advance()
            groups.append(c_ast.AttributeSpecifier(attributes.decode(token.value), self._tok_coord(token)))
        return groups

    def _parse_specifiers(self, *, allow_storage_and_function: bool) -> tuple[Any, bool, Any]:
        # The stock loop ends at the first attribute; gcc takes one between any two specifiers.
        before = self._parse_attribute_specifier_sequence()
        spec, saw_type, first = super()._parse_specifiers(
            allow_storage_and_function=allow_storage_and_function
        )
        while spec is not None and self._more_specifiers(spec, saw_type=saw_type):
            more, saw, _ = super()._parse_specifiers(allow_storage_and_function=allow_storage_and_function)
            if more is None:
                found = self._parse_attribute_specifier_sequence()
                if not found:  # a storage class where none may be
                    break
                spec["type_attributes"] += found
                continue
            for kind, words in more.items():
                spec[kind] += words
            saw_type = saw_type or saw
        if spec is not None and before:
            spec["type_attributes"] += before
        return spec, saw_type, first

    def _parse_external_declaration(self) -> list[Any]:
        # `f(x);` declares a function without a type, which is `int` (C90 3.5.2); the stock parser wants a body.
        if self._peek_type() not in _UNTYPED:
            return super()._parse_external_declaration()  # type: ignore[no-any-return]
        first = self._parse_id_declarator()
        int_ = c_ast.IdentifierType(["int"], coord=first.coord)
        spec: dict[str, Any] = {
            each: [] for each in ("qual", "alignment", "storage", "function", "type_attributes")
        }
        if self._peek_type() == "LBRACE":
            return [self._parse_function_definition({**spec, "type": [int_]}, first)]
        declarators = self._parse_init_declarator_list(first={"decl": first})
        made = self._build_declarations(
            spec={**spec, "type": [int_]}, decls=declarators, typedef_namespace=True
        )
        return self._parse_declaration_end(made)

    def _more_specifiers(self, spec: Any, *, saw_type: bool) -> bool:
        kind = self._peek_type()
        if kind == "TYPEID" and saw_type:
            # `_Complex` makes a type together with another word, which may be one such as `_Float64`.
            (first, *others) = spec["type"]
            is_complex = not others and getattr(first, "names", None) == ["_Complex"]
            return is_complex and self._peek().value in BUILTIN_TYPES
        return kind in _SPECIFIERS or kind == "TYPEID"

    def _parse_alignment_specifier(self) -> Any:
        token = self._expect("_ALIGNAS")
        self._expect("LPAREN")
        text = self._skip_expression()
        self._expect("RPAREN")
        return c_ast.Alignas(text, self._tok_coord(token))

    def _parse_declaration_end(self, decls: list[Any]) -> list[Any]:
        # gcc lets the last member of a record go without its semicolon.
        return decls if self._peek_type() == "RBRACE" else super()._parse_declaration_end(decls)

    def _parse_struct_declarator(self) -> Any:
        declarator = super()._parse_struct_declarator()
        _attach(declarator["decl"], self._parse_attribute_specifier_sequence())
        return declarator

    def _parse_declarator_kind(self, kind: str, allow_paren: bool) -> Any:
        before = self._parse_attribute_specifier_sequence()
        return _attach(super()._parse_declarator_kind(kind, allow_paren), before)

    def _parse_decl_suffixes(self, decl: Any) -> Any:
        decl = super()._parse_decl_suffixes(decl)
        return _attach(decl, self._parse_attribute_specifier_sequence())

    def _parse_pointer(self) -> Any:
        pointer = None
        while star := self._accept("TIMES"):
            qualifiers: list[str] = []
            found: list[Any] = []
            while self._peek_type() in _QUALIFIERS or self._peek_type() == "ATTRIBUTE_BEGIN":
                qualifiers += self._parse_type_qualifier_list()
                found += self._parse_attribute_specifier_sequence()
            pointer = c_ast.PtrDecl(qualifiers, pointer, self._tok_coord(star), attributes=found)
        return pointer

    def _parse_any_declarator(
        self, allow_abstract: bool = False, typeid_paren_as_abstract: bool = False
    ) -> tuple[Any, bool]:
        # In `int (*name)(int)` the name is one even where it is a type elsewhere (C11 6.7.6.3p11).
        if typeid_paren_as_abstract and self._points_to_name():
            return self._parse_typeid_declarator(), True
        return super()._parse_any_declarator(allow_abstract, typeid_paren_as_abstract)  # type: ignore[no-any-return]

    def _points_to_name(self) -> bool:
        mark = self._mark()
        before = None
        while self._peek_type() in {"TIMES", "LPAREN", "ATTRIBUTE_BEGIN", *_QUALIFIERS}:
            kind = self._advance().type
            before = before if kind == "ATTRIBUTE_BEGIN" or kind in _QUALIFIERS else kind
        found = before == "TIMES" and self._peek_type() == "TYPEID"
        parentheses = any(token.type == "LPAREN" for token in self._tokens._buffer[mark : self._mark()])  # noqa: SLF001
        self._reset(mark)
        return found and parentheses

    def _parse_array_decl_common(self, base_type: Any, coord: Any = None) -> Any:
        # gcc takes attributes behind the bracket, clang nullability; both are about the pointer that a
        # parameter becomes, and neither changes it.
        if self._peek_type() == "LBRACKET" and self._peek_type(2) == "ATTRIBUTE_BEGIN":
            bracket = self._mark()
            self._advance()
            while self._peek_type() == "ATTRIBUTE_BEGIN":
                del self._tokens._buffer[self._mark()]  # noqa: SLF001
            self._reset(bracket)
        return super()._parse_array_decl_common(base_type, coord)

    def _scan_declarator_name_info(self) -> tuple[str | None, bool]:
        self._parse_attribute_specifier_sequence()
        while self._accept("TIMES"):
            while self._peek_type() in _QUALIFIERS or self._peek_type() == "ATTRIBUTE_BEGIN":
                self._advance()
        name: tuple[str | None, bool] = super()._scan_declarator_name_info()
        return name

    def _parse_direct_abstract_declarator(self) -> Any:
        # `(__attribute__((x)) *)` is a declarator, where the stock parser sees parameters.
        mark = self._mark()
        if self._accept("LPAREN"):
            found = self._parse_attribute_specifier_sequence()
            if found and self._peek_type() in {"TIMES", "LBRACKET"}:
                declarator = self._parse_abstract_declarator_opt()
                self._expect("RPAREN")
                return _attach(self._parse_decl_suffixes(declarator), found)
        self._reset(mark)
        return super()._parse_direct_abstract_declarator()

    def _parse_enumerator(self) -> Any:
        name = self._expect("ID")
        found = self._parse_attribute_specifier_sequence()
        if self._accept("EQUALS"):
            self._skip_expression()
        self._add_identifier(name.value, self._tok_coord(name))
        return c_ast.Enumerator(name.value, None, self._tok_coord(name), attributes=found)

    def _parse_compound_statement(self, *, new_scope: bool = True) -> Any:
        del new_scope
        brace = self._expect("LBRACE")  # the body itself is not among what is parsed
        return c_ast.Compound(None, self._tok_coord(brace))

    def _parse_static_assert(self) -> Any:
        token = self._expect("_STATIC_ASSERT")
        self._expect("LPAREN")
        self._skip_expression(and_commas=True)
        self._expect("RPAREN")
        self._accept("SEMI")
        return c_ast.StaticAssert(None, None, self._tok_coord(token))

    def _starts_expression(self, tok: Any = None) -> bool:
        return (tok.type if tok else self._peek_type()) not in _AFTER_EXPRESSION

    def _parse_assignment_expression(self) -> Any:
        return self._skip_expression()

    def _parse_constant_expression(self) -> Any:
        return self._skip_expression()

    def _parse_initializer(self) -> Any:
        return self._skip_expression()

    def _parse_expression(self) -> Any:
        return self._skip_expression(and_commas=True)

    def _skip_expression(self, *, and_commas: bool = False) -> Any:
        """Return an expression as a constant of its own text: up to a comma, semicolon or closing bracket."""
        first = self._peek()
        depth = 0
        while True:
            kind = self._peek_type()
            if depth == 0 and kind in _AFTER_EXPRESSION and not (and_commas and kind == "COMMA"):
                break
            token = self._advance()
            depth += (token.type in _OPENING) - (token.type in _CLOSING)
        after = self._peek()
        if first is None or after is None:  # the text ends here, and the caller says what is missing
            return c_ast.Constant("text", "", None)
        text = " ".join(self._text[first.column : after.column].split())
        return c_ast.Constant("text", text, self._tok_coord(first))


class _Types:
    """The outermost scope as pycparser asks about one: only types are in it, and nothing is added."""

    def __init__(self, types: Container[str]) -> None:
        self._types = types

    def __contains__(self, name: str) -> bool:
        return name in BUILTIN_TYPES or name in self._types

    def __getitem__(self, name: str) -> bool:
        return True


def _attach(declarator: Any, found: list[Any]) -> Any:
    """Give attributes to what the declarator declares: the innermost node, which has the name."""
    if found and declarator is not None:
        node = declarator
        while not isinstance(node, c_ast.TypeDecl):
            node = node.type
        node.attributes = [*node.attributes, *found]
    return declarator
