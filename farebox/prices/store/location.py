"""Where the price store is: a file in the user's data folder, or a PostgreSQL server."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from farebox.prices.errors import StoreError

URL_VARIABLE = "FAREBOX_PRICES_URL"
FOLDER_VARIABLE = "FAREBOX_DATA_DIR"
FILE_NAME = "prices.sqlite"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+]{0,30}", re.ASCII)
_HALF_A_URL = re.compile(r"postgres(?:ql)?[+:/]|[^/]*:[^/]*@", re.IGNORECASE)
"""What was meant as a server's URL: as a file's name it would show the password."""

_POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")


class Location(Struct, frozen=True):
    """A store's place. `name` is safe to show; `url` may hold a password."""

    name: str
    path: Path | None
    url: str = ""

    def __repr__(self) -> str:
        return f"Location({self.name!r})"


def locate(url: str | None = None) -> Location:
    """The store of a URL or of a file's path; None: FAREBOX_PRICES_URL, else the file.

    Raises StoreError where the text is no place for a store.
    """
    url = url or os.environ.get(URL_VARIABLE) or ""
    if not url:
        path = data_folder() / FILE_NAME
        return Location(str(path), path)
    if url.startswith(_POSTGRESQL):
        return Location(_name(url), None, f"postgresql+psycopg://{_rest(url)}")
    if url.startswith("sqlite:///"):
        url = url.removeprefix("sqlite:///")
    scheme = url.partition(":")[0]
    if "://" in url or not url or url == ":memory:" or _HALF_A_URL.match(url):
        kind = f"a {scheme}: URL" if _SCHEME.fullmatch(scheme) else "such a URL"
        raise StoreError(
            f"no price store can be at {kind}; give postgresql://USER@HOST/DATABASE,"
            f" or the path of a file, in {URL_VARIABLE}"
        )
    path = _own_path(url, URL_VARIABLE)
    return Location(str(path), path)


def data_folder() -> Path:
    """The user's folder for farebox's own files; FAREBOX_DATA_DIR names another."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        return _own_path(folder, FOLDER_VARIABLE)
    from platformdirs import user_data_path

    return user_data_path("farebox", appauthor=False)


def store_exists(url: str | None = None) -> bool:
    """Whether there is a store, without making one.

    A PostgreSQL URL counts as one: who names a server means it.
    """
    location = locate(url)
    if location.path is None:
        return True
    try:
        return location.path.stat().st_size > 0
    except OSError:
        return False


def _own_path(text: str, variable: str) -> Path:
    """The path, with `~` filled in. Raises StoreError where it cannot be one."""
    try:
        path = Path(text).expanduser()
        str(path).encode()
    except (RuntimeError, ValueError):
        shown = text.encode(errors="replace").decode()
        raise StoreError(
            f"{variable} names no path that there can be ({shown[:80]!r}); name another"
        ) from None
    return path


def _rest(url: str) -> str:
    return url.partition("://")[2]


def _name(url: str) -> str:
    """The URL without its password and its options, which may hold one too.

    Raises StoreError for a URL whose password cannot be told from its host.
    """
    try:
        parts = urlsplit(f"postgresql://{_rest(url)}")
        host, port, user = parts.hostname or "", parts.port, parts.username
        whole = parts.netloc.count("@") <= 1 and not parts.fragment
        whole = whole and "@" not in parts.path + parts.query
    except ValueError:
        whole = False
    if not whole:
        raise StoreError(
            "the price store's URL cannot be read; write postgresql://USER:PASSWORD@"
            "HOST:PORT/DATABASE with %40 for an @, %3A for a : and %2F for a / in the"
            " password"
        )
    at = f"{user}@" if user else ""
    place = f"{host}:{port}" if port else host
    return f"postgresql://{at}{place}{parts.path}"
