"""Which addresses may be asked, and how they are shown."""

import pytest

from pricing_fetch.errors import NotAllowed
from pricing_fetch.net.hosts import Addresses, addresses, check_endpoint, origin, shown


def test_aws_is_asked_unless_a_mirror_is_named() -> None:
    assert addresses({}) == Addresses()
    assert all(origin.startswith("https://") for origin in Addresses().origins)
    mirrored = addresses({"FAREBOX_PRICE_LIST_URL": "https://mirror.test/aws/"})
    assert mirrored.price_list == "https://mirror.test/aws"
    assert mirrored.spot_feed == Addresses().spot_feed
    assert "https://mirror.test:443" in mirrored.origins
    assert "https://pricing.us-east-1.amazonaws.com:443" not in mirrored.origins


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://mirror.test/aws", "by https only"),
        ("https://me:secret@mirror.test/aws", "no user or password"),
        ("ftp://mirror.test", "no web address"),
        ("mirror.test", "no web address"),
        ("https://mirror.test:port/", "no address"),
        ("https://me:12/secret@mirror.test/", "no user or password"),
        ("https:/me:secret@mirror.test/", "no user or password"),
        ("me:secret@mirror.test", "no user or password"),
    ],
)
def test_a_mirror_is_https_without_a_password(url: str, words: str) -> None:
    with pytest.raises(NotAllowed, match=words) as caught:
        addresses({"FAREBOX_SPOT_FEED_URL": url})
    assert str(caught.value).startswith("FAREBOX_SPOT_FEED_URL: ")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:9"])
def test_plain_http_is_for_this_machine_only(host: str) -> None:
    url = f"http://{host}"
    assert addresses({"FAREBOX_PRICE_LIST_URL": url}).price_list == url


def test_an_address_is_shown_without_what_could_be_secret() -> None:
    assert shown("https://a:b@mirror.test/x?token=y#z") == "https://mirror.test/x"
    assert origin("https://mirror.test/x") == "https://mirror.test:443"


@pytest.mark.parametrize(
    "url",
    [
        "https://ec2.us-east-1.amazonaws.com",
        "https://vpce-1.pricing.us-east-1.vpce.amazonaws.com",
        "https://ec2.eu-west-1.api.aws",
        "http://127.0.0.1:4566",
        "http://localhost:4566",
    ],
)
def test_calls_are_signed_for_aws_and_this_machine(url: str) -> None:
    check_endpoint(url, {})


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "https://amazonaws.com.evil.example",
        "https://evilamazonaws.com",
        "http://ec2.us-east-1.example",
        "http://ec2.us-east-1.amazonaws.com",
    ],
)
def test_calls_are_not_signed_for_a_stranger(url: str) -> None:
    with pytest.raises(NotAllowed):
        check_endpoint(url, {})


def test_a_stranger_is_asked_where_the_user_says_so_but_never_in_the_clear() -> None:
    url = "https://aws.corp.example"
    check_endpoint(f"{url}/pricing", {"FAREBOX_AWS_ENDPOINT": url})
    with pytest.raises(NotAllowed):
        check_endpoint(url, {"FAREBOX_AWS_ENDPOINT": "https://other.example"})
    plain = "http://aws.corp.example"
    with pytest.raises(NotAllowed):
        check_endpoint(plain, {"FAREBOX_AWS_ENDPOINT": plain})
