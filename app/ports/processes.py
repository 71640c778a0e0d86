"""Processes of this machine: is one alive, does it stand in a folder, is it the one that we meant."""

import os
import signal
import time
from collections.abc import Collection
from pathlib import Path

_PROC = Path("/proc")


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that has ended and was not reaped yet does not."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _stat(pid)[:1] != ["Z"]


def born_at(pid: int) -> str:
    """Give a process's birthday, which tells it from a later one of the same number; empty if it is gone."""
    found = _stat(pid)
    return found[19] if len(found) > 19 else ""


def standing_in(folder: Path, *, names: Collection[str], pid: int | None = None) -> set[int]:
    """List the live processes of these program names whose working folder this is (only `pid`, if given).

    Where there is no /proc, the given process is taken at its word and nobody else is seen.
    """
    if not _PROC.is_dir():
        return {pid} if pid else set()
    try:
        wanted = folder.stat()
    except FileNotFoundError:
        return set()
    pids = [pid] if pid else [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]
    return {each for each in pids if _stands(each, wanted) and _name(each) in names and is_alive(each)}


def end_group(pid: int, birthday: str, *, patience_seconds: float = 10) -> None:
    """End a process group that we started: ask, wait, then insist.

    Args:
        pid: leader of the group.
        birthday: its `born_at` when it was started; a stranger under the same number is left alone.
        patience_seconds: how long it may take to end by itself.
    """
    for order, patience in ((signal.SIGTERM, patience_seconds), (signal.SIGKILL, 5.0)):
        if not is_alive(pid) or born_at(pid) != birthday:
            return
        os.killpg(pid, order)
        end = time.monotonic() + patience
        while is_alive(pid) and time.monotonic() < end:
            time.sleep(0.02)


def _stands(pid: int, wanted: os.stat_result) -> bool:
    try:
        there = (_PROC / str(pid) / "cwd").stat()
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (wanted.st_dev, wanted.st_ino)


def _name(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def _stat(pid: int) -> list[str]:
    """Read the fields after the process's name, which may hold blanks and brackets."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []
