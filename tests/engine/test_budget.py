"""The budget guard on the real engine: what passes, what warns, what is blocked."""

import json
import subprocess
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from farebox.bill.terms import Terms
from farebox.graph.document import read_document
from farebox.prices.embedded import embedded_book
from farebox.quote.basket import Basket, usage_at, users_of
from farebox.rating.estimate import estimate
from farebox.reports.statement.json import statement_json
from tests.engine.engine import Deployment, Engine, Outcome

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policy_pack"
STATEMENT_PACK = Path(__file__).parent / "packs" / "statement"
ON = date(2026, 11, 23)


@pytest.fixture(scope="module")
def shop(engine: Engine, programs: Path) -> Deployment:
    return engine.open(programs / "shop", "dev", secrets={"password": "hush-hush"})


@pytest.fixture(scope="module")
def volumes(engine: Engine, programs: Path) -> Deployment:
    """Four volumes of 100 GB: at 0.08 they cost 32 USD; and an idle address, 3.65."""
    config = {"count": "8", "aws:region": "us-east-1"}
    return engine.open(programs / "many", "few", config=config)


def guarded(stack: Deployment, config: Mapping[str, Any], *words: str) -> Outcome:
    """A preview under the policy pack, with its config."""
    return stack.run(
        *(words or ("preview",)), *pack_options(stack, config), check=False
    )


def pack_options(stack: Deployment, config: Mapping[str, Any]) -> list[str]:
    file = stack.project.parent / "budget.json"
    file.write_text(json.dumps(config))
    pack = stack.engine.policy_pack(PACK)
    return ["--policy-pack", str(pack), "--policy-pack-config", str(file)]


def told(outcome: Outcome) -> str:
    """What the policies report; empty where they have nothing to say."""
    text = outcome.document.decode()
    _, found, after = text.partition("Policies:\n")
    return after.partition("\nDiagnostics:")[0] if found else ""


def budget(usd: float, level: str = "mandatory") -> dict[str, Any]:
    return {"stack-budget": {"enforcementLevel": level, "usd_per_month": usd}}


def test_a_stack_within_its_budget_passes(volumes: Deployment) -> None:
    # 32 + 3.65 = 35.65
    outcome = guarded(volumes, budget(35.65))
    assert outcome.exit_code == 0
    assert "stack-budget" not in told(outcome)


def test_an_advisory_budget_warns_and_lets_pass(volumes: Deployment) -> None:
    outcome = guarded(volumes, budget(30, "advisory"))
    assert outcome.exit_code == 0
    assert "[advisory]  stack-budget" in told(outcome)
    assert "35.65 USD a month: 5.65 (18.8 %) over the budget of 30.00" in told(outcome)


def test_a_mandatory_budget_blocks_with_the_biggest_lines_and_the_way_out(
    volumes: Deployment,
) -> None:
    outcome = guarded(volumes, budget(30))
    assert outcome.exit_code == 1
    shown = [line.strip() for line in told(outcome).splitlines()]
    start = shown.index("- [mandatory]  stack-budget  (pulumi:pulumi:Stack: many-few)")
    assert shown[start + 1 : start + 7] == [
        "The stack stays within its budget.",
        "The stack costs 35.65 USD a month: 5.65 (18.8 %) over the budget of 30.00.",
        "The biggest lines, USD a month:",
        "32.00  volume-* (4) (ebs.Volume): gp3 storage, 400 GB-Mo",
        "3.65  address (ec2.Eip): public IPv4 address idle, 730 Hrs",
        "Way out: make the lines above smaller, or raise the budget where it is set. "
        "`fare price` shows every line.",
    ]


def test_surprises_warn_by_themselves_and_block_where_asked(
    volumes: Deployment,
) -> None:
    outcome = guarded(volumes, {})
    assert outcome.exit_code == 0
    assert "[advisory]  unattached-addresses  (aws:ec2:Eip: address)" in told(outcome)
    outcome = guarded(volumes, {"unattached-addresses": "mandatory"})
    assert outcome.exit_code == 1
    assert "[mandatory]  unattached-addresses" in told(outcome)
    outcome = guarded(volumes, {"unattached-addresses": "disabled"})
    assert outcome.exit_code == 0
    assert "unattached-addresses" not in told(outcome)


