"""The plan of the whole city: real streets, invented villages, and totals that add up exactly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from app.domain.city.layout import shares, split
from app.domain.city.plan import CountyPlan, Plan, StreetPlan, VillagePlan, read_box
from app.domain.city.records import Box
from app.domain.errors import Invalid

#: parts of invented village names
_FIRST = "东西南北上下前后新老大小青白"
_SECOND = ("河村", "桥村", "塘村", "岙村", "湾村", "畈社区", "山村", "田村", "岭村", "浦社区", "渡村", "埠村")


def plan_full(spec: Mapping[str, Any], divisions: Sequence[Mapping[str, str]]) -> Plan:
    """Plan the whole city: real streets, invented villages, and totals that add up exactly.

    Args:
        spec: content of `full.yaml`.
        divisions: rows of the list of streets (code, name, areaCode).

    Raises:
        Invalid: the list of streets does not fit the totals.
    """
    try:
        dice, totals = Random(f"{spec['seed']}:plan"), spec["totals"]
        rows = [row for row in divisions if row["code"] not in set(spec["left_out"])]
        if len(rows) != totals["streets"] or len(spec["counties"]) != totals["counties"]:
            raise Invalid(f"{len(rows)} streets are listed, {totals['streets']} are wanted.")
        codes = [row["code"] for row in rows]
        made = _Made(
            villages=dict(zip(codes, shares(totals["villages"], len(rows), dice, least=4), strict=True)),
            offices=dict(zip(codes, shares(totals["offices"], len(rows), dice, least=5), strict=True)),
            grids=iter(shares(totals["grids"], totals["villages"], dice)),
            micro_grids=iter(shares(totals["micro_grids"], totals["grids"], dice)),
            members=iter(shares(totals["members"], totals["grids"], dice)),
        )
        counties = tuple(
            _county(row, [*_streets_of(row, rows, spec["counties"])], spec, made) for row in spec["counties"]
        )
    except (KeyError, TypeError, ValueError) as cause:
        raise Invalid(f"The plan of the city cannot be read: {type(cause).__name__} {cause}.") from cause
    city = spec["city"]
    return Plan(city["code"], city["zh"], city["en"], "full", spec["seed"], spec["valid_from"], counties)


@dataclass(frozen=True)
class _Made:
    """The numbers that were divided, to be handed out in order."""

    villages: Mapping[str, int]
    offices: Mapping[str, int]
    grids: Iterator[int]
    micro_grids: Iterator[int]
    members: Iterator[int]


def _county(
    row: Mapping[str, Any], own: Sequence[Mapping[str, str]], spec: Mapping[str, Any], made: _Made
) -> CountyPlan:
    """Plan one county; its streets share its box."""
    code = f"{spec['city']['code']}.{row['number']}"
    box = read_box(row["box"])
    boxes = split(box, len(own), Random(f"{spec['seed']}:{code}"))
    streets = tuple(_street(code, row, street, ground, made) for street, ground in zip(own, boxes, strict=True))
    return CountyPlan(code, row["zh"], row["en"], row["tag"], box, "full", streets)


def _street(county: str, row: Mapping[str, Any], street: Mapping[str, str], box: Box, made: _Made) -> StreetPlan:
    """Plan one street under its real name."""
    number, zh = street["code"][-3:], street["name"]
    short = zh.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    villages = tuple(_village(f"{county}.{number}", n, made) for n in range(made.villages[street["code"]]))
    offices = made.offices[street["code"]]
    en, tag = f"{row['en']} street {number}", row["tag"] + number
    return StreetPlan(f"{county}.{number}", zh, short, en, tag, box, villages, offices, "full")


def _village(street: str, n: int, made: _Made) -> VillagePlan:
    """Invent the n-th village of a street; names are unique within it."""
    wanted = next(made.grids)
    return VillagePlan(
        f"{street}.{n + 1:03}",
        _FIRST[n % len(_FIRST)] + _SECOND[(n + n // len(_FIRST)) % len(_SECOND)],
        f"village {n + 1}",
        tuple(next(made.micro_grids) for _ in range(wanted)),
        tuple(next(made.members) for _ in range(wanted)),
    )


def _streets_of(
    county: Mapping[str, Any], rows: Sequence[Mapping[str, str]], counties: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, str]]:
    """List a county's streets: those it names, or those of its code that no functional area names."""
    named = set(county.get("streets", ()))
    taken = {code for other in counties for code in other.get("streets", ())}
    for row in rows:
        own = row["areaCode"] == f"3302{county['number']}" and row["code"] not in taken
        if row["code"] in named or (not named and own):
            yield row
