"""The one door: the only place that knows HTTP, Jupyter Server and users' requests."""