def test_users_components_and_instances(shop: Deployment) -> None:
    outcome = guarded(
        shop,
        {
            "pricing": {"users": 100},
            "user-budget": {"usd_per_user": 0.5},
            "component-budgets": {"components": {"workers": 60}},
            "tag-budgets": {"tags": {"project=shop": 100}},
            "allowed-instances": {"types": ["m7g", "t4g.small"]},
        },
    )
    shown = told(outcome)
    assert outcome.exit_code == 1
    assert "With 100 users the stack costs at least" in shown
    assert "Component workers costs at least" in shown
    assert "tag-budgets" not in shown
    assert "workers/group (autoscaling.Group): not allowed: m6g.large." in shown
    assert "hush-hush" not in outcome.document.decode()


REFUSED = [
    ({"stack-budget": {"usd_per_month": -1}}, "Must be greater than or equal to 0"),
    ({"stack-budget": {"usd_per_month": "ten"}}, "Invalid type. Expected: number"),
    ({"stack-budget": {"usd_per_mont": 1}}, "did you mean usd_per_month?"),
    ({"pricing": {"usage": "no.yaml"}, **budget(99)}, "names no.yaml, which is not in"),
]


@pytest.mark.parametrize(("config", "said"), REFUSED)
def test_a_config_that_cannot_be_meant_blocks_and_says_why(
    volumes: Deployment, config: Mapping[str, Any], said: str
) -> None:
    outcome = guarded(volumes, config)
    assert outcome.exit_code != 0
    assert said in outcome.document.decode() + outcome.errors


def test_unknown_inputs_are_told_and_block_where_asked(
    engine: Engine, programs: Path
) -> None:
    config = {"count": "5", "aws:region": "us-east-1"}
    stack = engine.open(programs / "many", "unknown", config=config)
    stack.write(
        "__main__.py",
        "import pulumi_aws as aws\n"
        "known = aws.ebs.Volume('known', availability_zone='us-east-1a', size=100,"
        " type='gp3')\n"
        "size = known.arn.apply(len)\n"
        "aws.ebs.Volume('later', availability_zone='us-east-1a', size=size,"
        " type='gp3')\n"
        "aws.ec2.Instance('server', ami='ami-0123456789abcdef0',"
        " instance_type=known.arn.apply(lambda arn: 't4g.small'))\n",
    )
    outcome = guarded(stack, budget(100))
    assert outcome.exit_code == 0
    assert "[advisory]  unpriced  (aws:ebs:Volume: later)" in told(outcome)
    strict = {"unpriced": "mandatory", "allowed-instances": {"types": ["t4g"]}}
    outcome = guarded(stack, strict)
    assert outcome.exit_code == 1
    assert "[mandatory]  unpriced" in told(outcome)
    assert "an instance type is not known before deployment" in told(outcome)
    outcome = guarded(stack, budget(5))
    assert outcome.exit_code == 1
    # The known volume and the 8 GiB root volume that the image brings, 108 x 0.08, and
    # the address that the default subnet gives, 730 x 0.005.
    assert "The stack costs at least 12.29 USD a month" in told(outcome)


def without_positions(document: bytes) -> Any:
    """The statement without what a pack is not told, its entries in one order."""
    found = json.loads(document)
    for part in ("lines", "free", "unpriced"):
        for entry in found[part]:
            entry.pop("source_position", None)
        found[part].sort(key=lambda entry: json.dumps(entry, sort_keys=True))
    return found


def both_statements(stack: Deployment) -> tuple[Any, Any]:
    """What the pack and `fare price` make of the same preview."""
    file = stack.project.parent / "statement.json"
    outcome = stack.preview(policy_pack=STATEMENT_PACK, env={"STATEMENT": str(file)})
    graph = read_document(outcome.document, name="preview")
    ours = statement_json(estimate(graph, embedded_book(), on=ON))
    return without_positions(file.read_bytes()), without_positions(ours)


