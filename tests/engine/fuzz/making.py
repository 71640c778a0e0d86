"""Random structured processes as drawings: everything that opens is closed again, and no two branches race."""

import random
from dataclasses import dataclass, field

_GATES = {"xor": "exclusive", "and": "parallel", "or": "inclusive"}


@dataclass
class Made:
    """A process and what was used to make it."""

    text: str
    messages: list[str] = field(default_factory=list)
    #: messages of non-interrupting events: the stock library takes them once only
    once: set[str] = field(default_factory=set)
    #: variables that scripts write
    names: list[str] = field(default_factory=list)
    features: set[str] = field(default_factory=set)


class Maker:
    """Makes one process from a seed."""

    def __init__(self, seed: int, *, depth: int = 3) -> None:
        self.choose = random.Random(seed)
        self.depth = depth
        self.count = 0
        self.made = Made("")

    def make(self) -> Made:
        """Return the process."""
        lines: list[str] = []
        first, last = self.block(lines, self.depth, ())
        lines += ["start s", "end e", "script init : v = 1", "user last", f"s > init > {first}", f"{last} > last > e"]
        self.made.text = "\n".join(lines)
        return self.made

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def block(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        """Write a piece of process; return its first and last element.

        Args:
            around: what the piece stands in: `loop`, `fork`, `sub`.
        """
        small = ["user", "user", "script"]
        kind = self.choose.choice(small if depth <= 0 else [
            "user", "script", "gate", "gate", "gate", "sub", "loop", "boundary", "many", "many_sub", "row", "row",
            "row", "error", "choice", "again", "stop", "timed"])
        if kind in ("boundary", "many", "many_sub", "error", "choice", "again", "stop", "timed"):
            self.made.features.add(kind)
            self.made.features |= {f"{kind} in {each}" for each in around}
        return getattr(self, f"_{kind}")(lines, depth, around)  # type: ignore[no-any-return]

    def _user(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        name = self.name("u")
        lines.append(f"user {name}")
        return name, name

    def _script(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        name = self.name("k")
        self.made.names.append(f"of_{name}")
        lines.append(f"script {name} : of_{name} = v + {self.count}")
        return name, name

    def _settle(self, lines: list[str], last: str) -> str:
        """Give `v` one value again where several branches may have given it several."""
        name = self.name("k")
        lines += [f"script {name} : v = {self.choose.randint(0, 5)}", f"{last} > {name}"]
        return name

    def _row(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        first, last = self.block(lines, depth - 1, around)
        for _ in range(self.choose.randint(1, 2)):
            following, end = self.block(lines, depth - 1, around)
            lines.append(f"{last} > {following}")
            last = end
        return first, last

    def _gate(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        kind = self.choose.choice(list(_GATES))
        self.made.features.add(_GATES[kind])
        split, join = self.name("g"), self.name("j")
        lines += [f"{kind} {split}", f"{kind} {join}"]
        inside = around if kind == "xor" else (*around, "fork")
        if kind != "xor":
            self.made.features |= {f"join in {each}" for each in around}
        default = False
        for number in range(self.choose.randint(2, 3)):
            first, last = self.block(lines, depth - 1, inside)
            way = ""
            if kind != "and":
                way = " default" if not default else f" if v >= {number * self.choose.randint(1, 2)}"
                default = True
            lines += [f"{split} > {first}{way}", f"{last} > {join}"]
        return split, self._settle(lines, join)

    def _scope(self, depth: int, around: tuple[str, ...], head: str) -> list[str]:
        inside: list[str] = []
        first, last = self.block(inside, depth, (*around, "sub"))
        start, end = self.name("s"), self.name("e")
        return [f"{head} {{", *inside, f"start {start}", f"end {end}", f"{start} > {first}", f"{last} > {end}", "}"]

    def _sub(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        name = self.name("S")
        lines += self._scope(depth - 1, around, f"sub {name}")
        return name, self._settle(lines, name)

    def _many(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        name = self.name("m")
        lines.append(f"user {name} {self.choose.choice(['each', 'many'])} times:{self.choose.randint(1, 3)}")
        return name, self._settle(lines, name)

    def _many_sub(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        name = self.name("M")
        head = f"sub {name} {self.choose.choice(['each', 'many'])} times:{self.choose.randint(1, 3)}"
        lines += self._scope(0, (*around, "many"), head)
        return name, self._settle(lines, name)

    def _loop(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        merge, gate, out = self.name("l"), self.name("g"), self.name("x")
        begin, count, turns = self.name("k"), self.name("k"), f"turns{self.count}"
        first, last = self.block(lines, min(depth - 1, 2), (*around, "loop"))
        lines += [f"script {begin} : {turns} = 0", f"script {count} : {turns} = {turns} + 1", f"xor {merge}",
                  f"xor {gate}", f"xor {out}", f"{begin} > {merge} > {first}", f"{last} > {count} > {gate}",
                  f"{gate} > {merge} if {turns} < {self.choose.randint(2, 3)}", f"{gate} > {out} default"]
        return begin, out

    def _boundary(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        event, after, out, message = self.name("b"), self.name("h"), self.name("x"), self.name("msg")
        self.made.messages.append(message)
        host = self.name("u")
        if depth > 1 and self.choose.random() < 0.4:
            host = self.name("S")
            lines += self._scope(depth - 2, around, f"sub {host}")
        else:
            lines.append(f"user {host}")
        aside = self.choose.random() < 0.5
        if aside:
            self.made.once.add(message)
            self.made.features.add("beside")
        lines += [f"boundary {event} {host} {'non ' if aside else ''}message:{message}", f"user {after}", f"xor {out}",
                  f"{host} > {out}"]
        if aside:
            lines += [f"end {self.name('e')}", f"{event} > {after} > e{self.count}"]
        else:
            lines.append(f"{event} > {after} > {out}")
        return host, self._settle(lines, out)

    def _error(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        """A sub-process that may end in an error, beside other work in it; its boundary event leads back."""
        name, event, code, out = self.name("S"), self.name("b"), self.name("E"), self.name("x")
        start, gate, wrong, fine = self.name("s"), self.name("g"), self.name("e"), self.name("e")
        first, last = self.block(inside := list[str](), depth - 2, (*around, "sub"))
        inside += [f"start {start}", f"xor {gate}", f"end {wrong} error:{code}", f"end {fine}", f"{start} > {first}",
                   f"{last} > {gate}", f"{gate} > {wrong} if v > 2", f"{gate} > {fine} default"]
        handled = self.name("u")
        lines += [f"sub {name} {{", *inside, "}", f"boundary {event} {name} error:{code}", f"user {handled}",
                  f"xor {out}", f"{name} > {out}", f"{event} > {handled} > {out}"]
        return name, self._settle(lines, out)

    def _choice(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        """An event-based gateway; beside it a task, so that somebody can always go on."""
        gate, out = self.name("q"), self.name("x")
        lines += [f"event {gate}", f"xor {out}"]
        for number in range(2):
            catch, message = self.name("c"), self.name("msg")
            self.made.messages.append(message)
            first, last = self.block(lines, depth - 2, around)
            event = f"message:{message}" if number else "timer:PT1H"
            lines += [f"catch {catch} {event}", f"{gate} > {catch} > {first}", f"{last} > {out}"]
        return gate, self._settle(lines, out)

    def _again(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        """A standard loop."""
        name = self.name("u")
        lines.append(f"user {name} loop:(v > 2) max:{self.choose.randint(1, 4)}"
                     + self.choose.choice([" before", ""]))
        return name, self._settle(lines, name)

    def _stop(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        """A sub-process of two branches, one of which ends both."""
        name, start, fork, stop, fine = (self.name(each) for each in "Ssgee")
        one, two = self.name("u"), self.name("u")
        lines += [f"sub {name} {{", f"start {start}", f"and {fork}", f"user {one}", f"user {two}",
                  f"end {stop} terminate", f"end {fine}", f"{start} > {fork} > {one} > {stop}",
                  f"{fork} > {two} > {fine}", "}"]
        return name, self._settle(lines, name)

    def _timed(self, lines: list[str], depth: int, around: tuple[str, ...]) -> tuple[str, str]:
        """A task with a timer that takes it away."""
        host, event, after, out = self.name("u"), self.name("b"), self.name("u"), self.name("x")
        lines += [f"user {host}", f"boundary {event} {host} timer:PT{self.choose.randint(1, 3)}H", f"user {after}",
                  f"xor {out}", f"{host} > {out}", f"{event} > {after} > {out}"]
        return host, self._settle(lines, out)
