"""How often a case passed each element: one text `|place=count|place=count|` that is searched, not parsed.

A case carries a count for every element that it ever passed, and a step asks for two or three of them; reading all of
them at each step would make old cases slow.
"""

#: nothing was passed yet
NONE = "|"


def counted(text: str, place: str) -> tuple[str, int]:
    """Count one more passage of a place; return the text with it, and which passage it is, from 1."""
    mark = f"|{place}="
    start = text.find(mark)
    if start < 0:
        return f"{text}{place}=1|", 1
    start += len(mark)
    end = text.index("|", start)
    nth = int(text[start:end]) + 1
    return f"{text[:start]}{nth}{text[end:]}", nth
