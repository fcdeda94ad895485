"""The local AWS server itself: each fault is seen by a plain client as it is in life."""

import gzip
import json
import socket
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse, IncompleteRead, RemoteDisconnected
from pathlib import Path

import pytest

from tests.aws.connection import FROZEN_SINCE
from tests.aws.server import FAULTS, Asked, AwsServer, Reply, files

BODY = b'{"prices": [' + b"1, " * 40_000 + b"1]}"


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    """A server with one document."""
    with AwsServer() as server:
        server.serve("/doc", lambda asked: Reply(body=BODY))
        yield server


def ask(
    aws: AwsServer,
    path: str = "/doc",
    headers: dict[str, str] | None = None,
    *,
    timeout: float = 5,
) -> HTTPResponse:
    """One request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", aws.port, timeout=timeout)
    connection.request("GET", path, headers=headers or {})
    return connection.getresponse()


def call(aws: AwsServer, target: str, document: object) -> HTTPResponse:
    """One call in the JSON protocol."""
    connection = HTTPConnection("127.0.0.1", aws.port, timeout=5)
    connection.request(
        "POST", "/", json.dumps(document), {"X-Amz-Target": target, "Accept": "*/*"}
    )
    return connection.getresponse()


def call_ec2(aws: AwsServer, form: str) -> HTTPResponse:
    """One call in EC2's query protocol."""
    connection = HTTPConnection("127.0.0.1", aws.port, timeout=5)
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    connection.request("POST", "/", form, {"Content-Type": kind})
    return connection.getresponse()


def test_a_document_comes_whole_with_an_etag_that_answers_304(aws: AwsServer) -> None:
    first = ask(aws)
    assert (first.status, first.read()) == (200, BODY)
    again = ask(aws, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.read()) == (304, b"")
    assert ask(aws, "/nowhere").status == 404
    assert [asked.path for asked in aws.asked] == ["/doc", "/doc", "/nowhere"]


def test_a_connection_is_used_again(aws: AwsServer) -> None:
    connection = HTTPConnection("127.0.0.1", aws.port, timeout=5)
    for _ in range(3):
        connection.request("GET", "/doc")
        assert connection.getresponse().read() == BODY
    assert len(aws.asked) == 3


def test_a_file_resumes_where_its_etag_still_holds(
    aws: AwsServer, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_bytes(BODY)
    aws.serve("/files/", files(tmp_path, below="/files"))
    whole = ask(aws, "/files/list.csv")
    etag = whole.headers["ETag"]
    assert whole.read() == BODY
    assert whole.headers["Last-Modified"]
    rest = ask(aws, "/files/list.csv", {"Range": "bytes=1000-", "If-Range": etag})
    assert (rest.status, rest.read()) == (206, BODY[1000:])
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(BODY) - 1}/{len(BODY)}"
    changed = ask(aws, "/files/list.csv", {"Range": "bytes=9-", "If-Range": '"old"'})
    assert (changed.status, changed.read()) == (200, BODY)
    beyond = ask(aws, "/files/list.csv", {"Range": f"bytes={len(BODY)}-"})
    assert beyond.status == 416
    assert ask(aws, "/files/../server.py").status == 404


def test_an_iterator_streams_in_chunks_or_with_its_length(aws: AwsServer) -> None:
    aws.serve("/stream", lambda asked: Reply(body=(b"ab" for _ in range(500))))
    aws.serve(
        "/long", lambda asked: Reply(body=(b"ab" for _ in range(500)), length=1000)
    )
    stream, long = ask(aws, "/stream"), ask(aws, "/long")
    assert stream.headers["Transfer-Encoding"] == "chunked"
    assert long.headers["Content-Length"] == "1000"
    assert stream.read() == long.read() == b"ab" * 500


