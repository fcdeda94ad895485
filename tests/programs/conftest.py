"""The engine's fixture, for programs as people write them."""

from tests.engine.conftest import engine

__all__ = ["engine"]
