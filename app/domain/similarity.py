"""How much two reports look like the same matter (the weights are our proposal).

The decision what follows from a score is a table (`dedup_action`); this module measures and shows its parts.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from app.domain.geometry import distance_m

#: weights of distance, text, matter, time and identity; they add up to 1
WEIGHTS = {"distance": 0.40, "text": 0.25, "item": 0.20, "time": 0.10, "identity": 0.05}
SUGGEST, POSSIBLE, REPEAT = 0.60, 0.45, 0.55
#: a closed event still counts for this long
CLOSED_FOR = timedelta(days=7)
_WINDOW, _URGENT, _DEVICE = timedelta(hours=72), timedelta(hours=24), timedelta(hours=2)

Band = Literal["suggest", "possible", "new"]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of a report or an event is compared."""

    affair: str
    item: str
    reported_at: datetime
    content: str = ""
    lat: float | None = None
    lon: float | None = None
    urgency: str = "U3"
    #: reported by a device
    device: bool = False
    phone: str = ""
    address_id: str = ""
    legal_entity_id: str = ""
    #: when the event was closed, None while it is open
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How similar two reports are, and why."""

    total: float
    distance: float
    text: float
    item: float
    time: float
    identity: float
    #: metres between them, None where a place is unknown
    metres: float | None

    @property
    def band(self) -> Band:
        """Say what the score suggests: a merge, a look, or nothing."""
        return "suggest" if self.total >= SUGGEST else "possible" if self.total >= POSSIBLE else "new"

    def as_dict(self) -> dict[str, Any]:
        """Write the score with its parts as JSON values."""
        parts = {name: getattr(self, name) for name in WEIGHTS}
        metres = None if self.metres is None else round(self.metres)
        return {"total": self.total, "band": self.band, "metres": metres, "parts": parts}


def window(new: Sketch) -> timedelta:
    """Say how far apart in time two reports of one matter may be."""
    if new.device:
        return _DEVICE
    return _URGENT if new.urgency in ("U1", "U2") else _WINDOW


def is_candidate(new: Sketch, old: Sketch, radius_m: float) -> bool:
    """Say whether an event is worth comparing: same affair, near, recent, open or closed less than 7 d."""
    if new.affair != old.affair or abs(new.reported_at - old.reported_at) > window(new):
        return False
    if old.closed_at is not None and new.reported_at - old.closed_at >= CLOSED_FOR:
        return False
    metres = _metres(new, old)
    return metres is not None and metres <= radius_m


def score(new: Sketch, old: Sketch, radius_m: float) -> Score:
    """Measure the similarity of two reports.

    Args:
        new: the report that came in.
        old: an event that is there.
        radius_m: radius of the item, 200 by default in the catalogue.

    Returns:
        The score, 0 to 1, with the weighted parts that add up to it.
    """
    metres = _metres(new, old)
    gap = abs(new.reported_at - old.reported_at) / window(new)
    shares = {
        "distance": 0.0 if metres is None else max(0.0, 1 - metres / radius_m),
        "text": text_similarity(new.content, old.content),
        "item": 1.0 if new.item == old.item else 0.5 if new.affair == old.affair else 0.0,
        "time": max(0.0, 1 - gap),
        "identity": float(_same_identity(new, old)),
    }
    parts = {name: round(WEIGHTS[name] * share, 4) for name, share in shares.items()}
    return Score(total=round(sum(parts.values()), 4), metres=metres, **parts)


def may_merge_alone(new: Sketch, old: Sketch, radius_m: float) -> bool:
    """Say whether a machine may merge without a person: devices only, same item, within half the radius."""
    metres = _metres(new, old)
    near = metres is not None and metres <= radius_m / 2
    return new.device and old.device and new.item == old.item and near and is_candidate(new, old, radius_m)


def is_repeat(new: Sketch, old: Sketch, found: Score) -> bool:
    """Say whether the matter came back: closed less than 7 d ago and similar enough."""
    if old.closed_at is None or found.total < REPEAT:
        return False
    return timedelta() <= new.reported_at - old.closed_at < CLOSED_FOR


def text_similarity(a: str, b: str) -> float:
    """Measure the share of common letter pairs (Jaccard); 0.5 if one side says nothing."""
    first, second = _pairs(a), _pairs(b)
    if not first or not second:
        return 0.5
    return len(first & second) / len(first | second)


def share_found(words: str, text: str) -> float:
    """Measure how much of a few words stands in a text: the share of their letter pairs, 0 without words."""
    wanted = _pairs(words)
    return len(wanted & _pairs(text)) / len(wanted) if wanted else 0.0


def _pairs(text: str) -> frozenset[str]:
    """Cut a text into pairs of neighbouring letters, without spaces, punctuation and width."""
    letters = [
        letter
        for letter in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(letter)[0] in "LN"
    ]
    if len(letters) == 1:
        return frozenset(letters)
    return frozenset(a + b for a, b in zip(letters, letters[1:], strict=False))


def _metres(a: Sketch, b: Sketch) -> float | None:
    """Measure the distance where both places are known."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    return distance_m(a.lat, a.lon, b.lat, b.lon)


def _same_identity(a: Sketch, b: Sketch) -> bool:
    """Say whether telephone, address or legal entity is the same."""
    pairs = ((a.phone, b.phone), (a.address_id, b.address_id), (a.legal_entity_id, b.legal_entity_id))
    return any(one and one == other for one, other in pairs)
