"""A reverse proxy's own program: it keeps HAProxy's routes as the record has them.

Nothing is reloaded: routes change through HAProxy's socket, one by one, while its one
worker goes on. What the record last said is on disk, so that a restart begins with it.
"""
