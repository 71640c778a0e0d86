"""Shapes at the door: forms and records, checked before anything else sees them; the room of marshmallow."""
