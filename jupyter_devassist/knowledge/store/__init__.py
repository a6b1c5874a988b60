"""All SQL of the room. One function per statement or transaction step, gathered behind ``KnowledgeStore``."""

from .knowledge_store import KnowledgeStore
from .ledger import Ledger
from .outbox import Generation, Target
from .readings import Saved
from .vectors import UnembeddedChunk, VectorRow

__all__ = [
    "Generation",
    "KnowledgeStore",
    "Ledger",
    "Saved",
    "Target",
    "UnembeddedChunk",
    "VectorRow",
]
