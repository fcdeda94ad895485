"""What would cost less for the same work, each priced by the same rules."""
