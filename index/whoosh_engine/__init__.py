"""The embedded engine: Whoosh's segments, analysis and matchers, with facets and order from numpy arrays."""

from index.whoosh_engine.engine import WhooshEngine

__all__ = ["WhooshEngine"]