def test_the_pack_says_what_fare_price_says_before_and_after_a_deployment(
    engine: Engine, programs: Path
) -> None:
    stack = engine.open(programs / "shop", "dev", secrets={"password": "hush-hush"})
    first, ours = both_statements(stack)
    assert first == ours
    assert first["lines"]
    stack.up()
    unchanged, ours = both_statements(stack)
    assert unchanged == ours
    # A volume that moves is replaced, and a NAT gateway is new.
    stack.configure(zone="us-east-1b", volume_gib="200", gateway="true")
    changed, ours = both_statements(stack)
    assert changed == ours
    more = Decimal(changed["total"]["usd_per_month"]) - Decimal(
        unchanged["total"]["usd_per_month"]
    )
    # 100 GB more at 0.08; 730 hours of the gateway at 0.045 and its address at 0.005.
    assert more == Decimal("8") + Decimal("32.85") + Decimal("3.65")


def test_the_pack_says_what_fare_price_says_of_a_tier(engine: Engine) -> None:
    pack, ours = both_statements(engine.open(ROOT, "self-hosted"))
    assert pack == ours
    assert len(pack["lines"]) > 10


def test_unchanged_and_destroyed_resources(engine: Engine, programs: Path) -> None:
    config = {"count": "8", "aws:region": "us-east-1"}
    stack = engine.open(programs / "many", "life", config=config)
    stack.up()
    outcome = guarded(stack, budget(30))
    assert outcome.exit_code == 1
    assert " create" not in outcome.document.decode()
    assert "costs 35.65 USD a month" in told(outcome)
    # Half of the volumes go: 16 + 3.65 = 19.65.
    stack.configure(count="6")
    outcome = guarded(stack, budget(19.65))
    assert outcome.exit_code == 0
    assert "stack-budget" not in told(outcome)
    outcome = guarded(stack, budget(19))
    assert "costs 19.65 USD a month" in told(outcome)


def test_a_blocked_update_changes_nothing(engine: Engine, programs: Path) -> None:
    config = {"count": "8", "aws:region": "us-east-1"}
    stack = engine.open(programs / "many", "blocked", config=config)
    outcome = guarded(stack, budget(30), "up", "--yes", "--suppress-progress")
    assert outcome.exit_code == 1
    state = read_document(stack.export(), name="state")
    assert "aws:ebs/volume:Volume" not in state.by_type


def test_a_state_file_is_analyzed_without_a_stack(
    engine: Engine, programs: Path
) -> None:
    config = {"count": "8", "aws:region": "us-east-1"}
    stack = engine.open(programs / "many", "state", config=config)
    stack.up()
    file = stack.project.parent / "state.json"
    file.write_bytes(stack.export())
    command = [str(engine.found.folder / "pulumi"), "policy", "analyze"]
    command += ["--file", str(file), *pack_options(stack, budget(30))]
    done = subprocess.run(
        command,
        env=engine.environment(stack.state),
        cwd=stack.project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "costs 35.65 USD a month" in done.stdout


def test_a_pack_takes_the_usage_file_of_the_program_not_the_one_around_itself(
    engine: Engine,
) -> None:
    stack = engine.open(ROOT, "self-hosted")
    original = ROOT / "stacks" / "self-hosted.usage.yaml"
    changed = yaml.safe_load(original.read_text())
    (region,) = changed["account_usage"]
    changed["account_usage"][region]["monthly_outbound_internet_gb"] = 50_000
    usage = stack.project / "stacks" / "self-hosted.usage.yaml"
    usage.write_text(yaml.safe_dump(changed))
    graph = read_document(stack.preview().document, name="preview")
    terms = Terms(on=date.today(), users=users_of(graph))
    ours, around = (
        Basket(graph, usage_at(path), terms).at(embedded_book()).usd_per_month
        for path in (usage, original)
    )
    outcome = guarded(stack, budget(0.01))
    assert f"The stack costs {ours:,.2f} USD a month" in told(outcome)
    # 20,000 GB more leave in the copy than in the project around the pack.
    assert ours > around + 1000


def test_a_pack_that_prices_without_a_usage_file_says_so(volumes: Deployment) -> None:
    outcome = guarded(volumes, budget(30))
    said = "Priced without a usage file: there is no few.usage.yaml beside"
    assert said in told(outcome)
    # Where the budget holds it is a message of the preview.
    outcome = guarded(volumes, budget(99))
    assert said in outcome.document.decode() + outcome.errors
