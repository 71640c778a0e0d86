"""What the machine room does: fire timers, move the clock of a demo, measure."""
