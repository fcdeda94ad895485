"""`python -m farebox` is the `fare` command."""

from farebox.cli.main import main

main()
