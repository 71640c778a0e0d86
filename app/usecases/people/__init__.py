"""Who somebody is: signing in and out, language, accounts, the city's people."""
