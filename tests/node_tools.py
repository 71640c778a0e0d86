"""Tools of the tests that run in the Node which builds the pages; the product never needs them."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from app.web.frontend.build import find_tools, install_node


def installed(folder: Path) -> str:
    """Install what a folder's lock names, once, however many processes ask; return the path of Node."""
    node, npm = find_tools() or install_node()
    stamp = folder / "node_modules" / ".checked"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    turn = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != wanted:
            path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
            order = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]
            subprocess.run(order, cwd=folder, check=True, env={**os.environ, "PATH": path}, stdout=sys.stderr)
            stamp.write_text(wanted)
    finally:
        os.close(turn)
    return str(node)
