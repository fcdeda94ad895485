"""What Amazon DynamoDB counts of a table, under the names of its price list.

Source: https://aws.amazon.com/dynamodb/pricing/
"""

from farebox.rules.service import Meter, Metric, Use

SERVICE = "AmazonDynamoDB"

_PROVISIONED, _REQUESTS = "CommittedThroughput", "PayPerRequestThroughput"


def _meter(usage_type: str, operation: str, unit: str, says: str) -> Meter:
    return Meter(
        service=SERVICE,
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
    )


CAPACITY = {
    "Read": _meter(
        "{IA}ReadCapacityUnit-Hrs",
        _PROVISIONED,
        "ReadCapacityUnit-Hrs",
        "provisioned reads of {WHAT}",
    ),
    "Write": _meter(
        "{IA}WriteCapacityUnit-Hrs",
        _PROVISIONED,
        "WriteCapacityUnit-Hrs",
        "provisioned writes of {WHAT}",
    ),
}
REPLICATED = _meter(
    "{IA}ReplWriteCapacityUnit-Hrs",
    _PROVISIONED,
    "ReplicatedWriteCapacityUnit-Hrs",
    "provisioned writes of {WHAT}, replicated",
)
NO_INDEXES = {"globalSecondaryIndexes": ("",)}
"""CloudWatch counts the units of an index apart from those of its table."""

READS = Use(
    key="monthly_read_request_units",
    service=SERVICE,
    usage_type="{IA}ReadRequestUnits",
    operation=_REQUESTS,
    unit="ReadRequestUnits",
    says="reads on demand",
    metrics=(
        Metric(
            namespace="AWS/DynamoDB",
            names=("ConsumedReadCapacityUnits",),
            dimensions={"TableName": "name"},
            when=NO_INDEXES,
        ),
    ),
)
WRITES = Use(
    key="monthly_write_request_units",
    service=SERVICE,
    usage_type="{IA}WriteRequestUnits",
    operation=_REQUESTS,
    unit="WriteRequestUnits",
    says="writes on demand",
    metrics=(
        Metric(
            namespace="AWS/DynamoDB",
            names=("ConsumedWriteCapacityUnits",),
            dimensions={"TableName": "name"},
            when=NO_INDEXES,
        ),
    ),
)
REPLICATED_WRITES = Use(
    key="monthly_write_request_units",
    service=SERVICE,
    usage_type="{IA}ReplWriteRequestUnits",
    operation=_REQUESTS,
    unit="ReplicatedWriteRequestUnits",
    says="writes on demand, replicated",
    metrics=(
        Metric(
            namespace="AWS/DynamoDB",
            names=("ConsumedWriteCapacityUnits",),
            dimensions={"TableName": "name"},
            when=NO_INDEXES,
        ),
    ),
)
STORED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="{IA}TimedStorage-ByteHrs",
    unit="GB-Mo",
    says="data of the table and its indexes",
)
CONTINUOUS = Use(
    key="pitr_backup_storage_gb",
    service=SERVICE,
    usage_type="TimedPITRStorage-ByteHrs",
    unit="GB-Mo",
    says="continuous backups",
)
BACKUPS = Use(
    key="on_demand_backup_storage_gb",
    service=SERVICE,
    usage_type="TimedBackupStorage-ByteHrs",
    unit="GB-Mo",
    says="backups on demand",
    optional=True,
)
RESTORED = Use(
    key="monthly_data_restored_gb",
    service=SERVICE,
    usage_type="RestoreDataSize-Bytes",
    unit="GB",
    says="data restored",
    optional=True,
)
STREAMED = Use(
    key="monthly_streams_read_request_units",
    service=SERVICE,
    usage_type="Streams-Requests",
    operation="GetRecords",
    unit="Requests",
    says="reads of the stream",
)
IMPORTED = Use(
    key="import_size_gb",
    service=SERVICE,
    usage_type="ImportDataSize-Bytes",
    unit="GB",
    says="data imported from S3",
)
EXPORTED = Use(
    key="export_size_gb",
    service=SERVICE,
    usage_type="ExportDataSize-Bytes",
    unit="GB",
    says="data exported to S3",
)
CAPTURED = Use(
    key="monthly_change_data_capture_units",
    service=SERVICE,
    usage_type="ChangeDataCaptureUnits-Kinesis",
    unit="ChangeDataCaptureUnits",
    says="changes sent to Kinesis",
)
