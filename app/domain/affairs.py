"""Affairs, their items, and the platforms that answer for them: the records of the catalogue.

Which affairs exist is the city's data (`city/catalogue/`), never code; `catalogue.py` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.calendar import Amount
from app.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes part: a role, and which seat where the role sits in several units."""

    role: str
    #: `s-water` for a stationed officer, "" where the role has one seat
    seat: str = ""

    def __str__(self) -> str:
        """Write `role` or `role@seat`."""
        return f"{self.role}@{self.seat}" if self.seat else self.role


@dataclass(frozen=True, slots=True)
class Milestone:
    """A limit inside the handling, such as "work stopped within 4 wh"."""

    code: str
    zh: str
    en: str
    limit: Amount
    #: the milestone that it is counted from; "" means sign-off
    after: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A kind of matter that can be reported."""

    code: str
    zh: str
    en: str
    affair: str
    #: {generation of names: platform code}
    platforms: Mapping[str, str]
    lead: Party
    assist: tuple[Party, ...]
    urgency: str
    #: (people, urgency): from this number of people on, at least this urgency
    raised: tuple[int, str] | None
    start_level: int
    radius_m: float
    evidence: str
    max_distance_m: float
    photos: int
    #: unit of the street that is asked in a consultation
    station: str
    consult: bool
    confidential: bool
    #: {step: limit} where the item differs from the table of its urgency
    limits: Mapping[str, Amount]
    milestones: tuple[Milestone, ...]
    words: tuple[str, ...]
    #: the rule an officer should have before him, Chinese and English; empty where none is needed
    reference: tuple[str, str] = ("", "")

    def as_dict(self) -> dict[str, Any]:
        """Write the item as JSON values, for decision tables and the API."""
        return {
            "code": self.code,
            "zh": self.zh,
            "en": self.en,
            "affair": self.affair,
            "platforms": dict(self.platforms),
            "lead": self.lead.role,
            "lead_seat": self.lead.seat,
            "assist": [str(party) for party in self.assist],
            "urgency": self.urgency,
            "start_level": self.start_level,
            "radius_m": self.radius_m,
            "evidence": self.evidence,
            "station": self.station,
            "consult": self.consult,
            "confidential": self.confidential,
            "limits": {step: str(amount) for step, amount in self.limits.items()},
            "milestones": [
                {"code": m.code, "zh": m.zh, "en": m.en, "limit": str(m.limit), "after": m.after}
                for m in self.milestones
            ],
        }


@dataclass(frozen=True, slots=True)
class Affair:
    """A group of items under one lead."""

    code: str
    zh: str
    en: str
    items: tuple[str, ...]
    #: shown as suggestions, never asked automatically
    usual_assist: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform of the street under one generation of names."""

    code: str
    zh: str
    en: str
    #: the unit under the street that works under this name
    seat: str
    role: str


@dataclass(frozen=True)
class Catalogue:
    """One version of the catalogue, complete."""

    version: str
    valid_from: date
    #: True while the list is a proposal and not the city's own
    proposal: bool
    affairs: Mapping[str, Affair]
    items: Mapping[str, Item]
    #: {generation: {code: platform}}
    platforms: Mapping[str, Mapping[str, Platform]]
    #: the generation whose names are shown
    current: str
    #: {old item code: new item code}
    replaces: Mapping[str, str]
    patrol: tuple[Mapping[str, Any], ...] = ()

    def item(self, code: str) -> Item:
        """Get an item by its code, or by the code that an older version had for it.

        Raises:
            NotFound: neither knows it.
        """
        found = self.items.get(code) or self.items.get(self.replaces.get(code, ""))
        if found is None:
            raise NotFound(f"The catalogue has no item {code!r}.", code=code)
        return found

    def platform_of(self, code: str, generation: str | None = None) -> Platform:
        """Get the platform that answers for an item, by default under today's names."""
        chosen = generation or self.current
        if chosen not in self.platforms:
            raise NotFound(f"There is no generation {chosen!r} of platform names.")
        return self.platforms[chosen][self.item(code).platforms[chosen]]

    def suggest(self, text: str, most: int = 5) -> list[tuple[Item, float]]:
        """Suggest items for a text, best first, with a confidence between 0 and 1.

        The confidence is the share of the longest matching word among the best two items: one clear
        match gives 1.0, two equally good ones 0.5 each.
        """
        scores = {
            code: sum(len(word) for word in item.words if word in text) for code, item in self.items.items()
        }
        ranked = sorted((code for code, score in scores.items() if score), key=lambda c: (-scores[c], c))
        best = sum(scores[code] for code in ranked[:2])
        return [(self.items[code], round(scores[code] / best, 4)) for code in ranked[:most]]
