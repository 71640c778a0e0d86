"""How often a case passed each element, kept as one text that is searched, not parsed, at every step."""


class Visits(dict[str, int]):
    """Counts of passages by place: of those that a step asks for; the others stay in the text.

    A case carries a count for every element that it ever passed, and a step asks for two or three of them; reading
    all of them at each step would make old cases slow.
    """

    def __init__(self, text: str = "|") -> None:
        #: `|place=count|place=count|`
        self._text = text

    def __missing__(self, place: str) -> int:
        """Look a count up, 0 for a place that was never passed."""
        mark = f"|{place}="
        start = self._text.find(mark)
        if start < 0:
            return 0
        start += len(mark)
        return int(self._text[start:self._text.index("|", start)])

    def text(self) -> str:
        """Return everything as a text to be kept."""
        text = self._text
        for place, count in self.items():
            mark = f"|{place}="
            start = text.find(mark)
            if start < 0:
                text = f"{text}{place}={count}|"
            else:
                start += len(mark)
                text = f"{text[:start]}{count}{text[text.index('|', start):]}"
        return text
