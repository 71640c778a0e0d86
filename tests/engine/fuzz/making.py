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
            "user", "script", "gate", "gate", "gate", "sub", "loop", "boundary", "many", "many_sub", "row", "row"])
        if kind in ("boundary", "many", "many_sub"):
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
