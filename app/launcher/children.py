"""The processes that the launcher starts, watches and ends."""

import ctypes
import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.launcher.obstacles import CannotStart
from app.ports.processes import born_at, end_group

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Children:
    """Processes of one launcher, written down in `<var>/launcher.json` for the case that it is killed."""

    def __init__(self, var_dir: Path, environment: Mapping[str, str]) -> None:
        self.logs = var_dir / "log"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._record = var_dir / "launcher.json"
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def end_leftovers(self) -> None:
        """End the children of a killed launcher; they may still hold the port."""
        try:
            left = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return
        for pid, birthday in left:
            end_group(pid, birthday)
        self._record.unlink()

    def start(self, name: str, words: Sequence[str]) -> None:
        """Start this Python with these words, in the background; what it says goes to `log/<name>.log`."""
        with open(self.logs / f"{name}.log", "ab") as log:
            child = subprocess.Popen(
                [sys.executable, *words],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # the launcher has one thread, so nothing can hold a lock at this moment
                preexec_fn=_end_with_parent,  # noqa: PLW1509
            )
        self._running[name] = child
        self._record.write_text(json.dumps([(each.pid, born_at(each.pid)) for each in self._running.values()]))

    def run(self, name: str, words: Sequence[str]) -> str:
        """Run this Python with these words to the end, and give the last line that it said.

        Raises:
            CannotStart: it failed; with the end of what it said.
        """
        order = [sys.executable, *words]
        done = subprocess.run(order, env=self._environment, capture_output=True, text=True, check=False)
        with open(self.logs / f"{name}.log", "a") as log:
            log.write(f"$ {' '.join(words)}\n{done.stdout}{done.stderr}")
        if done.returncode:
            tail = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-12:])
            raise CannotStart(f"`{' '.join(words[1:])}` failed ({done.returncode}):\n{tail}")
        return (done.stdout.strip().splitlines() or ["done"])[-1]

    def look(self) -> None:
        """Raise if a child has ended by itself."""
        for name, child in self._running.items():
            if (code := child.poll()) is not None:
                path = self.logs / f"{name}.log"
                tail = "\n".join(path.read_text(errors="replace").strip().splitlines()[-12:])
                raise CannotStart(f"The {name} ended by itself ({code}); {path} ends:\n{tail}")

    def stop(self) -> None:
        """End all of them, the last one first."""
        for child in reversed(self._running.values()):
            end_group(child.pid, born_at(child.pid), patience_seconds=15)
            child.wait()
        self._running.clear()
        self._record.unlink(missing_ok=True)


def _end_with_parent() -> None:
    """Let Linux end this child at once when the launcher is killed; elsewhere the next start does."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
