"""A machine's view of EC2, on moto: it takes and gives back its own volumes only."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from passepartout.agent.ec2 import Ec2, Metadata
from tests.passepartout.stores import need_moto

POOL = "passepartout-test"


@pytest.fixture
def ec2() -> Iterator[Any]:
    need_moto()
    import boto3
    from moto import mock_aws

    with mock_aws():
        yield boto3.client(
            "ec2",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )


class Zone:
    """Two machines and volumes of a zone; `told` is what the metadata service says."""

    def __init__(self, client: Any) -> None:
        self.client = client
        place = {"AvailabilityZone": "us-east-1a"}
        run = client.run_instances(
            ImageId="ami-12c6146b", MinCount=2, MaxCount=2, Placement=place
        )
        self.machines = [one["InstanceId"] for one in run["Instances"]]

    def volume(self, zone: str = "us-east-1a", **tags: str) -> str:
        tagged = {"VolumePool": POOL, **tags}
        made = self.client.create_volume(
            AvailabilityZone=zone,
            Size=1,
            TagSpecifications=[
                {
                    "ResourceType": "volume",
                    "Tags": [{"Key": k, "Value": v} for k, v in tagged.items()],
                }
            ],
        )
        return str(made["VolumeId"])

    def cloud(self, number: int = 0) -> Ec2:
        return Ec2(
            self.client,
            None,
            Metadata(),
            pool=POOL,
            machine=self.machines[number],
            zone="us-east-1a",
        )


def test_free_volumes_are_those_of_the_pool_and_zone_that_nobody_holds(
    ec2: Any,
) -> None:
    zone = Zone(ec2)
    mine, other = zone.volume(), zone.volume()
    zone.volume(zone="us-east-1b")
    zone.volume(VolumePool="another-stack")
    cloud = zone.cloud()
    assert {one.volume for one in cloud.free()} == {mine, other}
    assert cloud.attach(mine)
    assert [one.volume for one in cloud.attached()] == [mine]
    assert {one.volume for one in cloud.free()} == {other}
    cloud.detach(mine)
    assert not cloud.attached()


def refusing(code: str) -> Ec2:
    """A view of an EC2 that refuses to attach. moto attaches a volume twice."""
    import boto3
    from botocore.stub import Stubber

    client = boto3.client(
        "ec2",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    stub = Stubber(client)
    stub.add_response("describe_volumes", {"Volumes": []})
    stub.add_client_error("attach_volume", code)
    stub.activate()
    return Ec2(client, None, Metadata(), pool=POOL, machine="i-1", zone="us-east-1a")


@pytest.mark.parametrize("code", ["VolumeInUse", "IncorrectState"])
def test_a_volume_that_another_machine_took_first_is_let_go(code: str) -> None:
    assert not refusing(code).attach("vol-1")


def test_a_refusal_for_another_reason_is_told() -> None:
    with pytest.raises(Exception, match="UnauthorizedOperation"):
        refusing("UnauthorizedOperation").attach("vol-1")


def test_a_machine_cannot_detach_anothers_volume(ec2: Any) -> None:
    zone = Zone(ec2)
    volume = zone.volume()
    zone.cloud(0).attach(volume)
    with pytest.raises(ec2.exceptions.ClientError):
        zone.cloud(1).detach(volume)
    assert [one.volume for one in zone.cloud(0).attached()] == [volume]


def test_each_volume_has_a_device_name_of_its_own(ec2: Any) -> None:
    zone = Zone(ec2)
    cloud = zone.cloud()
    for _ in range(3):
        cloud.attach(zone.volume())
    volumes = ec2.describe_volumes(VolumeIds=[one.volume for one in cloud.attached()])[
        "Volumes"
    ]
    names = {one["Attachments"][0]["Device"] for one in volumes}
    assert names == {"/dev/xvdba", "/dev/xvdbb", "/dev/xvdbc"}


def test_tags_tell_of_retirement_and_fences(ec2: Any) -> None:
    zone = Zone(ec2)
    zone.volume(Retire="draining", Fenced="2026-11-29", Name="user-volume-1")
    (one,) = zone.cloud().free()
    assert (one.name, one.retiring, one.fenced) == ("user-volume-1", True, True)


@pytest.fixture
def metadata() -> Iterator[tuple[Metadata, dict[str, str]]]:
    """A metadata service that wants a token, and what it has."""
    has: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:  # the library's name
            self._say(200, "token")

        def do_GET(self) -> None:  # the library's name
            if self.headers["X-aws-ec2-metadata-token"] != "token":
                self._say(401, "")
                return
            path = self.path.removeprefix("/meta-data/")
            self._say(200 if path in has else 404, has.get(path, ""))

        def _say(self, code: int, text: str) -> None:
            self.send_response(code)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Metadata(f"http://127.0.0.1:{server.server_port}"), has
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "text", "notice"),
    [
        ("spot/instance-action", '{"action": "terminate"}', "interruption"),
        ("autoscaling/target-lifecycle-state", "Terminated", "terminating"),
        ("autoscaling/target-lifecycle-state", "InService", ""),
        ("events/recommendations/rebalance", '{"noticeTime": "..."}', "rebalance"),
        ("instance-id", "i-1", ""),
    ],
)
def test_the_metadata_service_gives_notice(
    metadata: tuple[Metadata, dict[str, str]], path: str, text: str, notice: str
) -> None:
    service, has = metadata
    has[path] = text
    cloud = Ec2(None, None, service, pool=POOL, machine="i-1", zone="us-east-1a")
    assert cloud.notice() == notice
