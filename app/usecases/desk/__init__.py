"""What officers do: read, claim, complete, act, comment."""
