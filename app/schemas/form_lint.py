"""What a form may not contain, found before anybody fills it in."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.domain.findings import Finding
from app.schemas.form_fields import CHOICES, HOLDERS, SILENT, VALUED, Component
from app.schemas.patterns import pattern_fault
from app.schemas.values import is_clean

#: names that belong to the process, not to forms
RESERVED = frozenset({"event", "limits", "milestones", "counts", "actor", "now"})
#: names that mean something else to a program that reads the answers
TRAPS = frozenset({"__proto__", "prototype", "constructor"})
FORBIDDEN = frozenset({"html", "iframe", "expression", "script"})
#: most components and deepest nesting of one form
COMPONENTS, DEPTH = 300, 5
Check = Callable[[str], str | None]


def findings(form: Any, check: Check | None = None) -> list[Finding]:
    """List everything that is wrong with a form.

    Args:
        form: a parsed form-js schema.
        check: says what is wrong with a FEEL expression (without `=`), or None.
    """
    if not isinstance(form, Mapping) or not isinstance(form.get("components"), list):
        return [
            _error(
                "",
                "form",
                "表单应是带组件列表（components）的对象。",
                "A form is an object with a list of components.",
            )
        ]
    count = [0]
    found = list(_level(form["components"], check, set(), DEPTH, count))
    if count[0] > COMPONENTS:
        found.append(
            _error(
                "",
                "size",
                f"一张表单最多 {COMPONENTS} 个组件。",
                f"A form has at most {COMPONENTS} components.",
            )
        )
    if not found and count[0] == 0:
        found.append(_error("", "form", "表单没有任何组件。", "The form has no components."))
    return found


def _error(element: str, rule: str, message: str, message_en: str) -> Finding:
    return Finding("error", element, rule, message, message_en)


def _level(
    components: Any, check: Check | None, taken: set[str], depth: int, count: list[int]
) -> Iterator[Finding]:
    if not isinstance(components, list) or depth < 0:
        yield _error(
            "", "depth", "组件嵌套过深，或不是列表。", "Components are nested too deeply, or are not a list."
        )
        return
    for component in components:
        count[0] += 1
        if not isinstance(component, Mapping) or not isinstance(component.get("type"), str):
            yield _error(
                "", "component", "组件应是带类型（type）的对象。", "A component is an object with a type."
            )
            continue
        kind = component["type"]
        name = str(component.get("key") or component.get("path") or component.get("id", ""))
        if kind in FORBIDDEN:
            text = f"不允许使用 {kind} 组件：它可能带入外部代码。"
            yield _error(name, "component", text, f"Components of type {kind} could carry foreign code.")
        elif kind not in SILENT | VALUED | HOLDERS:
            yield _error(
                name, "component", f"没有 {kind!r} 这种组件。", f"There is no component of type {kind!r}."
            )
        else:
            yield from _names(component, kind, taken)
            yield from _rules(component, kind, name, check)
            if kind in HOLDERS:
                inner = set() if component.get("path") else taken
                yield from _level(component.get("components", []), check, inner, depth - 1, count)


def _names(component: Component, kind: str, taken: set[str]) -> Iterator[Finding]:
    if kind in SILENT or kind in ("group", "default") and not component.get("path"):
        return
    name = component.get("path") if kind in HOLDERS else component.get("key")
    if not isinstance(name, str) or not name:
        yield _error(str(component.get("id", "")), "key", "字段须有键名（key）。", "A field needs a key.")
    elif not name.isascii() or not name.replace("_", "a").isalnum() or name[0].isdigit() or len(name) > 60:
        text = "键名只能用字母、数字和下划线，不能用点号或其他文字。"
        yield _error(name, "key", text, "A key is made of letters, digits and _, without dots.")
    elif name in RESERVED:
        yield _error(
            name,
            "key",
            f"{name} 由流程使用，不能作为字段。",
            f"{name} belongs to the process and cannot be a field.",
        )
    elif name in TRAPS:
        yield _error(name, "key", f"{name} 不能作为键名。", f"{name} cannot be a key.")
    elif name in taken:
        yield _error(name, "key", f"键名 {name} 重复。", f"The key {name} is used twice.")
    else:
        taken.add(name)


def _rules(component: Component, kind: str, name: str, check: Check | None) -> Iterator[Finding]:
    rules = component.get("validate") or {}
    if not isinstance(rules, Mapping) or not isinstance(component.get("conditional") or {}, Mapping):
        yield _error(
            name, "rules", "validate 与 conditional 应是对象。", "`validate` and `conditional` are objects."
        )
        return
    if rules.get("pattern") and (fault := pattern_fault(str(rules["pattern"]))):
        yield _error(name, "pattern", f"正则表达式不能使用：{fault}", f"The pattern is refused: {fault}.")
    if kind in CHOICES:
        yield from _choices(component, name)
    for low, high in (("min", "max"), ("minLength", "maxLength")):
        least, most = rules.get(low), rules.get(high)
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            yield _error(name, "limits", f"{low} 大于 {high}。", f"{low} is larger than {high}.")
    if not all(
        is_clean(text) for text in (component.get("label"), component.get("text")) if isinstance(text, str)
    ):
        yield _error(name, "text", "文字含有控制字符。", "A text contains control characters.")
    for text in _expressions(component, rules):
        fault = check(text[1:]) if check else None
        if fault:
            yield _error(name, "expression", f"表达式有误：{text[:120]}：{fault}", f"{text[:120]}: {fault}")


def _choices(component: Component, name: str) -> Iterator[Finding]:
    ways = [way for way in ("values", "valuesKey", "valuesExpression") if component.get(way)]
    if len(ways) != 1:
        yield _error(
            name,
            "options",
            "选择组件须且只能有 values、valuesKey、valuesExpression 之一。",
            "A choice has exactly one of values, valuesKey and valuesExpression.",
        )
    values = component.get("values") or []
    if not isinstance(values, list) or not all(isinstance(one, Mapping) and "value" in one for one in values):
        yield _error(
            name,
            "options",
            "每个选项应是带 value 与 label 的对象。",
            "Every option is an object with value and label.",
        )
    elif len({str(one["value"]) for one in values}) != len(values):
        yield _error(name, "options", "选项的值重复。", "An option's value is used twice.")


def _expressions(component: Component, rules: Mapping[str, Any]) -> Iterator[str]:
    hide = (component.get("conditional") or {}).get("hide")
    if isinstance(hide, str) and not hide.startswith("="):
        hide = "=" + hide
    wanted = [hide, component.get("valuesExpression"), *rules.values()]
    wanted += [
        component.get(key) for key in ("readonly", "disabled", "multiple", "label", "description", "text")
    ]
    for text in wanted:
        if isinstance(text, str) and text.startswith("="):
            yield text
