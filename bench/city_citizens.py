"""How citizens of the simulated city answer: they supplement what is asked for, and rate what was done for them."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.errors import ActNotOpen
from app.domain.progress import Subscription
from app.usecases import Tools
from app.usecases.intake.answer_tracking import answer_tracking
from app.usecases.intake.own_report import MESSAGES
from bench.city_line import Planned, Question, Wish

#: share of those asked who answer by themselves, before an officer rings or writes it down for them
ANSWERS = {"supplement": 0.6, "rate": 0.5}
#: hours until half of them have answered
MEDIAN_HOURS = 2.0
_ACTS = {message: act for act, message in MESSAGES.items() if act in ANSWERS}
_RATINGS = (
    (75, {"solved": "yes", "satisfaction": "satisfied"}),
    (15, {"solved": "yes", "satisfaction": "basically_satisfied"}),
    (10, {"solved": "partly", "satisfaction": "unsatisfied"}),
)  # fmt: skip


class Citizens:
    """Those who reported something under a number and a code of their own, as the plan knows them."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._reports: dict[UUID, tuple[str, str]] = {}
        self._asked: set[tuple[UUID, str]] = set()

    def reported(self, case_id: UUID, event_no: str, tracking_code: str) -> None:
        """Remember who can follow which case."""
        self._reports[case_id] = (event_no, tracking_code)

    def wishes(self, questions: Iterable[Question]) -> Iterator[Planned]:
        """Draw when reporters do what their cases have begun to wait for."""
        for one in questions:
            mine = self._reports.get(one.case_id)
            if mine is None or (one.case_id, one.key) in self._asked:
                continue
            self._asked.add((one.case_id, one.key))
            if self._chance.random() < ANSWERS[one.act]:
                at = one.at + timedelta(hours=self._chance.expovariate(0.693 / MEDIAN_HOURS))
                yield Planned(at, Wish(*mine, one.act), one.case_id)


def questions(case_id: UUID, waiting: Iterable[Subscription], at: datetime) -> Iterator[Question]:
    """List what a case waits for from its reporter."""
    for one in waiting:
        act = _ACTS.get(one.message)
        if act and one.open:
            yield Question(case_id, one.key, act, at)


def answer(tools: Tools, chance: random.Random, wish: Wish) -> bool:
    """Answer on the page of one's report; say whether the case still waited for it."""
    event_no, code, act = wish
    try:
        answer_tracking(tools, event_no=event_no, tracking_code=code, act=act, answers=_words(chance, act))
    except ActNotOpen:
        return False
    return True


def _words(chance: random.Random, act: str) -> dict[str, Any]:
    if act == "supplement":
        return {"text": "就在小区东门路口，联系电话不变，请尽快处理。"}
    return dict(chance.choices([one for _, one in _RATINGS], [share for share, _ in _RATINGS])[0])
