"""Build the syntax tree while lark reads: one function per grammar rule."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from lark import Token

from app.engine.feel import nodes as n
from app.engine.feel.errors import ExpressionError
from app.engine.feel.literals import at_literal, number_literal
from app.engine.feel.words import unescape

_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}


def _at(child: Any) -> int:
    """Return the column where a child starts."""
    return (child.start_pos or 1) if isinstance(child, Token) else int(child.pos)


def _inner(children: list[Any]) -> tuple[Any, ...]:
    """Leave out the tokens."""
    return tuple(child for child in children if not isinstance(child, Token))


def _expression(children: list[Any]) -> n.Node:
    return children[0]  # type: ignore[no-any-return]


def _tests(children: list[Any]) -> n.Node:
    return n.Tests(1, _inner(children))


def _if(children: list[Any]) -> n.Node:
    return n.If(_at(children[0]), *_inner(children))


def _iteration(children: list[Any]) -> n.Iteration:
    parts = _inner(children)
    return n.Iteration(str(children[0]), parts[0], parts[1] if len(parts) > 1 else None)


def _for(children: list[Any]) -> n.Node:
    *iterations, body = _inner(children)
    return n.For(_at(children[0]), tuple(iterations), body)


def _quantified(children: list[Any]) -> n.Node:
    *iterations, body = _inner(children)
    return n.Quantified(_at(children[0]), children[0].type == "EVERY", tuple(iterations), body)


def _param(children: list[Any]) -> tuple[str, n.TypeName | None]:
    return str(children[0]), children[1] if len(children) > 1 else None


def _function(children: list[Any]) -> n.Node:
    *params, body = _inner(children)
    return n.FunctionNode(_at(children[0]), tuple(name for name, _ in params), body, tuple(kind for _, kind in params))


def _external(children: list[Any]) -> n.Node:
    raise ExpressionError(
        "external functions (Java, PMML) are refused: a decision file calls nothing outside itself",
        code="external", position=_at(children[0]),
    )  # fmt: skip


def _or(children: list[Any]) -> n.Node:
    return n.Junction(_at(children[0]), "or", _inner(children))


def _and(children: list[Any]) -> n.Node:
    return n.Junction(_at(children[0]), "and", _inner(children))


def _compare(children: list[Any]) -> n.Node:
    left, op, right = children
    return n.Comparison(_at(left), str(op), left, right)


def _between(children: list[Any]) -> n.Node:
    return n.Between(_at(children[0]), *_inner(children))


def _membership(children: list[Any]) -> n.Node:
    return n.Membership(_at(children[0]), *_inner(children))


def _instance(children: list[Any]) -> n.Node:
    return n.InstanceOf(_at(children[0]), *_inner(children))


def _unary(children: list[Any]) -> n.Node:
    return n.UnaryTest(_at(children[0]), str(children[0]), children[1])


def _chain(children: list[Any]) -> n.Node:
    pairs = zip(children[1::2], children[2::2], strict=True)
    return n.Arithmetic(_at(children[0]), children[0], tuple((str(op), item) for op, item in pairs))


def _negation(children: list[Any]) -> n.Node:
    item = children[1]
    if isinstance(item, n.Literal) and item.value.__class__.__name__ == "Decimal":
        return n.Literal(_at(children[0]), item.value.copy_negate())
    return n.Negation(_at(children[0]), item)


def _path(children: list[Any]) -> n.Node:
    return n.Path(_at(children[0]), children[0], str(children[2]))


def _descent(children: list[Any]) -> n.Node:
    return n.Descent(_at(children[0]), children[0], str(children[2]))


def _filter(children: list[Any]) -> n.Node:
    return n.Filter(_at(children[0]), *_inner(children))


def _argument(children: list[Any]) -> tuple[str | None, n.Node]:
    return (str(children[0]), children[1]) if len(children) > 1 else (None, children[0])


def _call(children: list[Any]) -> n.Node:
    callee, *arguments = _inner(children)
    args = tuple(node for key, node in arguments if key is None)
    named = tuple((key, node) for key, node in arguments if key is not None)
    if (args and named) or len({key for key, _ in named}) != len(named):
        raise ExpressionError(
            "give the arguments of a function all by position or all by name, each once", position=callee.pos
        )
    return n.Call(_at(callee), callee, args, named)


def _literal(children: list[Any]) -> n.Node:
    token = children[0]
    kind, text, position = token.type, str(token), _at(token)
    if kind == "NUMBER":
        return n.Literal(position, number_literal(text, position))
    if kind == "STRING":
        return n.Literal(position, unescape(text, "", position))
    if kind == "AT":
        return n.Literal(position, at_literal(unescape(text[1:], "", position), position))
    return n.Literal(position, _CONSTANTS[kind])


def _name(children: list[Any]) -> n.Node:
    return n.Name(_at(children[0]), str(children[0]))


def _paren(children: list[Any]) -> n.Node:
    items = _inner(children)
    if len(items) == 1 and not isinstance(items[0], n.UnaryTest):
        return items[0]  # type: ignore[no-any-return]
    return n.Tests(_at(children[0]), items)


def _list(children: list[Any]) -> n.Node:
    return n.ListNode(_at(children[0]), _inner(children))


def _range(children: list[Any]) -> n.Node:
    low, high = _inner(children)
    return n.RangeNode(_at(children[0]), low, children[0].type == "LSQB", high, children[-1].type == "RSQB")


def _entry(children: list[Any]) -> tuple[str, n.Node]:
    return str(children[0]), children[1]


def _context(children: list[Any]) -> n.Node:
    entries = _inner(children)
    if len({key for key, _ in entries}) != len(entries):
        raise ExpressionError("an entry of a context stands twice", code="twice", position=_at(children[0]))
    return n.ContextNode(_at(children[0]), entries)


def _field(children: list[Any]) -> tuple[str, n.TypeName]:
    return str(children[0]), children[1]


def _type(children: list[Any]) -> n.TypeName:
    inner = _inner(children)
    return n.TypeName(
        ".".join(str(child) for child in children if isinstance(child, Token) and child.type == "NAME") or "function",
        tuple(item for item in inner if isinstance(item, n.TypeName)),
        tuple(item for item in inner if isinstance(item, tuple)),
    )


#: what lark calls when a rule is complete; a rule of one child with `?` passes the child on
BUILDER = SimpleNamespace(
    expression=_expression, tests=_tests, if_=_if, for_=_for, quantified=_quantified, iteration=_iteration,
    function=_function, external=_external, param=_param, or_=_or, and_=_and, compare=_compare, between=_between,
    membership=_membership, instance=_instance, unary=_unary, sum=_chain, product=_chain, power=_chain,
    negation=_negation, path=_path, descent=_descent, filter=_filter, call=_call, argument=_argument, literal=_literal,
    name=_name, paren=_paren, list=_list, range=_range, context=_context, entry=_entry, type=_type,
    field=_field,
)  # fmt: skip
