"""Work that outlives a request: it is submitted with a key, reports progress, and can be cancelled and resumed.

A function and its key come in; a ``Job`` and its progress leave. Jobs are rows, so a restart picks them up again.
"""
