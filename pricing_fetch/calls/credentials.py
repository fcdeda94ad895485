"""Whether AWS credentials can be here at all, told without boto3's 0.3 seconds."""

import os
from collections.abc import Mapping
from pathlib import Path

HINTS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""Variables that say that there are credentials, or where."""

FILES = {
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
    "AWS_CONFIG_FILE": "~/.aws/config",
}
"""The variable that names a file of the chain, and where it is without one."""

OLD_BOTO_FILES = ("/etc/boto.cfg", "~/.boto")

VENDOR = Path("/sys/devices/virtual/dmi/id/sys_vendor")
"""What Linux says of the machine; an instance of EC2 says `Amazon EC2`."""


def credentials_are_likely(environ: Mapping[str, str] | None = None) -> bool:
    """Whether it is worth to ask boto3 for credentials: a variable, a file, EC2.

    Where this is False, boto3's chain finds none either, on a machine of today's EC2
    types or outside of EC2. Nothing is asked of the network.
    """
    given = os.environ if environ is None else environ
    if any(given.get(name) for name in HINTS):
        return True
    files = [given.get(name) or usual for name, usual in FILES.items()]
    boto = given.get("BOTO_CONFIG")
    files += [boto] if boto else list(OLD_BOTO_FILES)
    if any(os.path.isfile(os.path.expanduser(file)) for file in files):
        return True
    if given.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return False
    try:
        return "Amazon EC2" in VENDOR.read_text(errors="replace")
    except OSError:
        return False
