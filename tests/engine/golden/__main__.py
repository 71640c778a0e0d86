"""`python -m tests.engine.golden`: keep the states that are not kept yet, as this release writes them."""

import sys

from tests.engine.golden.keeping import HERE, KEPT, keep

for name in KEPT:
    if not (HERE / f"{name}.json").exists():
        sys.stdout.write(f"{keep(name).name}\n")
