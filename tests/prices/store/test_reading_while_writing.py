"""A reader in the writer's own thread sees the old book and undoes nothing."""

from decimal import Decimal

import pytest

from farebox.prices.errors import StoreError
from farebox.prices.store import open_store
from tests.prices.store.deliveries import at, key, simple


def test_a_look_at_the_store_while_it_is_written_loses_nothing(url: str) -> None:
    with open_store(url) as store:
        with store.refresh(at(20), by="a test") as refresh:
            refresh.keep(refresh.compare(simple(at(20), gp3="0.08")))
            assert store.last("nobody") is None
            assert store.book().find(key("gp3")) is None
        assert store.book().price(key("gp3")).usd_per_unit == Decimal("0.08")


def test_a_writer_waits_for_another_one_as_long_as_it_is_told(url: str) -> None:
    with (
        open_store(url) as store,
        open_store(url) as other,
        store.refresh(at(20), by="a test"),
        pytest.raises(StoreError, match="another refresh has been writing"),
        other.refresh(at(21), by="a test", wait_seconds=0.1),
    ):
        pass
