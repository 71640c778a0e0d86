"""The built-in functions of FEEL, by what they work on."""

from app.engine.feel.builtins import calculating, listing, mapping, ranging, reckoning, texting, timing
from app.engine.feel.builtins.registry import BUILTINS

#: modules whose import declares the functions
MODULES = (calculating, listing, mapping, ranging, reckoning, texting, timing)

__all__ = ["BUILTINS", "MODULES"]
