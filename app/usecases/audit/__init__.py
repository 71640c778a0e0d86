"""What an auditor does: read the history, verify it, step through it. Nothing here writes."""
