"""What comes in: reports, files, and the reporter's own page."""
