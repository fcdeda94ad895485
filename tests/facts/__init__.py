"""Makes the wide book from collected facts: `make facts FACTS=folder`.

The facts are CSV files of other people's readings of AWS's prices, each with its source
and day; they are not in the repository. What is made of them is: the volumes under
farebox/prices/data, the list of conflicts, and docs/sources.md.
"""
