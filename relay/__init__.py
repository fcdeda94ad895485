"""The reference relay: it passes messages between those who are connected to it.

A device finds its user's Passepartout through it, and a home behind a router is reached
from the web through it. It stores nothing: whoever is not connected is not reached.
"""
