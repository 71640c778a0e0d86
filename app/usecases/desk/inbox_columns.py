"""The columns of an inbox; shared by the verbs that show, choose and export them."""

from collections.abc import Iterable

#: every column that there is, in the order in which they stand
COLUMNS = (
    "light", "node", "process", "item", "summary", "starter", "opened", "arrived", "left", "due", "number", "role",
    "holder", "urgency", "channel",
)  # fmt: skip
#: what somebody sees who has chosen nothing
USUAL = ("light", "node", "process", "item", "summary", "starter", "opened", "arrived", "left", "number", "holder")


def known_columns(chosen: Iterable[str]) -> tuple[str, ...]:
    """Keep what is a column, in the order in which columns stand."""
    wanted = set(chosen)
    return tuple(name for name in COLUMNS if name in wanted)
