"""The doors to embedding models and language models.

Texts come in; vectors or generated text leave. What runs behind a door is a name in the configuration.
"""
