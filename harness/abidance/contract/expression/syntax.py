"""Expression text to a Python syntax tree that holds nothing but what the language has."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings

from abidance.contract.expression.inner_calls import CallLifter, InnerCall
from abidance.contract.expression.positions import ExpressionPositions, Locate
from abidance.contract.expression.sizes import SizeNames, one_word_each
from abidance.contract.expression.whitelist import refusals
from abidance.contract.expression.written_lists import WrittenLists
from abidance.core.catalogue import BAD_EXPRESSION
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

MAX_TEXT = 8192

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What C programmers write first. Tried in order, on an expression that does not parse.
_C_SPELLINGS = (
    (re.compile(r"(?<![<>=!])={1,2}>"), "write `implies(a, b)` for `a => b`, or `>=` to compare"),
    (re.compile(r"=<"), "write `<=` to compare"),
    (re.compile(r"&&"), "write `and` for `&&`"),
    (re.compile(r"\|\|"), "write `or` for `||`"),
    (re.compile(r"->"), "write `.` for `->`"),
    (re.compile(r"!(?!=)"), "write `not` for `!`"),
    (re.compile(r"\?"), "write `a if condition else b` for `condition ? a : b`"),
    (re.compile(r"(?<![=!<>:])=(?!=)"), "write `==` to compare"),
    (re.compile(r"\b\d+[uUlL]+\b|\b0[xX][0-9a-fA-F]+[uUlL]+\b"), "a number has no suffix here"),
    (re.compile(r"\b0[0-7]+\b"), "write an octal number with `0o`"),
    (
        re.compile(r"(?:^|[^\w.])sizeof\s*\w"),
        "write `sizeof(TYPE)`, with the name of a type",
    ),
    (
        re.compile(r"(?:^|[^\w.])\([a-z_]+ ?\*?\)\s*\w"),
        "casts are not part of the language",
    ),
)
_KEYWORD_NAME = re.compile(
    r"(?<![\w.])(in|is|from|with|as|del|pass|class|def|import|global|try|yield|async)\b"
)


def read(
    text: str, locate: Locate, *, after: bool, calls: list[InnerCall] | None = None, loops: bool = False
) -> tuple[ast.expr, ExpressionPositions]:
    """Parse and check an expression. `after` allows what exists only after the call.

    Calls of C functions are added to `calls`, where that is a list; those of `loops` only where they may stand there.
    Raises UsageError with every refusal, each at its column.
    """
    if len(text) > MAX_TEXT:
        raise _error(f"the expression is longer than {MAX_TEXT} characters", locate, 0, 1)
    if not text.strip():
        raise _error("the expression is empty", locate, 0, len(text))
    control = _CONTROL.search(text)
    if control:
        message = f"the character U+{ord(control[0]):04X} in an expression"
        raise _error(message, locate, control.start(), control.end())
    # In brackets, an expression may go over several lines.
    lead = len(text) - len(text.lstrip())
    several = "\n" in text.strip()
    source, shift = (f"({text}\n)", 1) if several else (text.strip(), -lead)
    positions = ExpressionPositions(source, shift, len(text), locate)
    parsed, sizes = one_word_each(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as: invalid escape sequence
            tree = ast.parse(parsed, mode="eval").body
    except SyntaxError as error:
        raise UsageError(_syntax_error(error, text, positions)) from None
    except (MemoryError, RecursionError, ValueError, UnicodeError):
        raise _error("the expression is too large to parse", locate, 0, len(text)) from None
    if sizes:
        places = {positions.place(offset): name for offset, name in sizes.items()}
        tree = SizeNames(places).visit(tree)
    if several and _leaves_brackets(source):
        raise _error("the expression closes a bracket that it does not open", locate, lead, len(text))
    problems = []
    if calls is not None and not (loops or after):
        tree = WrittenLists().visit(tree)
    if calls is not None:
        lifter = CallLifter(positions, text)
        tree = lifter.visit(tree)
        calls += lifter.found
        for each in lifter.found if not loops else ():
            if not each.in_loop:
                continue
            label = Label(positions.span(each.call))
            problems.append(
                Diagnostic(
                    BAD_EXPRESSION,
                    "a call in a loop, which may be made any number of times",
                    (label,),
                    help="a law calls it for one of them: `steps: [..., a = f(list, values[0])]`",
                )
            )
        for argument in (each for call in lifter.found for _, each in call.arguments):
            problems += refusals(argument, positions, after=after)
    problems += refusals(tree, positions, after=after)
    if problems:
        raise UsageError(*problems)
    return tree, positions


def _leaves_brackets(source: str) -> bool:
    depth = 0
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.string]
    for token in tokens[:-1]:
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
            if depth == 0:
                return True
    return False


def _syntax_error(error: SyntaxError, text: str, positions: ExpressionPositions) -> Diagnostic:
    reason = re.sub(r"'([^']+)'", r"`\1`", error.msg.split(". ")[0].rstrip("."))
    reason = re.sub(r" \(detected at line \d+\)| \(<unknown>, line \d+\)", "", reason)
    last = len(text.rstrip()) - 1
    start = positions.offset(error.lineno or 1, (error.offset or 1) - 1, in_bytes=False)
    end = start + 1
    if "integer string conversion" in reason:
        reason = "a number with too many digits"
    elif not error.offset or start > last:  # CPython 3.11 has column 0 for the end of the text
        start, end, reason = last, last + 1, "it ends too early"
    elif error.end_offset and error.end_offset > 0 and error.end_lineno:
        end = positions.offset(error.end_lineno, error.end_offset - 1, in_bytes=False)
    label = Label(positions.between(start, max(end, start + 1)))
    message = f"the expression does not parse: {reason[:1].lower()}{reason[1:]}"
    return Diagnostic(BAD_EXPRESSION, message, (label,), help=_hint(text, start))


def _hint(text: str, start: int) -> str | None:
    outside_strings = re.sub(r"\"[^\"]*\"|'[^']*'", '""', text)
    for pattern, hint in _C_SPELLINGS:
        if pattern.search(outside_strings):
            return hint
    name = _KEYWORD_NAME.match(text, start)
    return f"if `{name[1]}` is a C name, write it `{name[1]}_`" if name else None


def _error(message: str, locate: Locate, start: int, end: int) -> UsageError:
    return UsageError(Diagnostic(BAD_EXPRESSION, message, (Label(locate(start, max(end, start + 1))),)))
