"""A damaged or endless price list is refused with its line, and nothing of it is taken."""

import gzip
from pathlib import Path

import pytest

from pricing_fetch.errors import Damaged, FetchError, TooLarge
from pricing_fetch.lists.offers import fetch_offer
from pricing_fetch.net.transport import Transport
from tests.aws.server import AwsServer, Reply
from tests.pricing_fetch.lists.price_lists import EC2, EC2_VERSION, aws, transport

__all__ = ["aws", "transport"]


def damaged(
    aws: AwsServer, transport: Transport, folder: Path, body: bytes
) -> FetchError:
    """What reading this list instead of the right one raises."""
    aws.serve(
        f"/offers/v1.0/aws/AmazonEC2/{EC2_VERSION}/us-east-1/index.csv",
        lambda _: Reply(body=body),
    )
    delivery = fetch_offer(transport, "AmazonEC2", "us-east-1", folder=folder)
    with pytest.raises(FetchError) as caught:
        list(delivery.prices)
    return caught.value


GOOD = EC2.read_bytes()


LINES = GOOD.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (GOOD[:-1], "line 49: the file is cut off here"),
        (GOOD[:-40], "line 49: the file is cut off here"),
        (b"".join(LINES[:5]), "line 6: the file ends before its header"),
        (b"".join(LINES[:6]), "line 7: the list has no row at all"),
        (b"{}\n" * 9, "line 1: this is no price list"),
        (GOOD.replace(b"v1.0", b"v9.0", 1), "line 1: format 'v9.0'"),
        (GOOD.replace(b'"AmazonEC2"', b'"AmazonRDS"', 1), "line 5: a list of 'AmazonR"),
        (GOOD.replace(b"20261120183045", b"20261120183046", 1), "line 4: version"),
        (GOOD.replace(b'"usageType"', b'"usage"', 1), "the column 'usageType' is miss"),
        (
            GOOD.replace(b'"RelatedTo"', b'"Unit"', 1),
            "the column 'Unit' is there twice",
        ),
        (
            b"".join([*LINES[:6], LINES[6].replace(b",", b"", 9), *LINES[7:]]),
            "line 7: the row has ",
        ),
        (GOOD.replace(b'"Hrs"', b'"H\xff"', 1), "line 7: this is no line of CSV"),
        (b"".join([*LINES[:6], LINES[6], b'"x\n']), "a quoted text does not end"),
    ],
)
def test_a_damaged_list_is_refused_with_its_line(
    aws: AwsServer, transport: Transport, tmp_path: Path, body: bytes, words: str
) -> None:
    error = damaged(aws, transport, tmp_path, body)
    assert words in str(error)
    assert isinstance(error, Damaged)
    assert list(tmp_path.iterdir()) == []  # The next try fetches it anew.


@pytest.mark.parametrize(
    "column",
    [
        "Tenancy",
        "Operating System",
        "Pre Installed S/W",
        "License Model",
        "CapacityStatus",
        "MarketOption",
    ],
)
def test_instances_that_cannot_be_told_apart_have_no_price(
    aws: AwsServer, transport: Transport, tmp_path: Path, column: str
) -> None:
    renamed = GOOD.replace(f'"{column}"'.encode(), b'"Renamed"', 1)
    aws.serve(
        f"/offers/v1.0/aws/AmazonEC2/{EC2_VERSION}/us-east-1/index.csv",
        lambda _: Reply(body=renamed),
    )
    delivery = fetch_offer(transport, "AmazonEC2", "us-east-1", folder=tmp_path)
    linux = ("BoxUsage:r6a.4xlarge", "RunInstances")
    keys = {(d.price.key.usage_type, d.price.key.operation) for d in delivery.prices}
    assert linux not in keys
    assert ("EBS:VolumeUsage.gp3", "") in keys


def test_a_list_may_come_packed(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    packed = gzip.compress(GOOD)
    aws.serve(
        f"/offers/v1.0/aws/AmazonEC2/{EC2_VERSION}/us-east-1/index.csv",
        lambda _: Reply(body=packed),
    )
    delivery = fetch_offer(transport, "AmazonEC2", "us-east-1", folder=tmp_path)
    assert len(list(delivery.prices)) == 22
    cut = damaged(aws, transport, tmp_path / "cut", packed[:-9])
    assert "cut off" in str(cut)


def test_a_packed_list_that_unpacks_without_end_is_stopped(
    aws: AwsServer,
    transport: Transport,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pricing_fetch.net.limits.OFFER_BYTES", 1 << 20)
    bomb = gzip.compress(GOOD + LINES[6] * 10_000)
    assert len(bomb) < 1 << 20
    error = damaged(aws, transport, tmp_path, bomb)
    assert isinstance(error, TooLarge)
    assert "unpacks to more than 1 MiB" in str(error)
