"""A case on the real diagrams, tables and forms, in memory: no database, no network, a clock that is set."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, ClassVar

from app.domain.catalogue import load_catalogue
from app.domain.city_files import load_roles, read_yaml
from app.domain.errors import NotFound
from app.domain.facts import FactDraft
from app.domain.org import anchors, seat_of
from app.domain.progress import Progress
from app.engine import commands, feel
from app.engine.library import PublishedLibrary
from app.engine.world import Call, OperationResult, World
from app.schemas.forms import CompiledForm, compile_form
from app.usecases.operations.events import describe_item
from tests.engine.running import ROOT, Running, Shelf
from tests.stories.flow.register_memory import Memory

GRID = "33.02.11.004.003.012"
LEADER, NUMBER = "33.02.11.004.003", "NB-330211-20260302-000001"
#: what a scenario may use for every file field
PHOTO = "0198c2f0-0000-7000-8000-000000000001"


@cache
def shelf() -> Shelf:
    """Publish every file of bpmn/ and forms/ once."""
    found = Shelf()
    for kind, end in (("process", "bpmn"), ("decision", "dmn")):
        for path in sorted((ROOT / "bpmn").glob(f"*/*.{end}")):
            found.put(kind, path.stem, path.read_bytes())
    for path in sorted((ROOT / "forms").glob("*/*.form.json")):
        found.put("form", path.relative_to(ROOT / "forms").as_posix().removesuffix(".form.json"), path.read_bytes())
    return found


@cache
def library() -> PublishedLibrary:
    """Parse each file once for all scenarios."""
    return PublishedLibrary(shelf())


@cache
def city() -> Any:
    """Read catalogue, roles and texts as the product does."""
    texts: dict[str, Any] = {}
    for path in (ROOT / "city" / "texts").glob("*.yaml"):
        texts.update(read_yaml(path))
    return SimpleNamespace(
        catalogue=load_catalogue(ROOT / "city"), roles=load_roles(ROOT / "city"), texts=texts, root="33.02"
    )


@cache
def form_of(key: str) -> CompiledForm:
    """Compile a form as the desk does."""
    content = library().form(key, library().form_number(key))
    return compile_form(json.loads(content), lambda expression, scope: feel.evaluate(expression, scope))


#: every unit, grid, role and item is taken: which exist is the store's question
ANY: dict[str, Callable[[Any], bool]] = {
    name: lambda value: True for name in ("items", "units", "grids", "streets", "roles", "candidates", "parties_named",
                                         "all_units", "events:whistle.linked")
}


def choices(context: Mapping[str, Any]) -> dict[str, Any]:
    """What a form may offer: anything of the city, and the lists that the flow itself made."""
    return {name: value for name, value in context.items() if isinstance(value, list)} | ANY


class FlowCase(Running):
    """One event, driven through the real diagrams."""

    #: every case of this session, so that it can be said what no story reaches
    made: ClassVar[list["FlowCase"]] = []

    def __post_init__(self) -> None:
        super().__post_init__()
        self.made.append(self)
        self.shelf, self.library = shelf(), library()
        roles = city().roles
        self.world = World(self.library, self.world.calendar, roles, self._operation)
        self.similar: dict[str, Any] = {"score": 0, "master": None, "same_phone": False, "master_state": None,
                                        "repeat": False, "alone": False, "candidates": []}
        self.memory = Memory()
        self.deductions, self.words, self.articles = (list[dict[str, Any]]() for _ in range(3))
        self.on_duty, self.known = {"grid_member": ["wang"]}, {"33.02.11.004", "33.02.11.005", GRID, f"{LEADER}.013"}

    # --- the outside world -----------------------------------------------------------------------

    def _operation(self, call: Call) -> OperationResult:
        self.calls.append(call)
        if call.operation.startswith("register."):
            return self.memory.perform(call)
        return getattr(self, f"_{call.operation.replace('.', '_')}")(call)  # type: ignore[no-any-return]

    def _place(self, place: str | None) -> dict[str, Any]:
        found = anchors(place or "33.02").as_dict()
        return {name: found.get(name) for name in ("city", "county", "street", "command_room", "village", "grid")}

    def _event_register(self, call: Call) -> OperationResult:
        place = call.event.get("grid") or call.event.get("village") or call.event.get("street")
        value = {"event_no": NUMBER, "located": place is not None, "in_area": place is not None,
                 "grid": call.event.get("grid")}
        places = self._place(place or call.event.get("county"))
        changes = {**places, "event_no": value["event_no"], "reported_at": call.at.isoformat()}
        return OperationResult(value, changes, ("reported_at",))

    def _event_locate(self, call: Call) -> OperationResult:
        grid = call.params.get("grid")
        assert grid in self.known, f"located at {grid!r}"
        return OperationResult({"grid": grid, "located": True}, self._place(grid))

    def _event_classify(self, call: Call) -> OperationResult:
        tools = SimpleNamespace(city=city())
        try:
            item = city().catalogue.item(str(call.params.get("item_code") or ""))
        except NotFound:
            return OperationResult({"found": False})
        return OperationResult(describe_item(tools, item, call.event.get("street")))  # type: ignore[arg-type]

    def _event_candidates(self, call: Call) -> OperationResult:
        return OperationResult(self.similar)

    def _event_merge(self, call: Call) -> OperationResult:
        assert call.params["master"], "merged into nothing"
        return OperationResult({"master": call.params["master"]}, {"master_event_no": call.params["master"]},
                               ("merged_at",), (FactDraft("MergedInto", body={"master": call.params["master"]}),))

    def _unit_find(self, call: Call) -> OperationResult:
        role, place = city().roles.get(str(call.params["role"] or "")), call.params["unit"]
        return OperationResult({"unit": seat_of(role, place) or place if role and place else None, "name": ""})

    def _people_on_duty(self, call: Call) -> OperationResult:
        return OperationResult({"unit": call.params["unit"], "people": [
            {"id": f"id-{name}", "username": name} for name in self.on_duty.get(call.params["role"], ())]})

    def _knowledge_find(self, call: Call) -> OperationResult:
        return OperationResult({"articles": self.articles})

    def _photos_check(self, call: Call) -> OperationResult:
        return OperationResult({"ok": bool(call.params["photos"]), "said": "没有照片", "said_en": "no photo"})

    def _facts_deductions(self, call: Call) -> OperationResult:
        return OperationResult({"rows": [row for row in self.deductions if row["unit"] in call.params["units"]]})

    def _events_words(self, call: Call) -> OperationResult:
        return OperationResult({"rows": self.words, "events": 40})

    def _notify_reporter(self, call: Call) -> OperationResult:
        assert call.params["text"] in city().texts
        return OperationResult(True, effects=(("notify.reporter", dict(call.params)),))

    def _notify_unit(self, call: Call) -> OperationResult:
        assert call.params["text"] in city().texts, call.params["text"]
        assert call.params["role"] in city().roles, call.params["role"]
        return OperationResult(True, effects=(("notify.unit", dict(call.params)),))

    # --- what people do --------------------------------------------------------------------------
    def report(self, process: str = "event_lifecycle", **given: Any) -> Progress:
        """Start a case as the use case does."""
        plain = {"nature": "complaint", "channel": "GRID", "content": "小区门口有人乱堆杂物，影响通行", "lat": 29.9,
                 "lon": 121.6, "item_hint": None, "danger_flags": [], "self_handled": False, "anonymous": False,
                 "confidential": False, "wants_callback": True, "reported_by": "id-wang"}
        where = {"grid": GRID, "street": None, "has_phone": True, "city": "33.02", "status": "reported"}
        variables = {**plain, "photos": [PHOTO], "after_photos": [], "address_text": "",
                     **{name: value for name, value in given.items() if name not in where}}
        event = {**variables, **where, **{name: value for name, value in given.items() if name in where}}
        event["title"] = event["content"][:40]
        command = self.by("starter")
        return self._keep(commands.start(self.world, command, process, variables, event), command)

    def begin(self, process: str, node: str, **payload: Any) -> Progress:
        """Start a case as a message or a form does; its record holds the sender's places."""
        command = self.by("starter")
        event = {**self._place(payload.get("unit") or GRID), "title": payload.get("title", ""), "reported_by": "",
                 "status": "accepted"}
        return self._keep(commands.start(self.world, command, process, payload, event, node=node), command)

    def do(self, node: str, by: str = "officer", **answers: Any) -> Progress:
        """Finish a task with answers that its form accepts."""
        key = self.key_of(node)
        task = self.open[key]
        context = commands.scope_of(self.world, self.by(by), self.state, key)
        clean = form_of(task.form).load(answers, context=context, options=choices(context))
        command = self.by(by)
        return self._keep(commands.complete(self.world, command, self.state, key, clean), command)

    def act(self, message: str, by: str = "officer", node: str = "", **answers: Any) -> Progress:
        """Do an act that is offered now, with answers that its form accepts."""
        assert self.progress
        offered = [one for one in self.progress.subscriptions
                   if one.message == message and (not node or one.node == node)]
        others = sorted(one.message for one in self.progress.subscriptions)
        assert offered, f"{message} is not offered; offered are {others}"
        context = commands.scope_of(self.world, self.by(by), self.state, offered[0].key)
        clean = form_of(offered[0].form).load(answers, context=context, options=choices(context))
        command = self.by(by)
        found = commands.deliver(self.world, command, self.state, message, clean, offered[0].key)
        assert found
        return self._keep(found, command)

    def until(self, limit: str, moment: str = "due_at") -> None:
        """Let time pass to a moment of a limit, with a minute to spare."""
        assert self.progress
        at = datetime.fromisoformat(self.progress.record["limits"][limit][moment])
        self.wait(seconds=max(0.0, (at - self.now).total_seconds()) + 60)

    # --- what can be seen ------------------------------------------------------------------------

    @property
    def event(self) -> Mapping[str, Any]:
        assert self.progress
        return self.progress.record

    @property
    def record(self) -> Mapping[str, Any]:
        assert self.progress
        return self.progress.record

    @property
    def registers(self) -> dict[str, list[dict[str, Any]]]:
        """Rows of registers, {register: rows}; a scenario may fill them before and read them after."""
        return self.memory.rows

    @property
    def nodes(self) -> set[str]:
        """Ids of the open tasks' elements."""
        return {task.node for task in self.open.values()}

    def noted(self, kind: str) -> list[dict[str, Any]]:
        """Facts that the diagram recorded."""
        return [body for body in self.kinds("Noted") if body["kind"] == kind]

    def told(self, text: str) -> int:
        """Count the messages with this text."""
        return sum(1 for call in self.calls if call.operation.startswith("notify.") and call.params["text"] == text)

    @property
    def visited(self) -> set[tuple[str, str]]:
        """(process, element) of everything that the case reached."""
        return {(fact.process, fact.node) for fact in self.facts
                if fact.node and fact.kind in ("StepPassed", "TaskOpened", "TaskCompleted")}
