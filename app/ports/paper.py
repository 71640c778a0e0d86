"""Write a sheet as PDF, with our own Chinese font inside, of which it takes only the signs that it uses.

The same sheet gives the same bytes, so that its hash can be recorded.
"""

import io
import threading
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from app.domain.documents import Line, Sheet
from app.domain.errors import Fault

FONTS = Path(__file__).resolve().parents[1] / "web" / "static" / "dist" / "fonts"
_PLAIN, _BOLD = "YongzhiSerif", "YongzhiSerif-Bold"
_RED, _GREY = HexColor("#cc0000"), HexColor("#444444")
#: what a frame leaves of the page
_WIDTH = A4[0] - 48 * mm - 12
_LEFT = 24 * mm + 6
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
        out, pagesize=A4, leftMargin=24 * mm, rightMargin=24 * mm, topMargin=22 * mm, bottomMargin=26 * mm,
        title=f"{sheet.title} {number}", author=sheet.organ, lang="en" if sheet.language == "en" else "zh-CN",
        invariant=1,
    )  # fmt: skip

    class Counted(Canvas):  # type: ignore[misc] # reportlab has no types
        """Keeps its pages back until it is known how many there are."""

        def __init__(self, *words: Any, **more: Any) -> None:
            super().__init__(*words, **more)
            self.kept: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for nth, page in enumerate(self.kept, 1):
                self.__dict__.update(page)
                _margin(self, number, f"{nth} / {len(self.kept)}", foot if nth == len(self.kept) else "")
                super().showPage()
            super().save()

    paper.build([*_head(sheet, number), *_body(sheet)], canvasmaker=Counted)
    return out.getvalue()


def _margin(canvas: Any, number: str, page: str, foot: str) -> None:
    canvas.saveState()
    if foot:
        # on the last page only, and never on one of its own
        said = _paragraph(foot, fontSize=8, leading=11, textColor=_GREY)
        _, high = said.wrap(_WIDTH, 12 * mm)
        canvas.setStrokeColor(_GREY)
        canvas.setLineWidth(0.5)
        canvas.line(_LEFT, 18 * mm + high, _LEFT + _WIDTH, 18 * mm + high)
        said.drawOn(canvas, _LEFT, 16 * mm)
    canvas.setFont(_PLAIN, 8)
    canvas.setFillColor(_GREY)
    canvas.drawString(_LEFT, 11 * mm, _known(number))
    canvas.drawRightString(_LEFT + _WIDTH, 11 * mm, page)
    canvas.restoreState()


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
    end = _end(sheet.lines)
    for line in sheet.lines[:end]:
        if line.kind == "pair":
            pairs.append(line)
            continue
        found += [*_pairs(pairs), *_line(line, sheet.language)]
        pairs = []
    found += _pairs(pairs)
    last = [part for line in sheet.lines[end:] for part in _line(line, sheet.language)]
    # a seal and signatures never stand on a page that says nothing
    return [*found, KeepTogether(last)] if last else found


def _end(lines: tuple[Line, ...]) -> int:
    """Find where the closing lines begin: the last words, and what is sealed and signed under them."""
    first = next((at for at, line in enumerate(lines) if line.kind in ("close", "sign")), len(lines))
    return first - 1 if 0 < first < len(lines) and lines[first - 1].kind == "text" else first


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


def _line(line: Line, language: str) -> list[Any]:
    if line.kind == "heading":
        # never alone at the foot of a page; what follows may be longer than a page
        return [CondPageBreak(60), _paragraph(line.text, fontName=_BOLD, spaceBefore=2, spaceAfter=2)]
    if line.kind == "table":
        rows = [[_cell(one) for one in row] for row in (line.head, *line.rows)]
        shaded = [("BACKGROUND", (0, 0), (-1, 0), HexColor("#f6f6f6"))]
        return [_grid(rows, _widths((line.head, *line.rows)), shaded)]
    if line.kind == "sign":
        return _signs(line.head)
    if line.kind == "close":
        # room for a seal across the name
        return [Spacer(1, 16), _paragraph(line.text, alignment=TA_RIGHT)]
    # two signs at the beginning of each paragraph, as Chinese papers have it; not before whom it is addressed to
    indent = 22 if line.kind == "text" and language == "zh" else 0
    return [_paragraph(one, spaceAfter=4, firstLineIndent=indent) for one in line.text.split("\n")]


def _widths(rows: tuple[tuple[str, ...], ...]) -> list[float]:
    """Give each column room by its longest cell, none too little."""
    longest = [min(max(7, *(len(row[at]) for row in rows)), 18) for at in range(len(rows[0]))]
    return [_WIDTH * one / sum(longest) for one in longest]


def _signs(labels: tuple[str, ...]) -> list[Any]:
    full = [*labels, ""] if len(labels) % 2 else labels
    rows = [[_cell(full[at]), "", _cell(full[at + 1])] for at in range(0, len(full), 2)]
    under = [("LINEBELOW", (side, 0), (side, -1), 0.6, _GREY) for side in (0, 2)]
    if len(labels) % 2:
        under.append(("LINEBELOW", (2, -1), (2, -1), 0.6, white))
    room = [("BOTTOMPADDING", (0, 0), (-1, -1), 24), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    gap = 24
    widths = [(_WIDTH - gap) / 2, gap, (_WIDTH - gap) / 2]
    return [Spacer(1, 14), Table(rows, colWidths=widths, style=[*under, *room])]

