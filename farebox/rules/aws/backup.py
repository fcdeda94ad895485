"""AWS Backup: what vaults keep and give back, by the kind of what is backed up.

Backups of EBS, RDS, Aurora, DocumentDB, Neptune, Redshift and FSx have no storage of
their own under AWS Backup: they are billed as snapshots of the service itself.

Source: https://aws.amazon.com/backup/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Key, Type, Use, free
from farebox.rules.shapes import blocks

SOURCE = "https://aws.amazon.com/backup/pricing/"
SERVICE = "AWSBackup"


def _use(
    key: str,
    usage_type: str,
    unit: str,
    says: str,
    *,
    operation: str = "Storage",
    service: str = SERVICE,
) -> Use:
    return Use(
        key=key,
        service=service,
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
        optional=True,
    )


KEPT = tuple(
    _use(
        key, f"{kind}Storage-ByteHrs-{of}", "GB-Mo", f"{kind.lower()} backups of {says}"
    )
    for key, kind, of, says in (
        ("monthly_efs_warm_backup_gb", "Warm", "EFS", "EFS"),
        ("monthly_efs_cold_backup_gb", "Cold", "EFS", "EFS"),
        ("monthly_dynamodb_backup_gb", "Warm", "DynamoDB", "DynamoDB"),
        ("monthly_dynamodb_cold_backup_gb", "Cold", "DynamoDB", "DynamoDB"),
        ("monthly_s3_backup_gb", "Warm", "S3", "S3"),
        ("monthly_virtual_machine_backup_gb", "Warm", "VirtualMachine", "VMware"),
        ("monthly_virtual_machine_cold_backup_gb", "Cold", "VirtualMachine", "VMware"),
    )
)
RESTORED = tuple(
    _use(
        key,
        f"Restore-{kind}Bytes-{of}",
        "GB",
        f"restores of {of} from {kind.lower()} backups",
        operation="RestoreRecoveryPoint",
    )
    for key, kind, of in (
        ("monthly_efs_warm_restore_gb", "Warm", "EFS"),
        ("monthly_efs_cold_restore_gb", "Cold", "EFS"),
        ("monthly_dynamodb_restore_gb", "Warm", "DynamoDB"),
        ("monthly_dynamodb_cold_restore_gb", "Cold", "DynamoDB"),
        ("monthly_s3_restore_gb", "Warm", "S3"),
    )
)
COPIED = tuple(
    _use(
        f"monthly_{name}_copied_to_other_regions_gb",
        f"CrossRegion-WarmBytes-{of}",
        "GB",
        f"backups of {of} that are copied to other regions",
        operation="DataTransfer",
    )
    for name, of in (("efs", "EFS"), ("dynamodb", "DynamoDB"), ("s3", "S3"))
)
SNAPSHOTS = (
    _use(
        "monthly_ebs_snapshot_gb",
        "EBS:SnapshotUsage",
        "GB-Mo",
        "backups of volumes, billed as snapshots of EBS",
        operation="",
        service="AmazonEC2",
    ),
    _use(
        "monthly_rds_snapshot_gb",
        "RDS:ChargedBackupUsage",
        "GB-Mo",
        "backups of RDS, billed as its snapshots",
        operation="",
        service="AmazonRDS",
    ),
    _use(
        "monthly_aurora_snapshot_gb",
        "Aurora:BackupUsage",
        "GB-Mo",
        "backups of Aurora, billed as its snapshots",
        operation="",
        service="AmazonRDS",
    ),
    *(
        _use(
            f"monthly_fsx_{system.lower()}_backup_gb",
            "BackupUsage",
            "GB-Mo",
            f"backups of FSx for {system}, billed as its own",
            operation=f"CreateFileSystem:{system}",
            service="AmazonFSx",
        )
        for system in ("Windows", "Lustre")
    ),
)
VAULT = (*KEPT, *RESTORED, *COPIED, *SNAPSHOTS)
AIR_GAPPED = tuple(
    _use(
        f"monthly_{name}_backup_gb",
        f"WarmStorage-ByteHrs-{of}-LAGV",
        "GB-Mo",
        f"backups of {of} in the air-gapped vault",
    )
    for name, of in (("ebs", "EBS"), ("efs", "EFS"), ("dynamodb", "DynamoDB"))
)
EVALUATED = Use(
    key="monthly_evaluations",
    service=SERVICE,
    usage_type="BackupEvaluations-Count",
    operation="BackupEvaluations",
    unit="Evaluations",
    says="evaluations of controls",
)


def _kept(uses: tuple[Use, ...], resource: Resource, usage: Usage) -> Iterator[Charge]:
    """What is given of each kind; a gap where nothing is."""
    found = [charge for use in uses for charge in use.where_given(resource, usage)]
    yield from found
    if not found:
        first = uses[0]
        yield Gap(
            "no-usage",
            "what the vault keeps is charged by the GB-month, by the kind of what is "
            f"backed up, and no {first.key} or other key is given",
            first.price_key(resource),
            first.unit,
            first.key,
        )


def vault(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What the vault keeps, gives back and sends away, by kind."""
    yield from _kept(VAULT, resource, usage)


