"""Named tuples made past their Python layer, which costs more than the rest of them."""

#: filled(FactDraft, ("CaseClosed", "event", "", 0, None)): every field in its place, also those that have a default
filled = tuple.__new__
