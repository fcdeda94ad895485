"""A recording book gives another book's prices and notes what was asked for."""

from datetime import date

import pytest

from farebox.prices.embedded import embedded_book
from farebox.prices.errors import PriceNotFound
from farebox.prices.recording import RecordingBook, spot_of_type
from farebox.prices.values import PriceKey

GP3 = PriceKey("AmazonEC2", "eu-west-1", "EBS:VolumeUsage.gp3")
NOWHERE = PriceKey("AmazonEC2", "eu-west-1", "EBS:VolumeUsage.gp9")


def test_it_answers_as_the_other_book_does() -> None:
    book = embedded_book()
    recording = RecordingBook(book)
    assert recording.price(GP3) is book.price(GP3)
    assert recording.find(NOWHERE) is None
    with pytest.raises(PriceNotFound):
        recording.price(NOWHERE)
    zones = recording.spot_zones("eu-west-1", "r6a.4xlarge")
    assert zones == book.spot_zones("eu-west-1", "r6a.4xlarge")
    on = date(2026, 11, 23)
    assert (recording.id, recording.kind, recording.as_of) == (
        book.id,
        "embedded",
        book.as_of,
    )
    assert recording.stale(on) == book.stale(on)
    assert recording.instance_types == book.instance_types
    assert recording.zone_ids == book.zone_ids
    assert list(recording) == list(book)
    assert len(recording) == len(book)


def test_each_key_is_noted_once_without_its_prefix_found_or_not() -> None:
    recording = RecordingBook(embedded_book())
    with_prefix = PriceKey("AmazonEC2", "eu-west-1", "EU-EBS:VolumeUsage.gp3")
    for key in (GP3, NOWHERE, with_prefix):
        recording.find(key)
    recording.spot_zones("eu-west-1", "r6a.4xlarge")
    assert list(recording.asked) == [
        GP3,
        NOWHERE,
        spot_of_type("eu-west-1", "r6a.4xlarge"),
    ]
    assert recording.asked[NOWHERE] is None
