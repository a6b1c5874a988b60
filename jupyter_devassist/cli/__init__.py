"""``jupyter devassist``: the same house without a server."""
