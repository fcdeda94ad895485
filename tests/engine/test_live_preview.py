"""`pulumi preview` with live prices: asked of AWS, kept in the store, and never in the way."""

from pathlib import Path

from farebox.prices.curated import curated_book
from tests.aws.calls import Ec2Api, PricingApi, serve_calls
from tests.aws.server import AwsServer
from tests.engine.engine import ROOT, Engine, Outcome

CONFIG = {"farebox:prices": "live", "farebox:live-seconds": "5"}


def account(aws: AwsServer, folder: Path) -> dict[str, str]:
    """The environment of who has an account on that server."""
    return {
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret",
        "FAREBOX_DATA_DIR": str(folder),
        "NO_PROXY": "127.0.0.1",
    }


def statement(outcome: Outcome) -> str:
    """The statement among the preview's messages, on one line."""
    messages = [entry["message"] for entry in outcome.json()["diagnostics"]]
    (shown,) = (one for one in messages if one.strip().startswith("passepartout/"))
    return " ".join(shown.split())


def test_a_preview_asks_aws_for_what_it_uses_and_is_never_held_up(
    engine: Engine, tmp_path: Path
) -> None:
    book = curated_book()
    with AwsServer() as aws:
        serve_calls(
            aws, PricingApi(book, {"EBS:VolumeUsage.gp3": "1.125"}), Ec2Api(book)
        )
        deployment = engine.open(ROOT, "self-hosted", config=CONFIG)
        env = account(aws, tmp_path)
        live = statement(deployment.preview(env=env))
        # 3,927.67 at embedded prices; 76 GiB of root volumes x 0.01 = 0.76 more.
        assert "Total a month, USD 3,928.43" in live
        assert "Prices: live book sha256:" in live
        assert "Not live" not in live

        aws.fail("time-out", times=1000)
        env["FAREBOX_DATA_DIR"] = str(tmp_path / "another")
        silent = deployment.preview(env=env)
    assert silent.exit_code == 0
    assert "Total a month, USD 3,927.67" in statement(silent)
    assert "AWS had not answered after 5 s" in statement(silent)
