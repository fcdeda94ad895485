"""What a machine's agent writes about users: each step is one conditional write.

A function returns the record as written. All raise Conflict when somebody else wrote
first; the agent reads again and decides anew.
"""

from dataclasses import replace

from passepartout.users.records import SETTLED, Record, Volume
from passepartout.users.store import Store


def _write(store: Store, record: Record, *others: Volume) -> Record:
    store.write(record, *others)
    return replace(record, version=record.version + 1)


def running(
    store: Store, record: Record, *, machine: str, zone: str, address: str, port: int
) -> Record:
    """It runs here."""
    return _write(
        store,
        replace(
            record,
            state="running",
            machine=machine,
            zone=zone,
            address=address,
            port=port,
            reason="",
            checksum="",
            data=1,
        ),
    )


def waiting(store: Store, record: Record) -> Record:
    """It runs nowhere, and any machine that holds its volume may start it."""
    return _write(
        store,
        replace(record, state="waiting", machine="", address="", port=0, reason=""),
    )


def failed(store: Store, record: Record, reason: str) -> Record:
    """It does not run, and why."""
    return _write(
        store,
        replace(
            record, state="failed", machine="", address="", port=0, reason=reason[:300]
        ),
    )


def left(store: Store, record: Record, checksum: str) -> Record:
    """Its data are in the archive (or it has none, ""): its target is its home now."""
    source, goal = _volume(store, record.volume), _volume(store, record.target)
    return _write(
        store,
        replace(
            record,
            state="arriving",
            volume=goal.volume,
            zone=goal.zone,
            target="",
            checksum=checksum,
        ),
        replace(source, users=source.users - 1),
    )


def sent(store: Store, record: Record, checksum: str) -> Record:
    """Its data are in the archive (or it has none, ""), for its target's stack."""
    return _write(
        store,
        replace(
            record, state="sent", machine="", address="", port=0, checksum=checksum
        ),
    )


def removed(store: Store, record: Record) -> Record:
    """It is gone and its place is free."""
    home = _volume(store, record.volume)
    return _write(
        store,
        replace(record, state="removed", data=0, checksum="", reason=""),
        replace(home, users=home.users - 1),
    )


def restoring(store: Store, record: Record, since: float) -> Record:
    """Its machine is to make its home of what was brought back since a second."""
    return _write(
        store,
        replace(
            record,
            state="restoring",
            machine="",
            address="",
            port=0,
            reason="",
            target=str(int(since)),
        ),
    )


def restored(store: Store, record: Record) -> Record:
    """Its home is what a backup had."""
    return waiting(store, replace(record, target="", data=1))


def not_there(store: Store, record: Record, reason: str) -> Record:
    """Nothing was brought back for it; it stays `restoring` until somebody has read why."""
    return _write(store, replace(record, reason=reason))


def rehomed(store: Store, record: Record, copy: str) -> Record:
    """Its home is the restored copy of its volume; nothing runs before it is attached."""
    old, new = _volume(store, record.volume), _volume(store, copy)
    settled = record.state in SETTLED
    return _write(
        store,
        replace(
            record,
            state="waiting" if settled else record.state,
            volume=new.volume,
            zone=new.zone,
            machine="",
            address="",
            port=0,
            reason="",
        ),
        replace(old, users=old.users - 1),
        replace(new, users=new.users + 1),
    )


def redirected(store: Store, record: Record, copy: str) -> Record:
    """It was on its way to a volume; it goes to that volume's restored copy instead."""
    old, new = _volume(store, record.target), _volume(store, copy)
    return _write(
        store,
        replace(record, target=copy),
        replace(old, users=old.users - 1),
        replace(new, users=new.users + 1),
    )


def _volume(store: Store, volume: str) -> Volume:
    found = store.read(Volume, volume)
    if found is None:
        raise LookupError(f"volume {volume} is not in the record")
    return found
