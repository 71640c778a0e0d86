"""Hot words: which words more events speak of than before, counted by events and not by how often they say it.

Words of the dictionary (names of items) come first; what is left is cut into pairs and triples of neighbouring
characters, for Chinese has no blanks between words. A pair that stands in nothing but one triple is left out.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from operator import add
from typing import Any

#: characters that join words and name nothing
_JOINING = "的了在是和与及或有无我你他她它们这那就都也还很不没被把对从向到于为以其并而但等之个些请希望要能会"
_RUN = re.compile(rf"[^{_JOINING}\W\da-zA-Z_]{{2,}}")
#: a word that fewer events speak of is chance
LEAST = 3
#: a text is read so far
_LONGEST = 1000


def dictionary_of(names: Iterable[str]) -> tuple[str, ...]:
    """Cut names of items into the words that people use, the longest first."""
    words = {word for name in names for word in re.split(r"[、，,/（）()与和\s]", name) if 2 <= len(word) <= 8}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def words_of(text: str, dictionary: Sequence[str]) -> set[str]:
    """List the words of one text, each once."""
    left, found = text[:_LONGEST], set()
    for word in dictionary:
        if word in left:
            found.add(word)
            left = left.replace(word, " ")
    for run in _RUN.findall(left):
        found.update(map(add, run, run[1:]))
        found.update(run[at : at + 3] for at in range(len(run) - 2))
    return found


def hot_words(
    now: Collection[str], before: Collection[str], dictionary: Sequence[str], *, most: int = 50
) -> list[dict[str, Any]]:
    """Rank the words of a quarter.

    Args:
        now: texts of the events of this quarter.
        before: those of the one before.

    Returns:
        {word, events, share, growth}; `growth` is null for what nobody spoke of before.
    """
    counted: Counter[str] = Counter()
    for text in now:
        counted.update(words_of(text, dictionary))
    known = frozenset(dictionary)
    often = {word: number for word, number in counted.items() if number >= LEAST}
    whole = {word[at : at + 2] for word, number in often.items() if len(word) == 3 and word not in known
             for at in (0, 1) if often.get(word[at : at + 2]) == number}  # fmt: skip
    ranked = sorted((word for word in often if word not in whole),
                    key=lambda word: (-often[word], word not in known, -len(word), word))  # fmt: skip
    return [{"word": word, "events": often[word], "share": round(often[word] / len(now), 4),
             "growth": _growth(word, now, before)} for word in ranked[:most]]  # fmt: skip


def _growth(word: str, now: Collection[str], before: Collection[str]) -> float | None:
    earlier = sum(word in text for text in before)
    return round(sum(word in text for text in now) / earlier, 2) if earlier else None
