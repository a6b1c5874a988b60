"""The doors to embedding models and language models.

Texts come in; vectors or generated text leave. What runs behind a door is a name in the configuration.
"""

from __future__ import annotations

import os

# From 1.29 on, importing onnxruntime reports to its maker and leaves an identifier in the user's cache, unless it finds
# this; its own disable_telemetry_events() comes too late for the first report.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
