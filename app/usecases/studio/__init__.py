"""What a designer does: read, check, propose and decide versions of diagrams, tables and forms."""
