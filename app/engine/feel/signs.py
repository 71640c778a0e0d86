"""Read the single signs and the classes of signs in a pattern.

Source:
    XML Schema 1.1, appendix G; XPath functions 3.1, section 5.6.1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from app.engine.feel.errors import Unfit

Accepts = Callable[[str], bool]
MAX_NESTING = 20

_CLASSES: dict[str, Accepts] = {
    "d": lambda sign: unicodedata.category(sign) == "Nd",
    "s": lambda sign: sign in " \t\n\r",
    "w": lambda sign: unicodedata.category(sign)[0] not in "PZC",
    "i": lambda sign: sign in "_:" or unicodedata.category(sign)[0] == "L",
    "c": lambda sign: sign in "_:-." or unicodedata.category(sign)[0] in "LNM",
}
#: blocks of signs by their names without spaces
_BLOCKS: dict[str, tuple[int, int]] = {
    "BasicLatin": (0x0, 0x7F), "Latin-1Supplement": (0x80, 0xFF), "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F), "IPAExtensions": (0x250, 0x2AF), "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F), "Greek": (0x370, 0x3FF), "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF), "Armenian": (0x530, 0x58F), "Hebrew": (0x590, 0x5FF), "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F), "Thai": (0xE00, 0xE7F), "Tibetan": (0xF00, 0xFFF), "HangulJamo": (0x1100, 0x11FF),
    "Mongolian": (0x1800, 0x18AF), "LatinExtendedAdditional": (0x1E00, 0x1EFF), "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F), "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF), "LetterlikeSymbols": (0x2100, 0x214F), "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF), "MathematicalOperators": (0x2200, 0x22FF), "MiscellaneousTechnical": (0x2300, 0x23FF),
    "EnclosedAlphanumerics": (0x2460, 0x24FF), "BoxDrawing": (0x2500, 0x257F), "BlockElements": (0x2580, 0x259F),
    "GeometricShapes": (0x25A0, 0x25FF), "MiscellaneousSymbols": (0x2600, 0x26FF), "Dingbats": (0x2700, 0x27BF),
    "CJKRadicalsSupplement": (0x2E80, 0x2EFF), "KangxiRadicals": (0x2F00, 0x2FDF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F), "Hiragana": (0x3040, 0x309F), "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F), "HangulCompatibilityJamo": (0x3130, 0x318F),
    "EnclosedCJKLettersandMonths": (0x3200, 0x32FF), "CJKCompatibility": (0x3300, 0x33FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF), "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "YiSyllables": (0xA000, 0xA48F), "HangulSyllables": (0xAC00, 0xD7AF), "PrivateUse": (0xE000, 0xF8FF),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF), "CJKCompatibilityForms": (0xFE30, 0xFE4F),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}  # fmt: skip
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def _not(accepts: Accepts) -> Accepts:
    return lambda sign: not accepts(sign)


class Reading:
    """Where the reader of a pattern is, and by which flags it reads."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.depth = 0
        self.ignore_case = "i" in flags
        self.dot_all = "s" in flags
        self.lines = "m" in flags
        #: groups that a reference may name
        self.closed: set[int] = set()

    def peek(self) -> str:
        """Return the next sign, or an empty text at the end."""
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """Return the next sign and go on."""
        if self.at >= len(self.text):
            raise Unfit("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]


def unspaced(text: str) -> str:
    """Return a pattern of the flag x without its white space, which stays in classes."""
    made, depth, at = [], 0, 0
    while at < len(text):
        sign = text[at]
        if sign == "\\" and text[at + 1 : at + 2] in tuple("[]\\"):
            made.append(text[at : at + 2])
            at += 2
            continue
        depth = max(depth + (sign == "[") - (sign == "]"), 0)
        if depth or sign not in " \t\n\r":
            made.append(sign)
        at += 1
    return "".join(made)


def _kind_of_signs(reader: Reading) -> Accepts:
    """Read `Lu}` or `IsBasicLatin}`."""
    end = reader.text.find("}", reader.at, reader.at + 60)
    name = reader.text[reader.at : max(end, reader.at)]
    bounds = _BLOCKS.get(name[2:]) if name.startswith("Is") else None
    if bounds is None and (not 1 <= len(name) <= 2 or name[0] not in "LMNPZSC"):
        raise Unfit("the pattern names an unknown kind of sign")
    reader.at = end + 1
    if bounds is not None:
        low, high = bounds
        return lambda other: low <= ord(other) <= high
    return lambda other: unicodedata.category(other).startswith(name)


def escaped(reader: Reading) -> str | Accepts:
    """Read what follows a backslash: a sign, or a class."""
    sign = reader.take()
    if sign in "pP":
        if reader.take() != "{":
            raise Unfit("the pattern has a bad \\p")
        accepts = _kind_of_signs(reader)
        return accepts if sign == "p" else _not(accepts)
    if sign.lower() in _CLASSES:
        found = _CLASSES[sign.lower()]
        return found if sign.islower() else _not(found)
    if sign in _CONTROLS:
        return _CONTROLS[sign]
    if sign.isalnum():
        raise Unfit(f"the pattern has an unknown \\{sign}")
    return sign


class _Class:
    """A class of signs while it is read, and then the question whether a sign is in it."""

    def __init__(self, ignore_case: bool) -> None:
        self.ignore_case = ignore_case
        self.negated = False
        self.singles: set[str] = set()
        self.ranges: list[tuple[str, str]] = []
        self.kinds: list[Accepts] = []
        self.without: Accepts | None = None

    def is_empty(self) -> bool:
        """Tell whether nothing has been put in yet."""
        return not (self.singles or self.ranges or self.kinds)

    def has(self, sign: str) -> bool:
        """Tell whether a sign stands in the class, its case as it is."""
        return (
            sign in self.singles
            or any(low <= sign <= high for low, high in self.ranges)
            or any(accepts(sign) for accepts in self.kinds)
        )

    def accepts(self, sign: str) -> bool:
        """Tell whether a sign matches."""
        hit = self.has(sign) or (self.ignore_case and (self.has(sign.lower()) or self.has(sign.upper())))
        return hit != self.negated and not (self.without is not None and self.without(sign))


def _range_follows(reader: Reading) -> bool:
    """Tell whether `-x` follows, where x is the end of a range."""
    return reader.text[reader.at : reader.at + 1] == "-" and reader.text[reader.at + 1 : reader.at + 2] not in (
        "]",
        "[",
    )


def _range_end(reader: Reading, low: str) -> tuple[str, str]:
    reader.at += 1
    last = reader.take()
    end = escaped(reader) if last == "\\" else last
    if not isinstance(end, str) or end < low:
        raise Unfit("the pattern has a bad range")
    return low, end


def sign_class(reader: Reading, depth: int = 0) -> Accepts:
    """Read a class after its `[`, with ranges, negation and subtraction `[a-z-[aeiou]]`."""
    made = _Class(reader.ignore_case)
    made.negated = reader.text.startswith("^", reader.at)
    reader.at += made.negated
    while (sign := reader.take()) != "]" or made.is_empty():
        if sign == "-" and reader.text.startswith("[", reader.at) and depth < MAX_NESTING:
            reader.at += 1
            made.without = sign_class(reader, depth + 1)
            if reader.take() != "]":
                raise Unfit("the pattern has a bad class")
            break
        found = escaped(reader) if sign == "\\" else sign
        if not isinstance(found, str):
            made.kinds.append(found)
        elif _range_follows(reader):
            made.ranges.append(_range_end(reader, found))
        else:
            made.singles.add(found)
    return made.accepts
