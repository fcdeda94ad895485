"""What AWS billed: exports of its bills, read whole, and held against an estimate."""
