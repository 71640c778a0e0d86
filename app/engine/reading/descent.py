"""Reading other languages' expressions by recursive descent: the words, how deep they nest, what has no equal here."""

from collections.abc import Iterable

#: characters; longer expressions are nobody's handwriting
MAX_LENGTH = 4000
_MAX_DEPTH = 40


class NoEquivalent(Exception):
    """The expression says something that FEEL here does not say."""


def quoted(text: str) -> str:
    """Write a FEEL text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", " ")
    return f'"{escaped}"'


def bounded(text: str) -> str:
    """Return a piece of FEEL; one that says its operands more than once must not grow without end.

    Raises:
        NoEquivalent: it is longer than any expression that could run.
    """
    if len(text) > 2 * MAX_LENGTH:
        raise NoEquivalent("too long")
    return text


class Descent:
    """Walks over the words of one expression; a language adds what may follow what.

    Args:
        words: (kind, text), the last of the kind `end`.
    """

    #: kinds of words that can be asked for by their text
    asked: tuple[str, ...] = ("sign",)

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        self._words = list(words)
        self._at = self._depth = 0

    def read(self) -> str:
        """Return the FEEL of the whole expression.

        Raises:
            NoEquivalent: part of it has none.
        """
        found = self._whole()
        if self._kind != "end":
            raise NoEquivalent(self._value)
        return found

    @property
    def _kind(self) -> str:
        return self._words[self._at][0]

    @property
    def _value(self) -> str:
        return self._words[self._at][1]

    def _next(self) -> tuple[str, str]:
        """Go past a word, whatever it is; nothing follows the end."""
        found = self._words[self._at]
        self._at = min(self._at + 1, len(self._words) - 1)
        return found

    def _take(self, *signs: str) -> str:
        """Go past one of the signs and say which; empty where none of them stands."""
        if self._kind in self.asked and self._value in signs:
            return self._next()[1]
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise NoEquivalent(f"{sign} expected")

    def _whole(self) -> str:
        """Read an expression from its weakest sign on."""
        raise NotImplementedError

    def _inner(self) -> str:
        """Read an expression inside another."""
        self._deeper()
        found = self._whole()
        self._depth -= 1
        return found

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NoEquivalent("nested too deep")

    def _given(self) -> list[str]:
        """Read the arguments of a call up to its closing bracket."""
        found: list[str] = []
        while not self._take(")"):
            if found:
                self._need(",")
            found.append(self._inner())
        return found
