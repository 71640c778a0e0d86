"""Evidence rules: what must be proved before a result counts.

Every check returns what is wrong as data, an empty list when nothing is. Nothing is raised: an officer
wants to see all of it at once.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.domain.affairs import Item
from app.domain.errors import Invalid
from app.domain.geometry import distance_m

#: a camera's clock may run this much ahead of ours
_CLOCK_DRIFT = timedelta(minutes=5)
#: check-in at a joint action (our proposal)
CHECK_IN_M = 200.0
CHECK_IN_WITHIN = timedelta(minutes=30)

#: at least four digits, perhaps with letters or dashes around them
_CERTIFICATE = re.compile(r"(?<![A-Z0-9])[A-Z]{0,8}-?[0-9]{4,20}(?:[A-Z0-9-]{0,8}[A-Z0-9])?")
#: the field of a row that holds it
_CERTIFICATE_FIELD = re.compile(r"cert|licen[cs]e|(^|_)(no|number)$")

_TEXTS = {
    "photo_missing": (
        "需要至少 {wanted} 张处置后照片",
        "At least {wanted} photo taken after the work is needed",
    ),
    "not_of_case": ("有照片不是本案的附件", "A photo is no file of this case"),
    "no_position": ("照片没有位置信息", "The photo has no position"),
    "too_far": (
        "照片距事发地 {distance_m} 米，超过 {limit_m} 米",
        "The photo was taken {distance_m} m away, more than {limit_m} m",
    ),
    "no_time": ("照片没有拍摄时间", "The photo has no time"),
    "before_sign_off": ("照片拍摄于签收之前", "The photo was taken before sign-off"),
    "in_the_future": ("照片拍摄时间晚于现在", "The photo was taken in the future"),
    "no_check_in": ("没有定位：请在现场填写位置", "No position is given: fill it in on the spot"),
    "check_in_far": (
        "签到位置距集合地 {distance_m} 米，超过 {limit_m} 米",
        "Checked in {distance_m} m away, more than {limit_m} m",
    ),
    "check_in_early": ("签到早于约定时间 30 分钟以上", "Checked in more than 30 minutes early"),
    "check_in_late": ("签到晚于约定时间 30 分钟以上", "Checked in more than 30 minutes late"),
    "two_officers": ("执法须有两名持证人员", "Enforcement needs two officers with certificates"),
}


@dataclass(frozen=True, slots=True)
class Photo:
    """What a photo says about itself."""

    id: str
    #: before, during or after the work
    phase: str
    taken_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is missing or wrong."""

    code: str
    #: id of the photo, "" when none is meant
    photo: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str = "zh") -> str:
        """Say it in Chinese or English."""
        return _TEXTS[self.code][0 if language.startswith("zh") else 1].format(**self.detail)

    def as_dict(self) -> dict[str, Any]:
        """Write the violation as JSON values."""
        return {"code": self.code, "photo": self.photo, **self.detail}


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """How many photos, and how near; no photos for consultation and mediation."""

    photos: int = 1
    max_distance_m: float = 200.0

    @classmethod
    def of(cls, item: Item) -> "EvidenceRule":
        """Read the rule of a catalogue item."""
        return cls(item.photos if item.evidence == "on_site" else 0, item.max_distance_m)


def check_result(
    rule: EvidenceRule,
    photos: Iterable[Photo],
    *,
    place: tuple[float, float] | None,
    signed_at: datetime,
    now: datetime,
) -> list[Violation]:
    """Check the photos of a handling result.

    Args:
        rule: of the item.
        photos: all photos of the result; only those of phase `after` can prove it.
        place: latitude and longitude of the event; None if it has none, then only the time is checked.
        signed_at: when the unit signed for the case; a photo must be younger.
        now: when the result is handed in.

    Returns:
        Nothing if enough photos are good. Otherwise that one is missing, and what is wrong with each.
    """
    wrong: list[Violation] = []
    good = 0
    for photo in photos:
        if photo.phase == "after":
            found = [*_time(photo, signed_at, now), *_position(photo, place, rule.max_distance_m)]
            wrong += found
            good += not found
    if good >= rule.photos:
        return []
    return [Violation("photo_missing", detail={"wanted": rule.photos}), *wrong]


def check_check_in(
    position: tuple[float, float],
    at: datetime,
    *,
    place: tuple[float, float] | None,
    appointed: datetime | None,
    limit_m: float = CHECK_IN_M,
    within: timedelta = CHECK_IN_WITHIN,
) -> list[Violation]:
    """Check that an officer checked in near the appointed place and time.

    Args:
        place, appointed: None where none is appointed; then it is not compared.
    """
    wrong = []
    metres = distance_m(*position, *place) if place else 0.0
    if metres > limit_m:
        detail = {"distance_m": round(metres), "limit_m": round(limit_m)}
        wrong.append(Violation("check_in_far", detail=detail))
    if appointed is not None and at < appointed - within:
        wrong.append(Violation("check_in_early"))
    if appointed is not None and at > appointed + within:
        wrong.append(Violation("check_in_late"))
    return wrong


def read_position(answers: Mapping[str, Any]) -> tuple[str, tuple[float, float] | None]:
    """Find where an answer says that it was given: (field to speak of, (lat, lon) or None)."""
    inner = answers.get("position")
    found, field_name = (inner, "position.lat") if isinstance(inner, Mapping) else (answers, "lat")
    pair = found.get("lat"), found.get("lon")
    if any(isinstance(one, bool) or not isinstance(one, (int, float)) for one in pair):
        return field_name, None
    return field_name, (float(pair[0]), float(pair[1]))  # type: ignore[arg-type]


def read_certificates(officers: Any) -> list[str]:
    """Find certificate numbers in what a form says of officers.

    Args:
        officers: a text (`张某 33020001、李某 33020002`), a list of texts, or rows with a field such as `certificate`.
    """
    if isinstance(officers, str):
        return _CERTIFICATE.findall(unicodedata.normalize("NFKC", officers).upper())
    if isinstance(officers, Mapping):
        fields = [value for name, value in officers.items() if _CERTIFICATE_FIELD.search(str(name).lower())]
        return [number for value in fields for number in read_certificates(str(value or ""))]
    if isinstance(officers, (list, tuple)):
        return [number for one in officers for number in read_certificates(one)]
    return []


def check_officers(certificates: Sequence[str]) -> list[Violation]:
    """Check that two officers with different certificates acted.

    Source:
        行政处罚法, article 42.
    """
    numbers = {number.strip().upper() for number in certificates if number.strip()}
    return [] if len(numbers) >= 2 else [Violation("two_officers")]


def _time(photo: Photo, signed_at: datetime, now: datetime) -> list[Violation]:
    """Check when a photo was taken."""
    if photo.taken_at is None or photo.taken_at.utcoffset() is None:
        return [Violation("no_time", photo.id)]
    if photo.taken_at < signed_at:
        return [Violation("before_sign_off", photo.id)]
    if photo.taken_at > now + _CLOCK_DRIFT:
        return [Violation("in_the_future", photo.id)]
    return []


def _position(photo: Photo, place: tuple[float, float] | None, limit_m: float) -> list[Violation]:
    """Check where a photo was taken."""
    if place is None:
        return []
    if photo.lat is None or photo.lon is None:
        return [Violation("no_position", photo.id)]
    try:
        metres = distance_m(photo.lat, photo.lon, *place)
    except Invalid:
        return [Violation("no_position", photo.id)]
    if metres > limit_m:
        detail = {"distance_m": round(metres), "limit_m": round(limit_m)}
        return [Violation("too_far", photo.id, detail)]
    return []
