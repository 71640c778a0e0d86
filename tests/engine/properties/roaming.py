"""Commands in any order on any process: whatever is chosen, what must hold holds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.domain.errors import YongzhiError
from app.domain.progress import Progress
from app.engine import calls, commands, migration, steering
from tests.engine.corpus.acting import Difference
from tests.engine.corpus.drawing import read
from tests.engine.corpus.ours import Ours
from tests.engine.corpus.running import corpus, settled
from tests.engine.corpus.xml import Writer
from tests.engine.fuzz.making import Maker
from tests.engine.properties.folding import Rows, fold_record, fold_tasks
from tests.engine.running import STREET

#: a number from 0 to below the one given
Pick = Callable[[int], int]
#: values that the corpus's conditions read, with what they may be
VOCABULARY: dict[str, tuple[Any, ...]] = {
    "again": (True, False, False), "ok": (False, True), "x": (0, 1, 2, 5), "v": (0, 1, 3, 5), "n": (0, 1, 3),
    "way": (1, 2, "a"), "out": (True, False), "bad": (False, True), "deeper": (False, False, True),
    "people": (["a", "b"], [], [1, 2, 3]), "needed": (1, 2), "a": (0, 1), "b": (0, 2), "o": (5, 0), "said": ([],),
    "word": ("go", "stop"), "first": (1,), "second": (2,), "street": ("33.02.11.004",), "q": ("",), "rows": ([],),
    "most": (2,), "given": ({"a": 1},), "p": (1,), "one": (1,),
}  # fmt: skip


class Roamer:
    """One case and the choices that lead it."""

    def __init__(self, drawing: str, pick: Pick) -> None:
        self.drawing, self.engine, self.pick, self.rows = drawing, Ours(drawing), pick, Rows()
        self.log: list[str] = []

    @property
    def case(self) -> Any:
        return self.engine.case

    def start(self) -> bool:
        """Start the case at one of its start points; say whether it began."""
        points = [point.node for point in getattr(self.case.library.process("p"), "starts", ())]
        node = points[self.pick(len(points))] if points and self.pick(3) == 0 else None
        values = {name: self._one(found) for name, found in VOCABULARY.items()}
        return self._take("start", lambda command: commands.start(
            self.case.world, command, "p", values, dict(STREET), node=node))

    def step(self) -> None:
        """Do one thing of those that can be done, rarely one that cannot."""
        told = self.case.progress
        acts = ["stray", "steer", "steer", "migrate"] + 8 * ["do"] * bool(self.case.open)
        acts += 6 * ["send"] * bool(told.subscriptions)
        acts += 4 * ["wait"] * bool(told.timers) + 4 * ["answer"] * bool(told.calls)
        getattr(self, f"_{self._some(acts)}")()

    def _one(self, values: tuple[Any, ...]) -> Any:
        return values[self.pick(len(values))]

    def _some(self, things: Any) -> Any:
        things = list(things)
        return things[self.pick(len(things))] if things else None

    def _do(self) -> None:
        key = self._some(self.case.open)
        names = [name for name in VOCABULARY if self.pick(4) == 0]
        answers = {name: self._one(VOCABULARY[name]) for name in names}
        if key:
            self._take(f"do {key} {answers}", lambda command: commands.complete(
                self.case.world, command, self.case.state, key, answers))

    def _send(self) -> None:
        found = self._some(self.case.progress.subscriptions)
        if found:
            key = found.key if self.pick(2) else None
            self._take(f"{found.kind} {found.message} {key}", lambda command: commands.deliver(
                self.case.world, command, self.case.state, found.message, {"p": 1}, key, kind=found.kind,
                correlation=dict(found.correlation)))

    def _wait(self) -> None:
        timers = self.case.progress.timers
        due = min((timer.due_at for timer in timers), default=None)
        far = due is None or due - self.case.now > timedelta(days=300)
        self.case.now = self.case.now + timedelta(hours=1) if far or self.pick(3) == 0 else max(due, self.case.now)
        self._take("fire", lambda command: commands.fire(self.case.world, command, self.case.state))

    def _answer(self) -> None:
        found = self._some(self.case.progress.calls)
        if not found:
            return
        if self.pick(3):
            self._take(f"answer {found.key}", lambda command: calls.finish_call(
                self.case.world, command, self.case.state, found.key, {"said": 1}))
        else:
            self._take(f"breaks {found.key}", lambda command: calls.fail_call(
                self.case.world, command, self.case.state, found.key, "gone", "it is"))

    def _stray(self) -> None:
        """Ask for what cannot be."""
        done = self._some(sorted(self.rows.ever - set(self.rows.tasks))) or "p/nothing#1"
        self._take(f"stray {done}", lambda command: commands.complete(
            self.case.world, command, self.case.state, done, {}), refused=True)
        self._take("stray message", lambda command: commands.deliver(
            self.case.world, command, self.case.state, "nobody.waits.for.this", {}), nobody=True)

    def _steer(self) -> None:
        """Move, skip, cancel, stand still, begin anew."""
        keys = [*self.case.open, *(one.key for one in self.case.progress.subscriptions)]
        key, world, saved = self._some(keys), self.case.world, self.case.state
        if self._take("resume", lambda command: steering.resume(world, command, saved)):
            return
        nodes = sorted(name for name in self.case.library.process("p").names if name not in ("d", "p"))
        acts: list[Callable[[Any], Progress]] = [
            lambda command: steering.suspend(world, command, saved),
            lambda command: steering.restart(world, command, saved)]
        if key:
            target = nodes[self.pick(len(nodes))]
            acts += [lambda command: steering.skip(world, command, saved, key),
                     lambda command: steering.cancel_branch(world, command, saved, key),
                     lambda command: steering.add_instance(world, command, saved, key, "new"),
                     lambda command: steering.change_participants(world, command, saved, key, "remove", {}),
                     lambda command: steering.move(world, command, saved, key, target),
                     lambda command: steering.move(world, command, saved, key, target, siblings=True)]
        number = self.pick(len(acts))
        self._take(f"steer {number} {key}", acts[number])

    def _migrate(self) -> None:
        """Publish the process again, sometimes with one more task before its end, and take the case over."""
        drawn, shelf, library = self.drawing, self.case.shelf, self.case.library
        if "\nuser last\n" in drawn and self.pick(2):
            drawn = drawn if "more" in drawn else drawn.replace("> last > e", "> last > more > e\nuser more")
            self.drawing = drawn
        before = commands.positions(self.case.world, self.case.by(), self.case.state)
        old = next((number for key, number, _ in before if key == "p"), 1)
        new = shelf.put("process", "p", Writer(read(drawn)).files("p")["p"])
        library.forget()
        mapping = migration.plan(library.process("p", old), library.process("p", new)).mapping
        if self._take(f"migrate {old} {new}", lambda command: migration.migrate(
                self.case.world, command, self.case.state, "p", old, new, mapping)):  # fmt: skip
            after = commands.positions(self.case.world, self.case.by(), self.case.state)
            if sorted(node for _, _, node in before) != sorted(node for _, _, node in after):
                raise Difference(f"stood at {before}, stands after the migration at {after}")

    def leave_alone(self) -> None:
        """See that nothing reaches a case that is closed."""
        if not self.case.progress.closed:
            return
        world, saved, command = self.case.world, self.case.state, self.case.by()
        self._take("fire", lambda command: commands.fire(world, command, saved), nobody=True)
        for key in sorted(self.rows.ever)[:3]:
            self._take("late", lambda command, key=key: commands.complete(world, command, saved, key, {}), refused=True)
        if at := commands.positions(world, command, saved):
            raise Difference(f"closed, and tokens stand at {at}")

    def _take(self, what: str, act: Callable[[Any], Progress | None], *, refused: bool = False,
              nobody: bool = False) -> bool:  # fmt: skip
        command = self.case.by("officer")
        try:
            told = act(command)
        except YongzhiError as wrong:
            self.log.append(f"{what}: {type(wrong).__name__}")
            return False
        self.log.append(what if told else f"{what}: nobody")
        if refused or (nobody and told):
            raise Difference("was taken, although it cannot be")
        if told:
            self.case._keep(told, command)
            self._look(told)
        return bool(told)

    def _look(self, told: Progress) -> None:
        """Check everything that must hold after each command."""
        self.rows.take(told)
        settled(self.case)
        if self.rows.tasks != self.case.open or fold_tasks(self.case.facts) != set(self.case.open):
            raise Difference(f"open are {sorted(self.case.open)}, the facts say {sorted(fold_tasks(self.case.facts))}")
        found = fold_record(self.case.facts)
        if any(told.record.get(name) != value for name, value in found.items()):
            raise Difference(f"the record is {told.record}, the facts say {found}")
        at = [node for _, _, node in commands.positions(self.case.world, self.case.by(), told.state)]
        if told.closed and at or any(task.node not in at for task in self.case.open.values()):
            raise Difference(f"tokens stand at {at}, open are {sorted(self.case.open)}, closed: {told.closed}")


def roam(pick: Pick, *, steps: int = 12) -> Roamer:
    """Choose a process, start it, do things, and run its history again.

    Raises:
        AssertionError: something that must hold does not; with all that was done.
    """
    cases = corpus()
    number = pick(3 * len(cases))
    drawing = cases[number].drawing if number < len(cases) else Maker(number).make().text
    name = cases[number].id if number < len(cases) else f"made {number}"
    roamer = Roamer(drawing, pick)
    try:
        if roamer.start():
            for _ in range(steps):
                if roamer.case.progress.closed:
                    break
                roamer.step()
            roamer.leave_alone()
            if parting := roamer.case.again():
                raise Difference(f"replay diverges: {parting}")
    except Exception as wrong:
        done = "\n  ".join(roamer.log)
        raise AssertionError(f"{name}: {type(wrong).__name__}: {wrong}\n  {done}") from wrong
    return roamer
