"""What a refresh must never do: trust a stranger, leave the road, or tell a secret."""

import stat
from pathlib import Path

import pytest

from farebox.prices.embedded import embedded_book
from tests.aws.certificate import self_signed
from tests.aws.server import Asked, AwsServer, Reply
from tests.faults.figures import usd_per_month
from tests.faults.market import Market
from tests.faults.test_faults import CALL, EVER, FILE, INDEX, LISTS, POOLS, is_told
from tests.faults.world import SECRETS, World


def test_fault_50_a_certificate_that_nobody_signed(
    world: World, tmp_path: Path
) -> None:
    world.market.change("AmazonEC2", "1.1")
    with AwsServer(tls=self_signed(tmp_path)) as stranger:
        Market(stranger).change("AmazonEC2", "1.2")
        done = world.refresh(environ={"FAREBOX_PRICE_LIST_URL": stranger.url})
        assert not stranger.asked
    is_told(world, done, LISTS, "certificate cannot be verified", "nothing was fetched")


def test_fault_51_a_certificate_that_nobody_signed_for_a_call(
    world: World, tmp_path: Path
) -> None:
    world.market.change("spot", "0.95")
    with AwsServer(tls=self_signed(tmp_path)) as stranger:
        done = world.refresh(environ={"AWS_ENDPOINT_URL": stranger.url})
        assert not stranger.asked
    is_told(world, done, POOLS, "certificate", "not to be trusted")


@pytest.mark.parametrize("path", [INDEX, FILE])
def test_fault_52_a_redirect_to_another_host(world: World, path: str) -> None:
    world.market.change("AmazonEC2", "1.1")
    with AwsServer() as stranger:

        def elsewhere(asked: Asked) -> Reply:
            return Reply(302, {"Location": f"{stranger.url}{asked.path}"})

        version = world.market.versions["AmazonEC2"]
        place = f"AmazonEC2/{version}/{FILE}" if path == FILE else INDEX
        world.aws.serve(f"/offers/v1.0/aws/{place}", elsewhere)
        done = world.refresh()
        world.market.serve_lists()
        assert not stranger.asked
    is_told(world, done, LISTS, "this host is neither AWS's", "not asked")


def test_fault_53_a_mirror_without_encryption(world: World) -> None:
    done = world.refresh(environ={"FAREBOX_PRICE_LIST_URL": "http://192.0.2.1/prices"})
    assert done.code == 3
    said = " ".join(done.said.split())
    assert "FAREBOX_PRICE_LIST_URL" in said
    assert "https only" in said
    assert not world.aws.asked_for("/offers/")
    assert world.usd() == usd_per_month(embedded_book())


def test_fault_54_a_mirror_with_a_password_in_its_address(world: World) -> None:
    done = world.refresh(
        environ={"FAREBOX_PRICE_LIST_URL": f"https://me:{SECRETS[0]}@192.0.2.1/x"}
    )
    assert done.code == 3
    assert "may hold no user or password" in " ".join(done.said.split())


def test_fault_55_an_error_that_repeats_the_credentials(world: World) -> None:
    # A proxy or a service may say back what it was sent; the fixture looks for it in
    # everything that was printed and stored.
    echo = f"the key {SECRETS[0]} with {SECRETS[1]} and {SECRETS[2]}"
    for code in ("AuthFailure", "UnauthorizedOperation", "InvalidParameterValue"):
        world.aws.fail("expired-token", path=CALL, times=EVER, code=code, message=echo)
        done = world.refresh()
        assert done.code == 3
        assert POOLS in done.said
        world.aws.heal()
    signed = world.aws.asked_for(CALL)[0].headers
    assert SECRETS[0] in signed["authorization"]
    assert signed["x-amz-security-token"] == SECRETS[2]


def test_no_credential_goes_to_the_public_sources(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    assert world.refresh().code == 0
    lists = world.aws.asked_for("/offers/")
    assert lists
    for asked in lists:
        assert not any(secret in str(asked) for secret in SECRETS)
        assert "authorization" not in asked.headers


def test_the_store_and_the_downloads_are_private_to_their_user(world: World) -> None:
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("reset", path=FILE, times=EVER, after=1_000)
    assert world.refresh().code == 3  # so that a part of a download is left
    files = [path for path in world.data.rglob("*") if path.is_file()]
    assert world.store_file in files
    assert any(path.suffix == ".part" for path in files)
    assert {oct(mode(path)) for path in files} == {"0o600"}
    folders = [path for path in world.data.rglob("*") if path.is_dir()]
    assert {oct(mode(path)) for path in (world.data, *folders)} == {"0o700"}
