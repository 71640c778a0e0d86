"""Telling a story: a clock that is set, events that go from hand to hand, and what can be seen of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tests.stories.cast import AUDITOR, where
from tests.stories.desk import Desk, Line, Refused, Reported
from tests.stories.photos import SHANGHAI, photo, scan


def moment(text: str) -> datetime:
    """Read "03-02 10:20" of the year of the stories."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def told(value: str | datetime | None) -> str:
    """Write a moment as the stories do, to the minute: the clock runs on while a story acts."""
    if value is None:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


class Scene:
    """The city at a moment."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = moment("03-02 00:00")

    def at(self, text: str) -> None:
        """Move the clock; everything that is due on the way happens."""
        self.now = moment(text)
        self.desk.move_clock(self.now)

    def report(self, by: str | None, place: str | None, *, photos: int = 1, **fields: Any) -> "Event":
        """File a report, with photos taken there and now."""
        spot = where(place) if place else {}
        shots = [self.shot(by, spot.get("lat"), spot.get("lon"), "before") for _ in range(photos)]
        report = {"channel": "GRID", "nature": "patrol", **spot, "photos": shots, **fields}
        return Event(self, self.desk.report(by, report), spot)

    def shot(self, by: str | None, lat: float | None, lon: float | None, phase: str, *, taken: datetime | None = None,
             **to: str) -> str:
        """Take a photo and upload it."""
        return self.desk.attach(by, photo(lat, lon, taken or self.now), "IMG_0001.jpg", phase, **to)


class Event:
    """One report on its way."""

    def __init__(self, scene: Scene, reported: Reported, spot: dict[str, Any]) -> None:
        self.scene, self.desk, self.reported, self.spot = scene, scene.desk, reported, spot

    # --- what people do --------------------------------------------------------------------------

    def offered(self, username: str) -> list[dict[str, Any]]:
        """List the tasks of this event in somebody's inbox."""
        return [row for row in self.desk.inbox(username) if row["case_id"] == self.reported.case_id]

    def task(self, username: str, name: str, about: str = "") -> dict[str, Any]:
        """Find a task by its element or by its name, in the inbox of somebody who must see it.

        Args:
            about: words that its form shows, where there are several of the kind.
        """
        rows = self.offered(username)
        found = [row for row in rows if name in (row["node"], row["name"])]
        found = [row for row in found if not about or about in str(self.desk.task(username, row["id"])["values"])]
        assert len(found) == 1, f"{username} sees {[(row['node'], row['name']) for row in rows]}, not one {name}"
        return found[0]

    def do(self, username: str, name: str, *, keep: Iterable[str] = (), about: str = "", **answers: Any) -> None:
        """Claim a task, read its form, and finish it.

        Args:
            keep: fields that are sent as the form proposes them.
            about: words that its form shows, where there are several of the kind.
        """
        task = self.task(username, name, about)
        self.desk.claim(username, task["id"])
        view = self.desk.task(username, task["id"])
        assert view["held_by_me"], f"{username} has claimed {name} but does not hold it"
        unknown = answers.keys() - _fields(view["form_schema"])
        assert not unknown, f"the form of {name} has no {unknown}"
        shown = {field: view["values"][field] for field in keep}
        self.desk.complete(username, task["id"], {**shown, **answers})

    def act(self, username: str, message: str, **answers: Any) -> None:
        """Do what the event's page offers beside the tasks."""
        acts = [one for one in self.desk.case(username, self.reported.case_id)["acts"] if one["message"] == message]
        assert acts, f"{message} is not offered to {username}"
        self.desk.act(username, self.reported.case_id, acts[0]["key"], answers)

    def tell(self, act: str, **answers: Any) -> None:
        """Let the reporter speak."""
        self.desk.tell(self.reported, act, answers)

    def shot(self, username: str, name: str, *, phase: str = "after", north_m: float = 0,
             taken: datetime | None = None, about: str = "") -> str:
        """Take a photo at the place for a task."""
        lat = self.spot["lat"] + north_m / 111_320
        return self.scene.shot(username, lat, self.spot["lon"], phase, taken=taken,
                               task_id=self.task(username, name, about)["id"])

    def paper(self, username: str, name: str = "") -> str:
        """Scan a document, for a task or for the event."""
        to = {"task_id": self.task(username, name)["id"]} if name else {"case_id": self.reported.case_id}
        return self.desk.attach(username, scan(f"{self.reported.event_no} {name}"), "scan.pdf", "", **to)

    # --- what can be seen ------------------------------------------------------------------------

    @property
    def page(self) -> dict[str, Any]:
        """The event's page as the auditor sees it."""
        return self.desk.case(AUDITOR, self.reported.case_id)

    @property
    def status(self) -> str:
        return str(self.page["case"]["status"])

    @property
    def record(self) -> dict[str, Any]:
        return dict(self.page["record"])

    @property
    def nodes(self) -> list[str]:
        """Elements of the open tasks."""
        return sorted(task["node"] for task in self.page["open_tasks"])

    @property
    def milestones(self) -> dict[str, str]:
        return {name: told(at) for name, at in self.page["milestones"].items()}

    def limit(self, name: str) -> dict[str, Any]:
        found = [line for line in self.page["limits"] if line["name"] == name]
        assert found, f"no limit {name}; there are {[line['name'] for line in self.page['limits']]}"
        return dict(found[0])

    def due(self, name: str) -> str:
        """When a limit ends."""
        return told(self.limit(name)["due_at"])

    def facts(self, fact: str, **body: Any) -> list[Line]:
        """Facts of a kind whose content has these values."""
        return [line for line in self.desk.history(self.reported.case_id)
                if line.kind == fact and all(line.body.get(name) == value for name, value in body.items())]

    def noted(self, kind: str) -> list[Line]:
        """Facts that the diagram itself recorded."""
        return self.facts("Noted", kind=kind)

    def done_by(self, node: str) -> list[tuple[str, str]]:
        """Who finished a task, and when, each time."""
        return [(line.actor_name, told(line.at)) for line in self.facts("TaskCompleted") if line.node == node]

    def opened(self, node: str) -> list[Line]:
        """Each time that a task was opened."""
        return [line for line in self.facts("TaskOpened") if line.node == node]

    def verified(self) -> None:
        """The chain holds, and the recorded commands carried out again give the recorded facts."""
        verdict = self.desk.verify(self.reported.case_id)
        assert verdict["chain_ok"], verdict
        assert verdict["replay_ok"], verdict["first_divergence"]
        assert verdict["facts"] == len(self.desk.history(self.reported.case_id)) > 0


class refused:
    """A block in which the product must say no."""

    def __init__(self, status: int, kind: str = "", field: str = "") -> None:
        self._status, self._kind, self._field = status, kind, field

    def __enter__(self) -> "refused":
        return self

    def __exit__(self, kind: Any, no: BaseException | None, _: Any) -> bool:
        assert no is not None, f"this should have been refused with {self._status} {self._kind}"
        if not isinstance(no, Refused):
            return False
        assert no.status == self._status and self._kind in ("", no.kind), str(no)
        assert not self._field or self._field in no.errors, str(no)
        return True


def _fields(schema: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    pending = list(schema.get("components") or ())
    while pending:
        one = pending.pop()
        found |= {name} if (name := one.get("path") or one.get("key")) else set()
        pending.extend(one.get("components") or ())
    return found
