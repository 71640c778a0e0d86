"""Documents as PDF: Chinese that can be read and copied, the same bytes for the same sheet, hostile text as text."""

import re
import zlib

import pytest

from app.domain.documents import Line, Sheet
from app.ports import paper
from app.ports.paper import FontMissing, write_pdf

SHEET = Sheet("receipt", "zh", "受理回执", "庄市街道基层治理综合指挥室", (
    Line("text", "您反映的事项已由本单位受理。"), Line("pair", "东海明珠门口 <b>&amp;", "地点"),
    Line("heading", "一、事实"), Line("table", head=("履行人", "内容"), rows=(("张喆堃", "清运"),)),
    Line("sign", head=("经办人", "单位（盖章）", "日期")),
))  # fmt: skip


def test_the_same_sheet_gives_the_same_bytes_with_the_font_inside() -> None:
    first, second = (write_pdf(SHEET, number="NB-1-SL-1", foot="甬治") for _ in range(2))
    assert first == second and first.startswith(b"%PDF-1.") and len(first) < 120_000
    assert b"/FontFile2" in first and b"STSong" not in first and b"Helvetica-Bold" not in first
    assert first != write_pdf(SHEET, number="NB-1-SL-2", foot="甬治")


def test_the_text_can_be_searched_and_copied() -> None:
    """The font's table from signs back to characters names what stands on the page."""
    written = write_pdf(SHEET, number="NB-1-SL-1", foot="甬治")
    streams = [unpacked(one) for one in re.findall(rb"stream\r?\n(.*?)endstream", written, re.S)]
    tables = b"".join(one for one in streams if b"beginbfchar" in one or b"beginbfrange" in one).decode().upper()
    for sign in "受理回执喆堃甬":
        assert f"{ord(sign):04X}" in tables, sign


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_signs_that_the_font_lacks_and_marks_of_markup_are_no_trouble() -> None:
    hostile = "<para><font color=red>x</font> &nbsp; </b> <img src='file:///etc/passwd'/> \U0001f600 㼆 {} %s\x07"
    table = Line("table", head=(hostile,), rows=((hostile,),) * 90)
    lines = (Line("text", hostile), Line("pair", hostile * 40, hostile), table)
    written = write_pdf(Sheet("x", "en", hostile, hostile, lines), number=hostile, foot=hostile)
    assert written.count(b"/Type /Page\n") >= 2 and b"passwd" not in written


def test_without_the_built_font_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(paper, "FONTS", tmp_path)
    monkeypatch.setattr(paper, "_PLAIN", "Other")
    monkeypatch.setattr(paper, "_BOLD", "Other-Bold")
    with pytest.raises(FontMissing):
        write_pdf(SHEET, number="1", foot="")
