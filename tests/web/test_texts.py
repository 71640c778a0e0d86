"""Every text of the pages exists in English, every error of the house in Chinese."""

import ast
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.web.contact import KIND_TEXTS, WAY_TEXTS
from app.web.desk.inbox_texts import BOXES, FIELDS, HEADINGS
from app.web.frame import ROOMS

WEB = Path(__file__).resolve().parents[2] / "app" / "web"
APP = WEB.parent


def catalogue(language):
    with open(WEB / "translations" / language / "LC_MESSAGES" / "messages.po", "rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def spoken():
    """Find every text in templates and views."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    found = extract_from_dir(str(WEB), methods, directory_filter=lambda path: "node_modules" not in path)
    return {message for name, _, message, _, _ in found if not name.startswith("frontend")}


def error_texts():
    for path in APP.rglob("*.py"):
        if "frontend" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "slug" for line in node.body
            ):
                yield ast.get_docstring(node)


def test_every_text_of_the_pages_has_its_english():
    wanted = spoken() | {text for _, _, text in ROOMS} | {text for box in BOXES for text in box[1:]}
    wanted |= {*HEADINGS.values(), *(text for _, text in FIELDS)}
    wanted |= {text for row in (*KIND_TEXTS, *WAY_TEXTS) for text in row[1:]}
    assert len(wanted) > 200
    english = catalogue("en")
    assert sorted(text for text in wanted if not english.get(text)) == []


def test_every_error_has_its_chinese():
    chinese = catalogue("zh")
    assert sorted({text for text in error_texts() if text not in chinese}) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_codes_and_statuses_are_named_in_both_languages(language):
    there = {key for key in catalogue(language) if key.startswith(("code ", "status "))}
    assert there == {key for key in catalogue("en") if key.startswith(("code ", "status "))}
    assert len(there) > 50


def test_placeholders_are_the_same_in_both_languages():
    import re

    for text, english in catalogue("en").items():
        assert set(re.findall(r"%\(\w+\)s", text)) == set(re.findall(r"%\(\w+\)s", english)), text
