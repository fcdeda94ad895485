"""A stream of CloudWatch Logs, by moto; what moto does not refuse, by a stub."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from passepartout.logs.cloudwatch import Event, Poison, Stream
from tests.passepartout.logs.scene import Scene, of_user
from tests.passepartout.stores import need_moto

GROUP = "/passepartout/test/machines"


@pytest.fixture
def client() -> Iterator[Any]:
    need_moto()
    import boto3
    from moto import mock_aws

    with mock_aws():
        yield boto3.client(
            "logs",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )


def texts(client: Any) -> list[str]:
    events = client.get_log_events(
        logGroupName=GROUP, logStreamName="i-1", startFromHead=True
    )["events"]
    return [one["message"] for one in events]


def test_a_stream_is_made_and_lines_are_in_the_order_of_their_times(
    client: Any,
) -> None:
    client.create_log_group(logGroupName=GROUP)
    now = int(time.time() * 1_000)
    stream = Stream(client, GROUP, "i-1")
    assert stream.put([Event(now, "second"), Event(now - 5, "first")]) == 0
    # Another process of the machine finds the stream there.
    assert Stream(client, GROUP, "i-1").put([Event(now + 1, "third")]) == 0
    assert texts(client) == ["first", "second", "third"]


def test_a_group_that_is_not_there_yet_is_no_reason_to_stop(
    client: Any, tmp_path: Any
) -> None:
    scene = Scene(tmp_path)
    scene.log = Stream(client, GROUP, "i-1")  # type: ignore[assignment]
    scene.restart()
    line = of_user(1, __REALTIME_TIMESTAMP=str(int(time.time()) * 1_000_000))
    scene.say(line)
    assert scene.round() == 1
    client.create_log_group(logGroupName=GROUP)
    assert scene.round() > 1
    assert len(texts(client)) == 1


def test_a_stream_that_somebody_deleted_is_made_again(client: Any) -> None:
    client.create_log_group(logGroupName=GROUP)
    now = int(time.time() * 1_000)
    stream = Stream(client, GROUP, "i-1")
    stream.put([Event(now, "before")])
    client.delete_log_stream(logGroupName=GROUP, logStreamName="i-1")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        stream.put([Event(now, "after")])
    stream.put([Event(now, "after")])
    assert texts(client) == ["after"]


def test_lines_that_are_too_old_or_too_new_are_counted(client: Any) -> None:
    from botocore.stub import Stubber

    stream = Stream(client, GROUP, "i-1")
    with Stubber(client) as stub:
        stub.add_response("create_log_stream", {})
        # Of five the first two are too old, the last one is too new.
        info = {"tooOldLogEventEndIndex": 2, "tooNewLogEventStartIndex": 4}
        stub.add_response("put_log_events", {"rejectedLogEventsInfo": info})
        assert stream.put([Event(number, "x") for number in range(5)]) == 3
        stub.add_client_error("put_log_events", "InvalidParameterException")
        with pytest.raises(Poison):
            stream.put([Event(1, "x")])
