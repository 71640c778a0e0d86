"""How the tests of this folder wait: none reads a page and compares, none sleeps (rules in office.py)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import HANDLER, Town, prepare

HERE = Path(__file__).parent
FILES = sorted(path for path in HERE.glob("*.py") if path.name != "office.py")
#: looks once, when the page is perhaps the old one, or empty, or half drawn
LOOKS = frozenset({
    "all", "all_inner_texts", "all_text_contents", "content", "count", "flash", "get_attribute", "inner_html",
    "inner_text", "input_value", "is_checked", "is_disabled", "is_editable", "is_enabled", "is_hidden", "is_visible",
    "query_selector", "query_selector_all", "text_content", "title",
})  # fmt: skip
#: sleeps, or goes elsewhere without waiting for what stands there
GOES = frozenset({"goto", "sleep", "wait_for_timeout"})
ALLOWED = "# stands:"


def looks(content: str) -> Iterator[str]:
    """List what looks once or sleeps; a line that says `# stands:` and why may."""
    lines = content.splitlines()
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found = node.func.attr if node.func.attr in LOOKS | GOES else ""
            # `"text".count("t")` counts letters; a place on a page is counted without a word
            if node.func.attr == "count" and node.args:
                found = ""
        elif isinstance(node, ast.Attribute) and node.attr == "url" and ast.unparse(node.value).endswith("page"):
            found = "page.url"
        else:
            continue
        if found and ALLOWED not in lines[(node.end_lineno or 1) - 1]:
            yield f"line {node.lineno}: {found}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_test_waits_for_what_it_looks_at(path: Path) -> None:
    assert not list(looks(path.read_text(encoding="utf-8"))), "say it with expect(...), see the rules in office.py"


@pytest.mark.parametrize(("line", "number"), [
    ("assert page.locator('th').all_inner_texts() == ['a']", 1),
    ("if row.count():\n    pass", 1),
    ("assert 'x' in one.page.url", 1),
    ("time.sleep(1)", 1),
    ("before = box.get_attribute('data-step')  # stands: nothing moves it", 0),
    ("assert 'aa'.count('a') == 2\nexpect(page).to_have_url('x')\nasked.append(request.url)", 0),
])
def test_what_looks_once_is_found(line: str, number: int) -> None:
    assert len(list(looks(line))) == number


def test_a_case_to_look_at_is_made_anew_when_others_took_its_task(town: Town) -> None:
    kept = prepare(town)
    assert prepare(town) is kept
    with town.caller(HANDLER) as officer:
        officer.post(f"/tasks/{kept.task}/release")
    assert prepare(town).task != kept.task
