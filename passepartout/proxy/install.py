"""Puts HAProxy's configuration and the units in place, once, when a proxy boots."""

import json
import subprocess
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

MAPS = ("routes", "marks", "tls")
"""Where users are; which machines are silent; which have TLS, and under which name."""
TLS_PORTS = 4_096
"""What is added to a user's port for its port with TLS (`agent/install.py`)."""
RUN, STATE = "/run/passepartout", "/var/lib/passepartout"
WATCH = "proxy-routes.service"
PLACES = {
    "haproxy.cfg": "etc/passepartout",
    "reverse-proxy.service": "etc/systemd/system",
    WATCH: "etc/systemd/system",
}
AUTHORITIES = "/etc/pki/tls/certs/ca-bundle.crt"
KEPT_DAYS = 3_650
"""How long the proxy's own certificate holds: as long as a machine at most. The load
balancer encrypts by it and does not look at its name or its dates.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/listener-tls-certificates.html
"""

Run = Callable[..., Any]


def settings_of(wanted: Mapping[str, Any]) -> dict[str, str]:
    """What the files' placeholders stand for; `run`, `state`, `relay_tls` may be given."""
    host = wanted["relay_host"]
    relay_tls = (
        f"ssl verify required ca-file {AUTHORITIES} sni str({host})"
        f" verifyhost {host} resolvers vpc init-addr none"
    )
    known = {
        "address": "",
        "run": RUN,
        "state": STATE,
        "tls_ports": TLS_PORTS,
        "relay_tls": relay_tls,
        # A connection has two ends; some are for the socket and the logs.
        "open_files": 2 * int(wanted["max_connections"]) + 1_000,
    }
    return {key: str(value) for key, value in {**known, **wanted}.items()}


def written(name: str, settings: Mapping[str, str]) -> str:
    """A file of the package with its placeholders filled in."""
    text = (files(f"{__package__}.units") / name).read_text("utf-8")
    return Template(text).safe_substitute(settings)


def install(
    wanted: Mapping[str, Any], root: Path = Path("/"), run: Run = subprocess.run
) -> None:
    """Write the files, make a certificate, and start the units, now and at every boot."""
    settings = settings_of(wanted)
    for name, folder in PLACES.items():
        if name == WATCH and not wanted["record"]:
            continue  # without a record there is nothing to watch, and HAProxy waits not
        place = root / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(written(name, settings))
    (root / "etc/passepartout/proxy.json").write_text(json.dumps(dict(wanted)))
    for folder in (RUN, STATE):
        place = root / folder[1:]
        place.mkdir(parents=True, exist_ok=True)
        run(["chown", "haproxy:haproxy", str(place)], check=True)
    # /run is empty after each boot.
    temporary = root / "etc/tmpfiles.d"
    temporary.mkdir(parents=True, exist_ok=True)
    (temporary / "passepartout.conf").write_text(
        f"d {RUN} 0750 haproxy haproxy\nC {RUN}/proxy.pem 0640 haproxy haproxy"
        " - /etc/passepartout/proxy.pem\n"
    )
    certificate(root / "etc/passepartout/proxy.pem", run)
    begin(root / STATE[1:], root / "etc/passepartout/proxy.pem")
    run(["chown", "-R", "haproxy:haproxy", str(root / STATE[1:])], check=True)
    run(["systemd-tmpfiles", "--create"], check=True)
    run(["systemctl", "daemon-reload"], check=True)
    units = ["reverse-proxy.service"]
    units += [WATCH] if wanted["record"] else []
    run(["systemctl", "enable", "--now", *units], check=True)


def begin(state: Path, own: Path) -> None:
    """Maps without entries; HAProxy starts with no empty list of certificates.

    The proxy's own is in it until machines' are: no machine has its name.
    """
    for kind in MAPS:
        (state / f"{kind}.map").touch()
    (state / "machines.pem").write_text(
        own.read_text().partition("-----END PRIVATE KEY-----\n")[2] or own.read_text()
    )


def certificate(path: Path, run: Run = subprocess.run) -> None:
    """A key and a certificate of this proxy's own, in one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", str(KEPT_DAYS)),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *(
                "-subj",
                "/CN=proxy",
                "-keyout",
                str(path),
                "-out",
                f"{path}.certificate",
            ),
        ],
        check=True,
        capture_output=True,
    )
    signed = Path(f"{path}.certificate")
    with path.open("a") as file:
        file.write(signed.read_text())
    signed.unlink()
