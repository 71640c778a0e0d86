"""Statements as the server takes them, worked out once for each."""

import re
from functools import lru_cache
from typing import NamedTuple

_PLACE = re.compile(r"%\((\w+)\)s|%%")
_READS = re.compile(r"\s*(select|with)\b")
_KEEPS = re.compile(r"\b(insert|update|delete|share|nextval|setval|set_config|pg_notify|pg_\w*lock\w*)\b")


class Numbered(NamedTuple):
    """A statement as the server takes it."""

    #: with `$1` in place of `%(name)s`
    text: bytes
    #: in the order of their numbers
    names: tuple[str, ...]
    #: it neither writes nor locks, so it needs no transaction around it
    plain: bool


@lru_cache(maxsize=2048)
def numbered(sql: str) -> Numbered:
    """Rewrite `%(name)s` as `$1`, once per statement; the driver would parse a long statement anew at each call."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "%" if found[0] == "%%" else f"${names.setdefault(found[1], len(names) + 1)}"

    text = _PLACE.sub(number, sql).encode()
    return Numbered(text, tuple(names), bool(_READS.match(sql)) and not _KEEPS.search(sql))
