"""How long, how often and how much: the limits of everything that is fetched."""

CONNECT_SECONDS = 10.0
"""How long a connection may take."""

READ_SECONDS = 60.0
"""How long a server may stay silent while an answer is awaited."""

ANSWER_SECONDS = 120.0
"""How long a whole small answer may take, however slowly it drips."""

DOWNLOAD_SECONDS = 3600.0
"""How long a price list may take: 450 MB in an hour is 1 Mbit/s."""

ATTEMPTS = 6
"""How often a request is made before its source counts as out of reach."""

FIRST_PAUSE_SECONDS = 0.5
"""The longest pause before the second attempt; it doubles from attempt to attempt."""

LONGEST_PAUSE_SECONDS = 20.0
"""The longest pause that is taken unasked."""

LONGEST_RETRY_AFTER_SECONDS = 60.0
"""The longest pause that is taken because a server asked for it."""

PROGRESS_BYTES = 1 << 20
"""A broken download that got this far further has its attempts anew."""

REDIRECTS = 5
"""How many redirects are followed."""

INDEX_BYTES = 16 << 20
"""The largest region_index.json, packed or unpacked: today's have some KB."""

OFFER_BYTES = 4 << 30
"""The largest offer file: AmazonEC2 of us-east-1 had 450 MB in July 2026."""

PLAN_BYTES = 2 << 30
"""The largest savings plan file."""

LINE_BYTES = 1 << 20
"""The longest line of a price list, so that none is read into memory whole."""

LEFTOVER_SECONDS = 7 * 24 * 3600
"""When a broken download counts as given up: nobody has touched it for a week."""
