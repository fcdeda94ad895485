"""What the agent puts below /etc: systemd's units, and the engine's settings."""
