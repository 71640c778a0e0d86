"""Who acts in the tests of the store, and short ways to write what an engine would have produced."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.actor import Actor, Assignment
from app.domain.facts import GENESIS, Fact, FactDraft, chain
from app.domain.ids import new_id
from app.domain.progress import OpenTask, Progress, Subscription, WaitingCall, WaitingTimer
from app.domain.records import PersonRow, RoleRow, StoredCase
from app.store import Store

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CITY, COUNTY, STREET = "33.02", "33.02.11", "33.02.11.004"
ROOM, VILLAGE, GRID = STREET + ".cmd", STREET + ".003", STREET + ".003.012"
OTHER_STREET = "33.02.11.005"
PLATFORM = STREET + ".p-order"
DEPARTMENT = COUNTY + ".d-water"
PLACES = {"city": CITY, "county": COUNTY, "street": STREET, "village": VILLAGE, "grid": GRID, "command_room": ROOM}

#: who: (role, unit), …
SEATS: dict[str, tuple[tuple[str, str], ...]] = {
    "duty": (("street_duty", ROOM),),
    "second_duty": (("street_duty", ROOM),),
    "director": (("street_command_director", ROOM),),
    "other_director": (("street_command_director", OTHER_STREET + ".cmd"),),
    "platform": (("platform_public_order", PLATFORM), ("platform_market", STREET + ".p-market")),
    "grid_worker": (("grid_member", GRID),),
    "village_secretary": (("village_secretary", VILLAGE),),
    "water": (("county_dept_contact", DEPARTMENT),),
    "county_duty": (("county_duty", COUNTY),),
    "city_supervisor": (("supervisor_city", CITY),),
    "auditor": (("auditor", CITY),),
    "street_auditor": (("auditor", STREET),),
    "admin": (("sys_admin", CITY),),
    "citizen": (("citizen", CITY),),
    "both": (("street_duty", ROOM), ("platform_public_order", PLATFORM)),
}


@dataclass
class Cast:
    """Everybody, by name."""

    actors: dict[str, Actor] = field(default_factory=dict)

    @classmethod
    def appear(cls, store: Store) -> "Cast":
        """Write everybody into the database."""
        cast = cls()
        with store.unit_of_work() as uow:
            people = [
                PersonRow(11, new_id(11, AT), name, f"{name} 1", "", "", "zh", True, AT - timedelta(days=9))
                for name in SEATS
            ]
            uow.people.add_many(people)
            uow.roles.grant_many(
                RoleRow(person.id, role, unit, AT - timedelta(days=9))
                for person in people
                for role, unit in SEATS[person.username]
            )
            cast.actors = {person.username: uow.people.actor(person.id, AT) for person in people}
            uow.commit()
        return cast

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.actors[name]
        except KeyError:
            raise AttributeError(name) from None


def open_task(
    node: str = "accept",
    *seats: tuple[str, str],
    nth: int = 1,
    due: timedelta | None = timedelta(hours=1),
    yellow: timedelta | None = None,
    **changes: Any,
) -> OpenTask:
    """Write a task that waits; due counts from AT."""
    values: dict[str, Any] = {
        "key": f"event/{node}#{nth}", "process": "event", "node": node, "nth": nth, "name": f"任务 {node}",
        "name_en": f"Task {node}", "form": "intake/accept", "form_version": 2,
        "candidates": seats or (("street_duty", ROOM),), "assignee": None, "excluded_people": (), "excluded_units": (),
        "limit": "acceptance", "started_at": AT, "due_at": None if due is None else AT + due,
        "yellow_at": None if yellow is None else AT + yellow, "paused": False, "evidence": "", "reads_reporter": False,
        "phase": "P2",
    }  # fmt: skip
    return OpenTask(**values | changes)


def timer(key: str = "event/late#1", due: timedelta = timedelta(hours=1)) -> WaitingTimer:
    """Write a timer; due counts from AT."""
    return WaitingTimer(key, "event", key.split("/")[1].split("#")[0], AT + due)


def subscription(key: str = "event/extend#1", **changes: Any) -> Subscription:
    """Write an act that a case waits for."""
    values: dict[str, Any] = {
        "key": key, "process": "event", "node": "extend", "message": "extend", "name": "延期", "name_en": "Extend",
        "task_key": "event/accept#1", "form": "handling/extend", "offered_to": ("holder",), "unit": ROOM, "open": True,
        "closed_text": "", "closed_text_en": "",
    }  # fmt: skip
    return Subscription(**values | changes)


def progress(
    *drafts: FactDraft,
    opened: Iterable[OpenTask] = (),
    moved: Iterable[OpenTask] = (),
    ended: Mapping[str, str] | None = None,
    timers: Iterable[WaitingTimer] = (),
    dropped: Iterable[str] | None = None,
    subscriptions: Iterable[Subscription] = (),
    record: Mapping[str, Any] | None = None,
    closed: bool = False,
    effects: Iterable[tuple[str, Mapping[str, Any]]] = (),
    state: bytes = b"state",
    calls: Iterable[WaitingCall] = (),
) -> Progress:
    """Write what a command did."""
    timers = tuple(timers)
    return Progress(
        facts=drafts or (FactDraft("CaseStarted"),), opened=tuple(opened), moved=tuple(moved), ended=ended or {},
        timers=timers, subscriptions=tuple(subscriptions),
        dropped_timers=("any",) if dropped is None else tuple(dropped), set_timers=tuple(timer.key for timer in timers),
        record={**PLACES, "title": "窨井盖缺失", "status": "reported", **(record or {})}, state=state, closed=closed,
        versions={"event": 3}, effects=tuple(effects), calls=tuple(calls),
    )  # fmt: skip


def linked(case: StoredCase | None, case_id: UUID, drafts: Iterable[FactDraft], at: datetime = AT) -> list[Fact]:
    """Give facts their place after a case's newest one."""
    after, head = (case.seq, case.head) if case else (0, GENESIS)
    return chain(drafts, case_id=case_id, after=after, head=head, at=at, actor=("SYSTEM", "系统", "", ""))


