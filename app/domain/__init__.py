"""Rules of the city in plain Python: no database, no web, no engine."""
