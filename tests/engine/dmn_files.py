"""Write small DMN files for tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def cells(tag: str, texts: Sequence[str]) -> str:
    """Write the cells of a rule."""
    return "".join(f"<{tag}><text>{escape(text)}</text></{tag}>" for text in texts)


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    policy: str = "UNIQUE",
    extra: str = "",
    types: Sequence[str] = (),
) -> str:
    """Write a decision table; an output is `name` or `name|allowed values|default`."""
    parts = [f'<decisionTable hitPolicy="{policy}" {extra}>']
    for at, source in enumerate(inputs):
        type_ref = f' typeRef="{types[at]}"' if types else ""
        parts.append(
            f'<input label="{escape(source)}"><inputExpression{type_ref}><text>{escape(source)}</text>'
            "</inputExpression></input>"
        )
    for output in outputs:
        name, allowed, default = (*output.split("|"), "", "")[:3]
        parts.append(f'<output name="{name}">')
        parts.append(f"<outputValues><text>{escape(allowed)}</text></outputValues>" if allowed else "")
        parts.append(f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else "")
        parts.append("</output>")
    for at, (tests, results) in enumerate(rules, 1):
        parts.append(f'<rule id="r{at}">{cells("inputEntry", tests)}{cells("outputEntry", results)}</rule>')
    return "".join(parts) + "</decisionTable>"


def literal(text: str) -> str:
    """Write a literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(key: str, logic: str, requires: Sequence[str] = (), name: str = "") -> str:
    """Write a decision."""
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#{item}"/></informationRequirement>' for item in requires
    )
    return f'<decision id="{key}" name="{name or key}">{needs}{logic}</decision>'


def dmn(*elements: str, namespace: str = NAMESPACE) -> bytes:
    """Write a file."""
    return f'<definitions xmlns="{namespace}" name="test" id="test">{"".join(elements)}</definitions>'.encode()
