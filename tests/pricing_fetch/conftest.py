"""An AWS account that is a server on this machine, for real boto3 clients."""

from collections.abc import Iterator

import pytest

from tests.aws.server import AwsServer


@pytest.fixture
def aws_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsServer]:
    """A local AWS with credentials in the environment and no other configuration."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with AwsServer() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
        monkeypatch.setenv("AWS_SESSION_TOKEN", "not-a-token")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server
