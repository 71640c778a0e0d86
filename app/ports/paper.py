"""Write a sheet as PDF, with our own Chinese font inside, of which it takes only the signs that it uses.

The same sheet gives the same bytes, so that its hash can be recorded.
"""

import io
import threading
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from app.domain.documents import Line, Sheet
from app.domain.errors import Fault

FONTS = Path(__file__).resolve().parents[1] / "web" / "static" / "dist" / "fonts"
_PLAIN, _BOLD = "YongzhiSerif", "YongzhiSerif-Bold"
_RED, _GREY = HexColor("#cc0000"), HexColor("#444444")
_WIDTH = A4[0] - 48 * mm
#: stands for a sign that the font does not have
_UNKNOWN = "〓"
_lock = threading.Lock()


class FontMissing(Fault):
    """The font for documents is not there: the pages were not built (make assets)."""

    slug = "font-missing"


def write_pdf(sheet: Sheet, *, number: str, foot: str) -> bytes:
    """Draw a sheet on A4.

    Args:
        number: of the document, shown at its head and on every page.
        foot: one line at its end: when, by whom.

    Raises:
        FontMissing: the front end was not built.
    """
    _fonts()
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=24 * mm, rightMargin=24 * mm, topMargin=22 * mm, bottomMargin=20 * mm,
        title=f"{sheet.title} {number}", author=sheet.organ, lang="en" if sheet.language == "en" else "zh-CN",
        invariant=1,
    )  # fmt: skip

    def page(canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setFont(_PLAIN, 8)
        canvas.setFillColor(_GREY)
        canvas.drawString(24 * mm, 12 * mm, _known(number))
        canvas.drawRightString(A4[0] - 24 * mm, 12 * mm, f"{canvas.getPageNumber()}")
        canvas.restoreState()

    paper.build([*_head(sheet, number), *_body(sheet), *_foot(foot)], onFirstPage=page, onLaterPages=page)
    return out.getvalue()


def _fonts() -> None:
    with _lock:
        if _BOLD in pdfmetrics.getRegisteredFontNames():
            return
        try:
            for name, weight in ((_PLAIN, 400), (_BOLD, 700)):
                pdfmetrics.registerFont(TTFont(name, str(FONTS / f"serif-{weight}.ttf")))
        except (TTFError, OSError) as cause:
            raise FontMissing from cause


def _style(**more: Any) -> ParagraphStyle:
    plain = {"fontName": _PLAIN, "fontSize": 11, "leading": 19, "wordWrap": "CJK"}
    return ParagraphStyle("s", **{**plain, **more})


def _known(text: str) -> str:
    glyphs = pdfmetrics.getFont(_PLAIN).face.charToGlyph
    return "".join(sign if ord(sign) in glyphs or sign in "\n" else _UNKNOWN for sign in text)


def _paragraph(text: str, **style: Any) -> Paragraph:
    return Paragraph(escape(_known(text)).replace("\n", "<br/>"), _style(**style))


def _head(sheet: Sheet, number: str) -> list[Any]:
    found: list[Any] = []
    if sheet.organ:
        organ = {"fontName": _BOLD, "fontSize": 20, "leading": 28, "textColor": _RED, "alignment": TA_CENTER}
        found += [_paragraph(sheet.organ, **organ),
                  HRFlowable(width="100%", thickness=1.6, color=_RED, spaceBefore=4, spaceAfter=14)]
    title = {"fontName": _BOLD, "fontSize": 17, "leading": 26, "alignment": TA_CENTER}
    found += [_paragraph(sheet.title, **title), _paragraph(number, fontSize=10, alignment=TA_RIGHT), Spacer(1, 8)]
    return found


def _body(sheet: Sheet) -> list[Any]:
    found: list[Any] = []
    pairs: list[Line] = []
    for line in sheet.lines:
        if line.kind == "pair":
            pairs.append(line)
            continue
        found += _pairs(pairs)
        pairs = []
        found += _line(line)
    return found + _pairs(pairs)


def _pairs(lines: list[Line]) -> list[Any]:
    if not lines:
        return []
    rows = [[_cell(one.label), _cell(one.text)] for one in lines]
    return [_grid(rows, [0.28 * _WIDTH, 0.72 * _WIDTH], [("BACKGROUND", (0, 0), (0, -1), HexColor("#f6f6f6"))])]


def _cell(text: str) -> Paragraph:
    return _paragraph(text, fontSize=10, leading=15)


def _grid(rows: list[Any], widths: list[float], more: list[Any]) -> Table:
    ruled = [("GRID", (0, 0), (-1, -1), 0.6, _GREY), ("VALIGN", (0, 0), (-1, -1), "TOP"),
             ("TOPPADDING", (0, 0), (-1, -1), 4), ("BOTTOMPADDING", (0, 0), (-1, -1), 6)]  # fmt: skip
    return Table(rows, colWidths=widths, style=[*ruled, *more], spaceBefore=8, spaceAfter=8, splitInRow=1)


def _line(line: Line) -> list[Any]:
    if line.kind == "heading":
        return [_paragraph(line.text, fontName=_BOLD, spaceBefore=10, spaceAfter=2)]
    if line.kind == "table":
        rows = [[_cell(one) for one in row] for row in (line.head, *line.rows)]
        shaded = [("BACKGROUND", (0, 0), (-1, 0), HexColor("#f6f6f6"))]
        return [_grid(rows, [_WIDTH / len(line.head)] * len(line.head), shaded)]
    if line.kind == "sign":
        return [_signs(line.head)]
    return [_paragraph(line.text, spaceAfter=6)]


def _signs(labels: tuple[str, ...]) -> KeepTogether:
    pairs = [labels[at : at + 2] for at in range(0, len(labels), 2)]
    rows = [[_cell(one) for one in (*pair, *("" for _ in range(2 - len(pair))))] for pair in pairs]
    under = [("LINEBELOW", (0, 0), (-1, -1), 0.6, _GREY), ("BOTTOMPADDING", (0, 0), (-1, -1), 26)]
    return KeepTogether([Spacer(1, 18), Table(rows, colWidths=[_WIDTH / 2] * 2, style=under)])


def _foot(text: str) -> list[Any]:
    return [HRFlowable(width="100%", thickness=0.5, color=_GREY, spaceBefore=26, spaceAfter=3),
            _paragraph(text, fontSize=8, leading=12, textColor=_GREY)]  # fmt: skip
