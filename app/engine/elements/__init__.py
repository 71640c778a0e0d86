"""BPMN elements as the library's classes, executed as the standard says."""
