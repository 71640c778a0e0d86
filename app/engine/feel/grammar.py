"""The grammar, on lark's LALR parser.

Source:
    DMN 1.3, 10.3.1.2. Differences: comparisons chain to the left, external (Java) functions are refused,
    numbers take an exponent and names may stand in back quotes, as in DMN 1.5 and Camunda 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer as LarkLexer

from app.engine.feel.errors import ExpressionError
from app.engine.feel.lexer import Lexer
from app.engine.feel.tree import BUILDER

_GRAMMAR = r"""
%declare NUMBER STRING AT NAME KEY TRUE FALSE NULL IF THEN ELSE FOR IN RETURN SOME EVERY SATISFIES AND OR
%declare BETWEEN INSTANCE OF FUNCTION EXTERNAL DOTDOT POW CMP LT GT ARROW PLUS MINUS MUL DIV DOT DESCEND COMMA
%declare LPAR RPAR LSQB RSQB LBRACE RBRACE RANGE_OPEN RANGE_CLOSE

expression: expr
tests: item (COMMA item)*

?expr: if_ | for_ | quantified | function | external | or_
if_: IF expr THEN expr ELSE expr
for_: FOR iteration (COMMA iteration)* RETURN expr
quantified: (SOME | EVERY) iteration (COMMA iteration)* SATISFIES expr
iteration: NAME IN expr [DOTDOT expr]
function: FUNCTION LPAR [param (COMMA param)*] RPAR expr
external: FUNCTION LPAR [param (COMMA param)*] RPAR EXTERNAL expr
param: NAME | KEY type

?or_: and_ (OR and_)*
?and_: comparison (AND comparison)*
?comparison: sum | compare | between | membership | instance
compare: comparison (CMP | LT | GT) sum
between: comparison BETWEEN sum AND sum
membership: comparison IN (sum | unary)
instance: comparison INSTANCE OF type
unary: (CMP | LT | GT) sum

?sum: product ((PLUS | MINUS) product)*
?product: power ((MUL | DIV) power)*
?power: signed (POW signed)*
?signed: negation | postfix
negation: MINUS signed
?postfix: path | descent | filter | call | primary
path: postfix DOT NAME
descent: postfix DESCEND NAME
filter: postfix LSQB expr RSQB
call: postfix LPAR [argument (COMMA argument)*] RPAR
argument: item | KEY expr
?item: expr | unary

?primary: literal | name | paren | list | range | context
literal: NUMBER | STRING | AT | TRUE | FALSE | NULL
name: NAME
paren: LPAR item (COMMA item)* RPAR
list: LSQB [item (COMMA item)*] RSQB
range: (LPAR | LSQB | RANGE_OPEN) expr DOTDOT expr (RPAR | RSQB | RANGE_CLOSE)
context: LBRACE [entry (COMMA entry)*] RBRACE
entry: KEY expr

type: NAME (DOT NAME)* [LT [type | field (COMMA field)*] GT] | FUNCTION LT [type (COMMA type)*] GT ARROW type
field: KEY type
"""


class _Tokens(LarkLexer):
    """lark's view of the lexer: the tokens arrive ready."""

    __future_interface__ = 0

    def __init__(self, _conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        """Hand the tokens over."""
        return iter(lexer_state)


_LARK = Lark(
    _GRAMMAR,
    parser="lalr",
    lexer=_Tokens,
    start=["expression", "tests"],
    transformer=BUILDER,
    maybe_placeholders=False,
)


def read(source: str, names: frozenset[str], start: str) -> Any:
    """Return the tree of an expression, or of unary tests.

    Args:
        names: declared names that are more than one plain word.
        start: expression or tests.

    Raises:
        ExpressionError: with the column of what does not fit.
    """
    lexer = Lexer(source, names)
    try:
        return _LARK.parse(lexer, start=start)
    except UnexpectedToken as cause:
        if cause.token.type == "$END":
            reason, position = "the expression ends too early", len(source) + 1
        else:
            reason, position = f"“{cause.token}” does not fit here", cause.token.start_pos or 1
        raise ExpressionError(reason, expression=source, position=position) from cause
    except UnexpectedInput as cause:
        raise ExpressionError("the expression cannot be read", expression=source) from cause
    except ExpressionError as error:
        if not error.expression:
            error.expression = source
        raise
