"""Ends users in time, while the agent itself may wait for answers that do not come.

A machine that nobody can reach asks the record, and the cloud, and each question waits
for minutes. A restore elsewhere relies on `lease` seconds, so a thread of its own, which
asks nobody, looks at the clock.
"""

import logging
import threading

from passepartout.agent.effects import Effects, Settings
from passepartout.agent.volumes import Volumes

_log = logging.getLogger("passepartout.agent")


class Guard:
    """Watches the leases of the volumes that this machine holds."""

    def __init__(self, settings: Settings, effects: Effects, volumes: Volumes) -> None:
        """Nothing is watched until `watch` is called."""
        self._settings = settings
        self._effects = effects
        self._volumes = volumes
        self._since: float | None = None

    def watch(self) -> None:
        """One look: end users of volumes that lapsed; at worst the machine with them.

        Where the engine does not end them, as with files that hang, what they hold in
        memory must not reach the disks later: the machine starts anew at once.
        """
        self._volumes.expire()
        lapsed = set(self._volumes.lapsed)
        if not lapsed:
            self._since = None
            return
        now = self._effects.clock.steady()
        self._since = now if self._since is None else self._since
        if self._end(lapsed):
            return
        # Looked at again: ending them took its time.
        if self._effects.clock.steady() - self._since > self._settings.stop * 1.5:
            _log.error("users of %s do not end: the machine starts anew", lapsed)
            self._effects.power.cut()

    def _end(self, lapsed: set[str]) -> bool:
        """Whether no user of these volumes runs any more."""
        containers = self._effects.containers
        try:
            running = self._running(lapsed)
            if running:
                containers.stop(running, self._settings.stop)
                running = self._running(lapsed)
        except Exception as why:
            _log.warning("containers: %s", why)
            return False
        return not running

    def _running(self, lapsed: set[str]) -> list[int]:
        found = self._effects.containers.found()
        return [one.user for one in found if one.running and one.volume in lapsed]

    def start(self) -> None:
        """Watch for ever, in a thread."""
        threading.Thread(target=self._go_on, name="guard", daemon=True).start()

    def _go_on(self) -> None:
        while True:
            try:
                self.watch()
            except Exception:
                _log.exception("the guard failed")
            self._effects.clock.sleep(self._settings.tick)
