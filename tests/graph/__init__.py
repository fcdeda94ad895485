"""Tests of the graph readers."""
