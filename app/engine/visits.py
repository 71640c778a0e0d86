"""How often a case passed each element, kept as one text that is searched, not parsed, at every step."""


class Visits:
    """Counts of passages by place.

    A case carries a count for every element that it ever passed, and a step asks for two or three of them; reading
    all of them at each step would make old cases slow.
    """

    def __init__(self, text: str = "|") -> None:
        #: `|place=count|place=count|`
        self._text = text
        self._fresh: dict[str, int] = {}

    def next(self, place: str) -> int:
        """Count one more passage and return its number, from 1."""
        count = self._fresh[place] = (self._fresh.get(place) or self._known(place)) + 1
        return count

    def text(self) -> str:
        """Return everything as a text to be kept."""
        if any(f"|{place}=" in self._text for place in self._fresh):
            pairs = dict(pair.split("=") for pair in self._text.split("|") if pair)
            pairs.update({place: str(count) for place, count in self._fresh.items()})
            self._text = "".join(["|", *[f"{place}={count}|" for place, count in pairs.items()]])
        else:
            self._text += "".join([f"{place}={count}|" for place, count in self._fresh.items()])
        self._fresh = {}
        return self._text

    def _known(self, place: str) -> int:
        mark = f"|{place}="
        start = self._text.find(mark)
        if start < 0:
            return 0
        start += len(mark)
        return int(self._text[start:self._text.index("|", start)])
