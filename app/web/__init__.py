"""Pages for people and the interface for machines; the only room that knows Flask."""
