"""`make demo`: start everything that a working city needs, and stop all of it again.

The order: look before starting (settings, second start, port), PostgreSQL, migrations, processes, city, then
scheduler and server. Children run in process groups of their own, so that Ctrl-C reaches the launcher alone
and it decides the order of the end.
"""
