"""A day of the city: who reports what, where and when, drawn from stated distributions and a seed.

Every number here is an assumption of this measurement, none is a figure of Ningbo's but the 10,685 events of the day.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.affairs import Item

EVENTS = 10_685
#: share of the day's reports in each hour; four hours bring six of ten
BY_HOUR = (1, 1, 1, 1, 1, 2, 5, 12, 17, 16, 15, 5, 3, 4, 4, 3, 2, 2, 1, 1, 1, 1, 1, 0)
#: channel, nature, share; telephones and gateways leave a number that can be called back
CHANNELS = (
    ("GRID", "patrol", 60), ("HOTLINE_12345", "complaint", 12), ("CITY_APP", "complaint", 8), ("WECHAT", "help", 5),
    ("CITY_APP", "consult", 5), ("FACE", "help", 4), ("IOT", "device", 3), ("DEPT", "complaint", 2),
    ("HOTLINE_12345", "suggestion", 1),
)  # fmt: skip
CALLED_BACK = frozenset({"HOTLINE_12345", "CITY_APP", "WECHAT", "FACE"})
#: affairs that come more often than others; all others count one
OFTEN = {"C12": 8, "C14": 8, "C17": 8, "C01": 4, "C13": 3, "C11": 3}
#: metres around the middle of a grid
SPREAD_M = 120


@dataclass(frozen=True)
class Arrival:
    """One report to come."""

    at: datetime
    grid: str
    lat: float
    lon: float
    channel: str
    nature: str
    item: str
    content: str
    phone: str


def arrivals(
    day: datetime, items: Sequence[Item], grids: Sequence[tuple[str, float, float]], *, events: int, seed: int
) -> Iterator[Arrival]:
    """Draw the reports of a day in the order of time.

    Args:
        day: its midnight.
        grids: code, latitude and longitude of the middle of each grid.
    """
    chance = random.Random(seed)
    hours = chance.choices(range(24), BY_HOUR, k=events)
    moments = sorted(day + timedelta(hours=hour, seconds=chance.randrange(3600)) for hour in hours)
    weights = [OFTEN.get(item.affair, 1) for item in items]
    for number, at in enumerate(moments):
        channel, nature, _ = chance.choices(CHANNELS, [share for *_, share in CHANNELS])[0]
        grid, lat, lon = chance.choice(grids)
        item = chance.choices(items, weights)[0]
        word = chance.choice(item.words) if item.words else item.zh
        # whoever asks knows no item; whoever patrols names it
        hint = "" if nature == "consult" else item.code
        yield Arrival(
            at=at, grid=grid, lat=lat + chance.uniform(-1, 1) * SPREAD_M / 111_320,
            lon=lon + chance.uniform(-1, 1) * SPREAD_M / 96_500, channel=channel, nature=nature, item=hint,
            content=f"第{number + 1}号：{item.zh}，{word}，请尽快到现场处理",
            phone=f"139{number:08d}" if channel in CALLED_BACK else "",
        )  # fmt: skip