def start(store: Store, *, county: int = 11, at: datetime = AT, started_by: str = "", **changes: Any) -> StoredCase:
    """Open a case and commit it."""
    case_id = new_id(county, at)
    done = progress(**changes)
    with store.unit_of_work() as uow:
        case = uow.cases.create(
            case_id, "event", 3, done, linked(None, case_id, done.facts, at), at=at, started_by=started_by
        )
        uow.commit()
    return case


def step(
    store: Store,
    case: StoredCase,
    *drafts: FactDraft,
    finished: tuple[str, Actor] | None = None,
    guard: UUID | None = None,
    at: datetime = AT + timedelta(minutes=5),
    **changes: Any,
) -> StoredCase:
    """Move a case and commit it."""
    done = progress(*(drafts or (FactDraft("TaskCompleted"),)), **changes)
    with store.unit_of_work() as uow:
        moved = uow.cases.write_step(
            case, done, linked(case, case.id, done.facts, at), at=at, finished=finished, guard_task=guard
        )
        uow.commit()
    return moved


def only_task(store: Store, case: StoredCase) -> UUID:
    """Find the id of a case's one task."""
    with store.unit_of_work() as uow:
        (task,) = uow.tasks.of_case(case.id)
    return task.id


def claim(store: Store, task_id: UUID, actor: Actor, at: datetime = AT, *, seat: tuple[str, str] | None = None) -> None:
    """Have somebody take a task, in a seat that he holds for the occasion if one is given."""
    if seat:
        actor = replace(actor, assignments=(*actor.assignments, Assignment(*seat)))
    with store.unit_of_work() as uow:
        uow.tasks.claim(task_id, actor, at)
        uow.commit()
