"""The engine's fixture, for programs as people write them."""

from tests.engine.conftest import engine, other_languages

__all__ = ["engine", "other_languages"]
