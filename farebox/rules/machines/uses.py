"""Meters and usage keys of whatever launches instances and makes volumes.

The rules of `machines` name usage types themselves; here they stand for the docs, the
keys of a usage file and the services that a refresh asks for.
"""

from farebox.rules.service import Key, Meter, Use

_EC2 = "AmazonEC2"


def _ec2(usage_type: str, unit: str, says: str, operation: str = "") -> Meter:
    return Meter(
        service=_EC2,
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
    )


IO_REQUESTS = Use(
    key="monthly_io_requests",
    infracost="monthly_standard_io_requests",
    service=_EC2,
    usage_type="EBS:VolumeIOUsage",
    unit="IOs",
    says="I/O requests of a volume of the type standard",
    optional=True,
)
VOLUME_METERS = (
    _ec2("EBS:VolumeUsage.{type}", "GB-Mo", "storage of gp2, gp3, st1, sc1 and io2"),
    _ec2("EBS:VolumeUsage.piops", "GB-Mo", "storage of io1"),
    _ec2("EBS:VolumeUsage", "GB-Mo", "storage of the type standard"),
    _ec2("EBS:VolumeP-IOPS.gp3", "IOPS-Mo", "gp3 IOPS over 3,000"),
    _ec2("EBS:VolumeP-Throughput.gp3", "GiBps-mo", "gp3 throughput over 125 MiB/s"),
    _ec2("EBS:VolumeP-IOPS.piops", "IOPS-Mo", "every IOPS of io1"),
    _ec2("EBS:VolumeP-IOPS.io2", "IOPS-Mo", "IOPS of io2 up to 32,000"),
    _ec2("EBS:VolumeP-IOPS.io2.tier2", "IOPS-Mo", "IOPS of io2 up to 64,000"),
    _ec2("EBS:VolumeP-IOPS.io2.tier3", "IOPS-Mo", "IOPS of io2 above"),
)

SPOT_HOURS = _ec2("SpotUsage:{type}", "Hrs", "hours on spot")
ON_DEMAND_HOURS = _ec2("BoxUsage:{type}", "Hrs", "hours on demand", "RunInstances")
DEDICATED_HOURS = _ec2(
    "DedicatedUsage:{type}", "Hrs", "hours with dedicated tenancy", "RunInstances"
)
BROUGHT_METERS = (
    *VOLUME_METERS,
    Meter(
        service="AmazonCloudWatch",
        usage_type="CW:MetricMonitorUsage",
        unit="Metrics",
        says="detailed monitoring: 7 metrics an instance, for the hours that it runs",
    ),
    Meter(
        service="AmazonVPC",
        usage_type="PublicIPv4:InUseAddress",
        unit="Hrs",
        says="public IPv4 address, while it runs",
    ),
)
OPTION_METERS = (
    _ec2(
        "CPUCredits:{family}",
        "vCPU-Hours",
        "CPU of T types beyond their credits",
        "{FAMILY}CPUCredits",
    ),
    _ec2("EBSOptimized:{type}", "Hrs", "EBS optimisation of older types", "Hourly"),
)
INSTANCE_METERS = (
    ON_DEMAND_HOURS,
    DEDICATED_HOURS,
    SPOT_HOURS,
    *OPTION_METERS,
    *BROUGHT_METERS,
)
"""What every instance brings: hours, volumes, monitoring and its address."""

_LATER = "it is priced on demand here, and --plan rates reserved terms"
RUNNING_HOURS = Key(
    key="monthly_hrs",
    says="hours that an instance runs in the month; its volumes stay for the month",
    unit="hours",
)
INSTANCES = Key(
    key="instances",
    says="how many run as a rule; a range stands for the least and the most too",
    unit="instances",
)
OPERATING_SYSTEM = Key(
    key="operating_system",
    says="the operating system, where the image does not tell it",
    texts=(
        "linux",
        "windows",
        "suse",
        "rhel",
        "windows_sql_standard",
        "windows_sql_web",
        "windows_sql_enterprise",
        "linux_sql_standard",
        "linux_sql_web",
        "linux_sql_enterprise",
    ),
)
CPU_CREDIT_HOURS = Key(
    key="monthly_cpu_credit_hrs",
    says="hours in which a burstable instance runs beyond its credits",
    unit="hours",
)
VCPU_COUNT = Key(
    key="vcpu_count",
    says="vCPUs of a burstable instance, where they are not its type's",
    unit="vCPUs",
)
RESERVED_TERM = (
    Key(
        key="reserved_instance_term",
        says="term of reserved instances",
        texts=("1_year", "3_year"),
        unused=_LATER,
    ),
    Key(
        key="reserved_instance_payment_option",
        says="payment for reserved instances",
        texts=("no_upfront", "partial_upfront", "all_upfront"),
        unused=_LATER,
    ),
)
"""How reserved instances and nodes are paid for, as Infracost's files have it."""

RESERVED_KEYS = (
    Key(
        key="reserved_instance_type",
        says="class of reserved instances",
        texts=("standard", "convertible"),
        unused=_LATER,
    ),
    *RESERVED_TERM,
)
INSTANCE_KEYS = (
    RUNNING_HOURS,
    IO_REQUESTS,
    OPERATING_SYSTEM,
    CPU_CREDIT_HOURS,
    VCPU_COUNT,
    *RESERVED_KEYS,
)
GROUP_KEYS = (INSTANCES, *INSTANCE_KEYS)
