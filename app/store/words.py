"""Words in texts of cases: pairs of letters narrow the search down, the text itself decides.

Chinese has no blanks between words, and most words have two letters; so each pair of neighbouring letters is a key of
a GIN index, which needs no extension. One letter alone has no key: then the lists compare texts as they page.
"""

import re
from typing import Any

from app.store.transaction import Transaction

#: with more cases than these a list compares texts as it pages, and has its page soon
RARE = 1000
#: a whole event number is looked up
EVENT_NO = re.compile(r"NB-[0-9]{6}-[0-9]{8}-[0-9]{6}", re.IGNORECASE)

FIND = f"""
select c.id from cases c where bigrams(c.search) @> %(pairs)s::text[] and c.search like %(like)s limit {RARE + 1}"""
EXACT = "select c.id from cases c where c.event_no = %(number)s"


def like(q: str) -> str:
    """Write a search text as a pattern in which nothing is special."""
    bare = _bare(q).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{bare}%"


def pairs(q: str) -> list[str]:
    """List the pairs of neighbouring letters."""
    bare = _bare(q)
    return sorted({bare[at : at + 2] for at in range(len(bare) - 1)})


def find_cases(tx: Transaction, q: str) -> list[Any] | None:
    """Find the cases whose number, text or address has the words; the caller asks what the actor may see.

    Returns:
        Ids, or None where there are too many to name, or no pair to look for.
    """
    bare = _bare(q)
    if EVENT_NO.fullmatch(bare):
        return [row[0] for row in tx.rows(EXACT, {"number": bare.upper()})]
    asked = pairs(q)
    if not asked:
        return None
    found = [row[0] for row in tx.rows(FIND, {"pairs": asked, "like": like(q)})]
    return found if len(found) <= RARE else None


def _bare(q: str) -> str:
    return q.strip().lower()[:100]
