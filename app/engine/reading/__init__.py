"""Reading diagrams: hostile XML, other tools' extensions, and everything that BPMN 2.0 lets an author leave out.

The stored file is never changed; what runs is read from a copy that says in full what the diagram means.
"""

from app.engine.reading.drawing import drawn
from app.engine.reading.normalising import Normalised, normalise, prepare
from app.engine.reading.processes import key_of, process_keys
from app.engine.reading.xml import BPMN, SPIFF, read_xml

__all__ = ["BPMN", "SPIFF", "Normalised", "drawn", "key_of", "normalise", "prepare", "process_keys", "read_xml"]
