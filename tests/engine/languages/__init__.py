"""Pulumi's other languages in tests: their hosts, and what TypeScript programs import."""
