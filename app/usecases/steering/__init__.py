"""Verbs of those who steer a case by hand: one file, one transaction each, every change with its reason."""
