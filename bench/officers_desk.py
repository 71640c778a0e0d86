"""One officer at his desk: he lists, opens, claims, completes, remarks, reports at his own pace, as a browser does."""

import json
import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.officers_line import Line, Seat, Wrong

#: how often each act is begun, by the role of who begins it; an act without anything to do it on becomes a look
ACTS: dict[str, dict[str, int]] = {
    "grid_member": {"list": 50, "report": 30, "comment": 20},
    "": {"list": 25, "open": 20, "claim": 20, "complete": 25, "comment": 10},
}
#: forms that he can fill as they propose, with what he adds
KNOWN: dict[str, dict[str, Any]] = {"intake_accept_decide": {"decision": "accept"}, "handling_sign": {}}
_ID = r"[0-9a-f-]{36}"
_CLAIMABLE = re.compile(rf'action="/tasks/({_ID})/claim"')
_HELD = re.compile(rf'btn-primary" href="/tasks/({_ID})"')
_BLOCK = r'<script type="application/json" id="form-{}">(.*?)</script>'


@dataclass
class Done:
    """What one officer did, as far as he was told that it was done."""

    #: (kind, when it began, seconds)
    acts: list[tuple[str, float, float]] = field(default_factory=list)
    claimed: set[str] = field(default_factory=set)
    completed: set[str] = field(default_factory=set)
    comments: dict[str, str] = field(default_factory=dict)
    reports: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


class Officer(threading.Thread):
    """One of many."""

    def __init__(self, port: int, seat: Seat, begin: float, until: float, pace: float) -> None:
        super().__init__(daemon=True)
        self._seat, self._begin, self._until, self._pace = seat, begin, until, pace
        self._chance = random.Random(seat.username)
        self.line = Line(port, seat, self._chance)
        self._claimable: list[str] = []
        self._held: list[str] = []
        self._cases: list[str] = []
        self._strange: set[str] = set()
        self.done = Done()

    def run(self) -> None:
        """Act after act until the time is over; what fails is written down, never passed over."""
        weights = ACTS.get(self._seat.role, ACTS[""])
        following = self._begin + self._chance.random() * self._pace
        while following < self._until:
            time.sleep(max(0.0, following - time.monotonic()))
            wanted = self._chance.choices(list(weights), list(weights.values()))[0]
            began = time.monotonic()
            self.line.anew()
            try:
                kind = self._act(wanted)
                self.done.acts.append((kind, began, time.monotonic() - began))
            except Exception as failure:
                self.done.errors.append(f"{wanted}: {type(failure).__name__}: {failure}"[:300])
            following = max(following + self._pace * self._chance.uniform(0.5, 1.5), time.monotonic())
        self.line.close()

    def _act(self, wanted: str) -> str:
        acts: Mapping[str, tuple[list[str], Callable[[str], None]]] = {
            "open": (self._held or self._claimable, self._open), "claim": (self._claimable, self._claim),
            "complete": (self._held, self._complete), "comment": (self._cases, self._comment),
            "report": ([self._seat.unit], self._report),
        }  # fmt: skip
        things, act = acts.get(wanted, ([], self._open))
        if not things or not self.line.csrf:
            self._list()
            return "list"
        act(self._chance.choice(things))
        return wanted

    def _list(self) -> None:
        text = self.line.get("/inbox")
        self._claimable = [one for one in _CLAIMABLE.findall(text) if one not in self._strange]
        self._held = [one for one in _HELD.findall(text) if one not in self._strange]
        self._cases = list(dict.fromkeys(re.findall(rf'href="/cases/({_ID})"', text))) or self._cases

    def _open(self, task: str) -> str:
        text = self.line.get(f"/tasks/{task}")
        if f'hx-get="/tasks/{task}/more"' in text:
            self.line.get(f"/tasks/{task}/more")
        return text

    def _claim(self, task: str) -> None:
        self._claimable.remove(task)
        content = urlencode({"csrf_token": self.line.csrf})
        answer = self.line.write(
            f"/tasks/{task}/claim", content, "application/x-www-form-urlencoded", self.line.as_browser()
        )
        if answer.status != 303:
            raise Wrong(f"claim {answer.status} {answer.text[:200]}")
        # the page says whether he or somebody else was first
        if "data-submit-url" in self._open(task):
            self.done.claimed.add(task)
            self._held.append(task)

    def _complete(self, task: str) -> None:
        self._held.remove(task)
        text = self.line.get(f"/tasks/{task}")
        schema = _block(text, "schema")
        if schema.get("id") not in KNOWN or "data-submit-url" not in text:
            self._strange.add(task)
            return
        shown = {one.get("key") for one in schema["components"] if one.get("readonly") and one.get("conditional")}
        values = {name: value for name, value in _block(text, "values").items() if name not in shown}
        revision = {name: int(found[1]) for name, mark in (("revision", "revision"), ("form_version", "form-version"))
                    if (found := re.search(rf'data-{mark}="(\d+)"', text))}  # fmt: skip
        content = json.dumps({"answers": {**values, **KNOWN[schema["id"]]}, **revision})
        answer = self.line.write(f"/tasks/{task}/complete", content, "application/json", self.line.as_browser())
        if answer.status != 200:
            raise Wrong(f"complete {schema['id']} {answer.status} {answer.text[:200]}")
        self.done.completed.add(task)
        self.line.get(json.loads(answer.text)["location"])

    def _comment(self, case: str) -> None:
        text = f"已电话联系当事人,{uuid.uuid4().hex}"
        content, path = json.dumps({"text": text}), f"/api/v1/cases/{case}/comments"
        answer = self.line.write(path, content, "application/json", self.line.as_program())
        if answer.status != 201:
            raise Wrong(f"comment {answer.status} {answer.text[:200]}")
        self.done.comments[text] = case

    def _report(self, grid: str) -> None:
        mark = uuid.uuid4().hex
        report = {"channel": "GRID", "nature": "patrol", "grid": grid, "content": f"路边堆放垃圾,编号{mark}",
                  "address": f"{mark[:6]}号旁", "item_hint": "C14-05"}  # fmt: skip
        answer = self.line.write("/api/v1/reports", json.dumps(report), "application/json", self.line.as_program())
        if answer.status != 201:
            raise Wrong(f"report {answer.status} {answer.text[:200]}")
        self.done.reports.add(json.loads(answer.text)["case_id"])
        self._cases = [*self._cases[-20:], json.loads(answer.text)["case_id"]]


def _block(text: str, name: str) -> dict[str, Any]:
    found = re.search(_BLOCK.format(name), text, re.S)
    return dict(json.loads(found[1])) if found else {}
