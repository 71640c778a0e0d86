"""Every text of the pages exists in English, every error of the house in Chinese."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask_babel import force_locale

from app.domain.facts import GENESIS, FactDraft, chain
from app.web.contact import KIND_TEXTS, WAY_TEXTS
from app.web.desk.inbox_texts import BOXES, FIELDS, HEADINGS
from app.web.frame import ROOMS
from app.web.office_words import fact_text

WEB = Path(__file__).resolve().parents[2] / "app" / "web"
APP = WEB.parent


def catalogue(language):
    with open(WEB / "translations" / language / "LC_MESSAGES" / "messages.po", "rb") as file:
        return {singular(one.id): one.string if singular(one.id) == one.id else one.string[-1]
                for one in read_po(file) if one.id}  # fmt: skip


def singular(text):
    return text if isinstance(text, str) else text[0]


def spoken():
    """Find every text in templates and views."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    found = extract_from_dir(str(WEB), methods, directory_filter=lambda path: "node_modules" not in path)
    return {singular(message) for name, _, message, _, _ in found if not name.startswith("frontend")}


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


def test_counts_have_both_english_forms(world):
    with open(WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po", "rb") as file:
        counted = [message for message in read_po(file) if isinstance(message.id, tuple)]
    assert len(counted) > 5
    assert [one.id[0] for one in counted if len(one.string) != 2 or not all(one.string)] == []
    wanted = {"en": ["1 person exported", "2 people exported"], "zh": ["导出人员 1 名", "导出人员 2 名"]}
    for language, texts in wanted.items():
        with world.app.test_request_context(), force_locale(language):
            assert [fact_text(exported(number)) for number in (1, 2)] == texts


def exported(number):
    draft = FactDraft("PeopleExported", body={"people": number})
    return chain([draft], case_id=uuid4(), after=0, head=GENESIS, at=datetime.now(UTC), actor=("a", "A", "", ""))[0]


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
