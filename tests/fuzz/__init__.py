"""A standing fuzz of every reader: damaged documents through the real commands."""
