"""How citizens of the simulated city answer: they supplement what is asked for, and rate what was done for them."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.errors import ActNotOpen
from app.domain.progress import Subscription
from app.usecases import Tools
from app.usecases.intake.answer_tracking import answer_tracking
from app.usecases.intake.own_report import MESSAGES
from app.usecases.intake.submit_report import Submitted

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
    """Those who reported something under a number and a code of their own."""

    def __init__(self, tools: Tools, chance: random.Random) -> None:
        self._tools, self._chance = tools, chance
        self._reports: dict[UUID, Submitted] = {}
        self._asked: set[tuple[UUID, str]] = set()

    def reported(self, report: Submitted) -> None:
        """Remember who can follow which case."""
        self._reports[report.case_id] = report

    def wishes(self, case_id: UUID, waiting: tuple[Subscription, ...], at: datetime) -> list[tuple[datetime, str]]:
        """Draw when the reporter of a case does what it has begun to wait for: [(moment, act)]."""
        found = []
        for one in waiting:
            act = _ACTS.get(one.message)
            if act and one.open and (case_id, one.key) not in self._asked:
                self._asked.add((case_id, one.key))
                if self._chance.random() < ANSWERS[act]:
                    found.append((at + timedelta(hours=self._chance.expovariate(0.693 / MEDIAN_HOURS)), act))
        return found

    def answer(self, case_id: UUID, act: str) -> bool:
        """Answer on the page of one's report; say whether the case still waited for it."""
        mine = self._reports.get(case_id)
        if mine is None or not mine.tracking_code:
            return False
        try:
            answer_tracking(
                self._tools, event_no=mine.event_no, tracking_code=mine.tracking_code, act=act, answers=self._words(act)
            )
        except ActNotOpen:
            return False
        return True

    def _words(self, act: str) -> dict[str, Any]:
        if act == "supplement":
            return {"text": "就在小区东门路口，联系电话不变，请尽快处理。"}
        return dict(self._chance.choices([one for _, one in _RATINGS], [share for share, _ in _RATINGS])[0])
