"""The people and places of the stories: accounts of the demo city, by what they do there."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tests.stories.photos import ROOT


@dataclass(frozen=True)
class Street:
    """Who works for one street."""

    worker: str
    second_worker: str
    grid_leader: str
    duty: str
    affairs: str
    command: str
    director: str
    handler: str
    #: another officer of the handling unit
    colleague: str
    leader: str
    county_duty: str
    county_director: str


ZHUANGSHI = Street(
    worker="grid.zs.057", second_worker="grid.zs.041", grid_leader="gridleader.zs.05", duty="duty.zs",
    affairs="affairs.zs", command="command.zs", director="director.zs", handler="enforce.zs", colleague="enforce2.zs",
    leader="enforce.lead.zs", county_duty="county.duty.zh", county_director="county.director.zh",
)  # fmt: skip
QIANTONG = Street(
    worker="grid.qt.017", second_worker="grid.qt.018", grid_leader="village.qt.05", duty="duty.qt",
    affairs="affairs.qt", command="command.qt", director="director.qt", handler="platform.qt",
    colleague="station.qt", leader="lead.qt", county_duty="county.duty.nh", county_director="county.director.nh",
)  # fmt: skip

WATER_STATION = "s.water.zs"
#: departments that the old way would have called as well, and that must be left in peace
SPARED = ("s.land.zs", "s.env.zs", "s.agri.zs", "s.housing.zs")
CIVIL_AFFAIRS = "s.civil.qt"
VILLAGER = "citizen01"
CITY_DUTY = "city.duty"
#: who whistles, who divides, who reports, who checks
WHISTLERS = ("coord.zs", "county.dispatch.zh", "gridleader.zs.03", "s.enforce.zs", "s.market.zs", "police.zs",
             "dept.land.zh", "lead.zs", "dept.lead.zh")
AUDITOR = "auditor"
#: the account of the programs that bring messages from outside
GATEWAY = "admin"

#: everybody who signs in over HTTP
EVERYBODY = tuple(dict.fromkeys((
    *vars(ZHUANGSHI).values(), *vars(QIANTONG).values(), WATER_STATION, *SPARED, CIVIL_AFFAIRS, VILLAGER, *WHISTLERS,
    AUDITOR, GATEWAY,
)))  # fmt: skip


@cache
def place(code: str) -> dict[str, Any]:
    """Look up a named place of the demo city."""
    known = yaml.safe_load((ROOT / "city" / "demo" / "places.yaml").read_text("utf-8"))["places"]
    return next(dict(one) for one in known if one["code"] == code)


def where(code: str) -> dict[str, Any]:
    """Write a place as a report does."""
    found = place(code)
    return {"lat": found["lat"], "lon": found["lon"], "address": found["zh"]}