def air_gapped(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What an air-gapped vault keeps; it has storage of its own for EBS too."""
    yield from _kept(AIR_GAPPED, resource, usage)


BESIDE_BACKUPS = {
    "scanActions": "scanning backups for malware is charged by GuardDuty, by the GB",
    "copyActions": (
        "copies of backups are charged where they are kept, and as traffic where that is "
        "another region"
    ),
}
"""What a plan's rules may ask for that is charged beside what a vault keeps."""


def plan(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A plan costs nothing; scanning for malware and copies are charged."""
    rules = resource.input("rules")
    if rules is UNKNOWN:
        yield Gap("unknown-input", "the plan's rules are not known before deployment")
        return
    charged = False
    for name, says in BESIDE_BACKUPS.items():
        actions = [each.get(name) for each in blocks(rules)]
        if UNKNOWN in actions:
            charged = True
            yield Gap("unknown-input", f"{name} is not known before deployment: {says}")
        elif any(actions):
            charged = True
            yield Gap("no-usage", says)
    if not charged:
        yield NoCharge("what a plan backs up is charged on the vault that keeps it")


ITEMS_RESTORED = Key(
    key="monthly_efs_item_restore_requests",
    says="items of EFS restored one by one",
    unused="Farebox knows no price for it",
)

TYPES = {
    "aws:backup/vault:Vault": Type(
        billed="A vault is billed by the GB-month that it keeps, and by restores.",
        source=SOURCE,
        uses=(*VAULT, ITEMS_RESTORED),
        rule=vault,
        terraform="aws_backup_vault",
        notes="""
Backups of EBS, RDS, Aurora, FSx, DocumentDB, Neptune and Redshift are billed as snapshots of
the service itself. Give them here or on the database or volume, not on both.
""",
        not_modelled=(
            "backups of Timestream, SAP HANA and CloudFormation stacks, restores of single "
            "files, early deletion from the cold tier"
        ),
    ),
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": Type(
        billed="An air-gapped vault is billed by the GB-month, at rates of its own.",
        source=SOURCE,
        uses=AIR_GAPPED,
        rule=air_gapped,
        not_modelled="kinds but EBS, EFS and DynamoDB",
    ),
    "aws:backup/plan:Plan": Type(
        billed="A plan is free; scanning what it backs up, and copies of it, are billed.",
        source=SOURCE,
        rule=plan,
        terraform="aws_backup_plan",
    ),
    "aws:backup/framework:Framework": Type(
        billed="Each evaluation of a control is billed, beside AWS Config's records.",
        source=SOURCE,
        uses=(EVALUATED,),
        terraform="aws_backup_framework",
    ),
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": Type(
        billed="Each test of a restore is billed, beside what is restored.",
        source=SOURCE,
        no_price=(
            "tests of restores are charged each, beside what they restore, and Farebox "
            "knows no price for them"
        ),
        terraform="aws_backup_restore_testing_plan",
    ),
}

FREE = free(
    "backup",
    {
        "a setting of vaults and plans; what vaults keep is charged": (
            "GlobalSettings RegionSettings Selection VaultLockConfiguration "
            "VaultNotifications VaultPolicy"
        ),
        "a report is not charged; the bucket that keeps it is": "ReportPlan",
        "part of a plan that tests restores, which are charged": (
            "RestoreTestingSelection"
        ),
    },
)
