"""The machine's own key and certificate, by which proxies know it.

Nobody signs it and no key leaves the machine: the certificate lies in the record, which
only the stack's machines write, and proxies trust the certificates that lie there. It
names the machine's address, so it stands for no other machine, and it can sign nothing.
A new one is published for a while before it is used.
"""

from pathlib import Path

from passepartout.agent.commands import Run, run
from passepartout.agent.effects import Clock
from passepartout.agent.install import TLS

FOLDER = Path("/") / TLS
UNIT = "passepartout-tls.service"
DAYS = 30
RENEWED_AFTER = 20 * 86_400.0
"""Seconds after which a machine makes its next certificate."""
PUBLISHED_FOR = 900.0
"""Seconds that the next certificate is published before it is used: proxies read the
record every half a minute, and one may be away for a while."""


def name_of(address: str) -> str:
    """The name that a machine's certificate has, and that proxies ask for."""
    return f"{address}.machine"


class Identity:
    """Key and certificate in one file, as HAProxy reads them, and the next ones."""

    def __init__(
        self, address: str, clock: Clock, *, folder: Path = FOLDER, command: Run = run
    ) -> None:
        """Nothing is made yet."""
        self._address = address
        self._clock = clock
        self._now, self._next = folder / "machine.pem", folder / "next.pem"
        self._run = command

    def certificates(self) -> str:
        """What proxies are to trust: this certificate, and the one that comes next.

        Makes them when it is time, and lets the machine's TLS use a new one. Nothing
        while that does not run, as on a machine that is older than it: proxies go on
        without.
        """
        if not self._now.exists():
            self._make(self._now)
        if self._age(self._now) > RENEWED_AFTER and not self._next.exists():
            self._make(self._next)
        elif self._next.exists() and self._age(self._next) > PUBLISHED_FOR:
            self._next.replace(self._now)
            self._run("systemctl", "reload-or-restart", UNIT)
        said = self._run("systemctl", "is-active", UNIT, ok=(0, 3, 4))
        if said.strip() != "active":
            return ""
        files = [path for path in (self._now, self._next) if path.exists()]
        return "".join(map(_certificate, files))

    def _age(self, path: Path) -> float:
        return self._clock.now() - path.stat().st_mtime

    def _make(self, path: Path) -> None:
        """A file is whole or not there."""
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        key, signed = path.with_suffix(".key"), path.with_suffix(".crt")
        name = name_of(self._address)
        self._run(
            *("openssl", "req", "-x509", "-nodes", "-days", str(DAYS)),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
            *("-keyout", str(key), "-out", str(signed)),
        )
        whole = path.with_suffix(".new")
        whole.touch(mode=0o640)
        whole.write_text(key.read_text() + signed.read_text())
        key.unlink()
        signed.unlink()
        whole.replace(path)


def _certificate(path: Path) -> str:
    text = path.read_text()
    return text[text.index("-----BEGIN CERTIFICATE-----") :]
