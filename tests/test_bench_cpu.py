"""What a measurement counts as the CPU of a group of processes."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from bench import cpu


def test_a_thread_that_ends_during_the_look_hides_no_process(monkeypatch) -> None:
    """The children of a process are listed by thread; a listing that was gone made all of them vanish."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    stay = threading.Event()
    other = threading.Thread(target=stay.wait)
    other.start()
    read = Path.read_text

    def gone(path: Path, *args: object) -> str:
        if path.parent.name == str(other.native_id):
            raise FileNotFoundError(path)
        return read(path, *args)

    try:
        monkeypatch.setattr(Path, "read_text", gone)
        assert child.pid in cpu.family(os.getpid())
    finally:
        stay.set()
        child.communicate(b"\n")
