"""Live updates: the side process that holds the open streams of pages (server-sent events, ASGI).

A page shows everything without it. What it hears here is a hint: how many tasks wait, which are new, that its list is
out of date. One look at the facts each second serves all browsers; each stream is then told what its own person may
see, asked anew with the rights that he has at that moment. Browsers that are open cost the server of the pages nothing.
"""
