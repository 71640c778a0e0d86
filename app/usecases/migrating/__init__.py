"""Verbs of those who take running cases over to another version of their process."""