def test_gzip_is_packed_only_for_who_takes_it(aws: AwsServer) -> None:
    aws.serve("/packed", lambda asked: Reply(body=BODY, gzip=True))
    packed = ask(aws, "/packed", {"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.read()) == BODY
    assert ask(aws, "/packed").read() == BODY


def test_a_fault_is_done_as_often_as_asked_and_only_where_asked(aws: AwsServer) -> None:
    aws.serve("/other", lambda asked: Reply(body=b"other"))
    aws.fail("server-error", path="/doc", times=2)
    assert ask(aws, "/other").status == 200
    assert [ask(aws).status for _ in range(3)] == [503, 503, 200]
    assert [(name, asked.path) for name, asked in aws.failed] == [
        ("server-error", "/doc"),
        ("server-error", "/doc"),
    ]
    aws.fail("refuse")
    aws.heal()
    assert ask(aws).status == 200
    with pytest.raises(ValueError, match="no fault 'rain'"):
        aws.fail("rain")
    assert len(FAULTS) == len(set(FAULTS)) == 14


def test_a_throttled_file_is_a_429_that_says_when_to_come_back(aws: AwsServer) -> None:
    aws.fail("throttle", retry_after=2)
    answer = ask(aws)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "2")


def test_a_throttled_call_is_worded_in_its_protocol(aws: AwsServer) -> None:
    aws.fail("throttle", path="GetProducts")
    aws.fail("throttle", path="DescribeSpotPriceHistory")
    answer = call(aws, "AWSPriceListService.GetProducts", {})
    assert answer.status == 400
    assert json.loads(answer.read())["__type"] == "ThrottlingException"
    answer = call_ec2(aws, "Action=DescribeSpotPriceHistory&Version=2016-11-15")
    assert answer.status == 503
    assert b"<Code>RequestLimitExceeded</Code>" in answer.read()


def test_an_expired_token_and_a_skewed_clock_are_refusals_of_a_call(
    aws: AwsServer,
) -> None:
    aws.fail("expired-token", path="GetProducts")
    aws.fail("expired-token", path="GetProducts", code="ExpiredNextTokenException")
    aws.fail("skew", path="DescribeSpot", seconds=600)
    names = [
        json.loads(call(aws, "AWSPriceListService.GetProducts", {}).read())["__type"]
        for _ in range(2)
    ]
    assert names == ["ExpiredTokenException", "ExpiredNextTokenException"]
    answer = call_ec2(aws, "Action=DescribeSpotPriceHistory")
    date = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert date - time.time() == pytest.approx(600, abs=60)
    assert b"RequestExpired" in answer.read()


def test_a_skewed_file_carries_another_date(aws: AwsServer) -> None:
    aws.fail("skew", seconds=-7200)
    date = parsedate_to_datetime(ask(aws).headers["Date"]).timestamp()
    assert time.time() - date == pytest.approx(7200, abs=60)


def test_silence_lasts_until_the_client_gives_up(aws: AwsServer) -> None:
    aws.fail("time-out")
    with pytest.raises(TimeoutError):
        ask(aws, timeout=0.2)
    assert ask(aws).status == 200


def test_a_refused_request_sees_the_connection_close(aws: AwsServer) -> None:
    aws.fail("refuse")
    with pytest.raises(RemoteDisconnected):
        ask(aws)


def test_a_reset_is_a_tcp_reset_in_the_middle_of_the_body(aws: AwsServer) -> None:
    aws.fail("reset", after=5000)
    answer = ask(aws)
    assert int(answer.headers["Content-Length"]) == len(BODY)
    with pytest.raises(ConnectionResetError):
        answer.read()


def test_a_truncated_body_ends_before_the_length_it_promised(aws: AwsServer) -> None:
    aws.fail("truncate", after=5000)
    with pytest.raises(IncompleteRead) as seen:
        ask(aws).read()
    assert seen.value.partial == BODY[:5000]


def test_a_wrong_length_cuts_the_body_for_a_client_that_believes_it(
    aws: AwsServer,
) -> None:
    aws.fail("wrong-length")
    assert ask(aws).read() == BODY[:-7]
    aws.fail("wrong-length", by=+10)
    with pytest.raises(IncompleteRead):
        ask(aws).read()


def test_gzip_may_come_without_a_header(aws: AwsServer) -> None:
    aws.fail("gzip-no-header")
    answer = ask(aws)
    assert "Content-Encoding" not in answer.headers
    assert gzip.decompress(answer.read()) == BODY


def test_html_comes_with_status_200(aws: AwsServer) -> None:
    aws.fail("html")
    answer = ask(aws)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")
    assert answer.read().startswith(b"<!DOCTYPE html>")


def test_an_empty_page_names_a_next_page_that_is_the_one_asked_for(
    aws: AwsServer,
) -> None:
    def pages(asked: Asked) -> Reply:
        if asked.operation == "DescribeSpotPriceHistory":
            return Reply(body=asked.form.get("NextToken", "first").encode())
        return Reply(body=asked.body)

    aws.serve("/", pages)
    aws.fail("empty-page", path="GetProducts", times=2)
    asked: dict[str, str] = {"ServiceCode": "AmazonEC2", "NextToken": "page-2"}
    for _ in range(2):
        page = json.loads(call(aws, "AWSPriceListService.GetProducts", asked).read())
        assert page["PriceList"] == []
        asked["NextToken"] = page["NextToken"]
    last = json.loads(call(aws, "AWSPriceListService.GetProducts", asked).read())
    assert last == {"ServiceCode": "AmazonEC2", "NextToken": "page-2"}

    aws.fail("empty-page", path="SpotPriceHistory")
    page_xml = call_ec2(aws, "Action=DescribeSpotPriceHistory").read().decode()
    assert "<spotPriceHistorySet/>" in page_xml
    token = page_xml.partition("<nextToken>")[2].partition("<")[0]
    form = f"Action=DescribeSpotPriceHistory&NextToken={token}"
    assert call_ec2(aws, form).read() == b"first"


def test_a_frozen_feed_keeps_its_etag_and_its_date(aws: AwsServer) -> None:
    aws.fail("frozen-etag", times=2)
    first = ask(aws)
    assert first.headers["Last-Modified"] == FROZEN_SINCE
    assert first.read() == BODY
    assert ask(aws, headers={"If-None-Match": first.headers["ETag"]}).status == 304


def test_a_slow_body_drips(aws: AwsServer) -> None:
    aws.serve("/small", lambda asked: Reply(body=b"x" * 5000))
    aws.fail("slow", size=1000, pause=0.02)
    began = time.monotonic()
    assert len(ask(aws, "/small").read()) == 5000
    assert time.monotonic() - began > 0.08


def test_a_stopped_server_is_gone() -> None:
    with AwsServer() as aws:
        port = aws.port
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0
