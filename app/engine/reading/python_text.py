"""The expressions and assignments of spiff-arena, which are Python, as FEEL where that says the same."""

import ast
import re

from app.engine.reading.descent import MAX_LENGTH, NoEquivalent, bounded, quoted

#: what no FEEL expression has, or has with another meaning
_MARKS = re.compile(
    r"==|'|\bTrue\b|\bFalse\b|\bNone\b|\bnot\s+[^(]|\[\s*\"|//|%|\bis\b|\bdef\b|\bimport\b|\bin\s+[\[(]"
    # 1 < n < 3, which is nothing in FEEL
    r"|[<>=]=?\s*[\w.]+\s*[<>]=?\s*[\w.]"
)
_COMPARE = {ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "=",
            ast.IsNot: "!="}
_BINARY = {ast.Add: "{} + {}", ast.Sub: "{} - {}", ast.Mult: "{} * {}", ast.Div: "{} / {}", ast.Pow: "{} ** {}",
           ast.Mod: "modulo({}, {})", ast.FloorDiv: "floor({} / {})"}
_CALLS = {"len": "count({})", "str": "string({})", "sum": "sum({})", "min": "min({})", "max": "max({})",
          "abs": "abs({})"}
_CONSTANTS = {True: "true", False: "false", None: "null"}
_MAX_DEPTH = 30


def looks_like_python(text: str) -> bool:
    """Say whether a text has marks of Python that FEEL has not."""
    return bool(_MARKS.search(text))


def to_feel(text: str) -> str:
    """Convert a Python expression.

    Raises:
        NoEquivalent: it is none, or says something that FEEL here does not say.
    """
    tree = _parsed(text.strip(), "eval")
    assert isinstance(tree, ast.Expression)
    return _value(tree.body, 0)


def script_to_feel(text: str) -> str:
    """Convert Python assignments, one a line, to ours.

    Raises:
        NoEquivalent: a line is something else, or has no equivalent.
    """
    tree = _parsed(text, "exec")
    assert isinstance(tree, ast.Module)
    return "\n".join(_line(statement) for statement in tree.body)


def _parsed(text: str, mode: str) -> ast.AST:
    if len(text) > MAX_LENGTH:
        raise NoEquivalent("too long")
    try:
        return ast.parse(text, mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as cause:
        raise NoEquivalent(str(cause)) from cause


def _line(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign(targets=[target], value=value):
            return _assignment(target, _value(value, 0))
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return _assignment(target, _value(value, 0))
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in _BINARY:
            return _assignment(target, _BINARY[type(op)].format(_value(target, 0), _value(value, 1)))
        case ast.Delete(targets=[ast.Name(id=name)]):
            return f"{name} = null"
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return "// " + ast.unparse(statement).replace("\n", " ")[:80]
    raise NoEquivalent(ast.unparse(statement)[:80])


def _assignment(target: ast.expr, value: str) -> str:
    match target:
        case ast.Name(id=name):
            return f"{name} = {value}"
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str() as key)):
            return f"{name} = context put({name}, {quoted(key)}, {value})"
        case ast.Attribute(value=ast.Name(id=name), attr=key):
            if name in ("event", "counts"):
                return f"{name}.{key} = {value}"
            return f"{name} = context put({name}, {quoted(key)}, {value})"
    raise NoEquivalent(ast.unparse(target)[:80])


def _value(node: ast.expr, depth: int) -> str:
    """Write one expression; inner ones stand in brackets, so that no priority differs."""
    if depth > _MAX_DEPTH:
        raise NoEquivalent("nested too deep")
    deeper = depth + 1
    match node:
        case ast.Constant(value=bool() | None as value):
            return _CONSTANTS[value]
        case ast.Constant(value=int() | float() as value):
            return repr(value)
        case ast.Constant(value=str() as value):
            return quoted(value)
        case ast.Name(id=name):
            return name
        case ast.Compare(left=left, ops=ops, comparators=rights):
            return _compare(left, ops, rights, deeper)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return f"[{', '.join(_value(item, deeper) for item in items)}]"
        case ast.Dict(keys=keys, values=values):
            return _dictionary(keys, values, deeper)
        case ast.Call():
            return _call(node, deeper)
        case ast.JoinedStr(values=parts):
            return " + ".join(_piece(part, deeper) for part in parts) or '""'
    return _reached(node, deeper)


def _reached(node: ast.expr, depth: int) -> str:
    match node:
        case ast.Attribute(value=owner, attr=name):
            return f"{_value(owner, depth)}.{name}"
        case ast.Subscript(value=owner, slice=ast.Constant(value=key)):
            return _subscript(_value(owner, depth), key)
    return _combined(node, depth)


def _combined(node: ast.expr, depth: int) -> str:
    match node:
        case ast.BoolOp(op=op, values=values):
            word = " and " if isinstance(op, ast.And) else " or "
            found = word.join(_value(one, depth) for one in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"not({_value(operand, depth)})"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            found = f"-{_value(operand, depth)}"
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod()):
            raise NoEquivalent(ast.unparse(node)[:80])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            found = _BINARY[type(op)].format(_value(left, depth), _value(right, depth))
        case ast.IfExp(test=test, body=body, orelse=other):
            found = f"if {_value(test, depth)} then {_value(body, depth)} else {_value(other, depth)}"
        case _:
            raise NoEquivalent(ast.unparse(node)[:80])
    return found if depth == 1 else f"({found})"


def _subscript(owner: str, key: object) -> str:
    if isinstance(key, str) and key.isidentifier():
        return f"{owner}.{key}"
    if isinstance(key, int) and not isinstance(key, bool):
        return f"{owner}[{key + 1 if key >= 0 else key}]"
    raise NoEquivalent(repr(key)[:80])


def _compare(left: ast.expr, ops: list[ast.cmpop], rights: list[ast.expr], depth: int) -> str:
    found: list[str] = []
    for op, right in zip(ops, rights, strict=True):
        a, b = _value(left, depth), _value(right, depth)
        if isinstance(op, ast.In):
            found.append(f"list contains({b}, {a})")
        elif isinstance(op, ast.NotIn):
            found.append(f"not(list contains({b}, {a}))")
        else:
            found.append(f"{a} {_COMPARE[type(op)]} {b}")
        left = right
    both = bounded(" and ".join(found))
    return both if depth == 1 else f"({both})"


def _dictionary(keys: list[ast.expr | None], values: list[ast.expr], depth: int) -> str:
    entries = []
    for key, value in zip(keys, values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            raise NoEquivalent("a dictionary with keys that are no texts")
        entries.append(f"{quoted(key.value)}: {_value(value, depth)}")
    return "{" + ", ".join(entries) + "}"


def _call(node: ast.Call, depth: int) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[one], keywords=[]) if name in _CALLS:
            return _CALLS[name].format(_value(one, depth))
        case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[ast.Constant(value=str() as key)]):
            return _subscript(_value(owner, depth), key)
        case ast.Call(func=ast.Attribute(value=owner, attr=("lower" | "upper") as name), args=[]):
            return f"{name} case({_value(owner, depth)})"
    raise NoEquivalent(ast.unparse(node)[:80])


def _piece(part: ast.expr, depth: int) -> str:
    if isinstance(part, ast.FormattedValue):
        return f"string({_value(part.value, depth)})"
    return _value(part, depth)
