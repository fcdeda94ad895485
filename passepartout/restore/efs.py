"""What a restore of shares asks of EFS and AWS Backup, with the operator's credentials."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from passepartout.errors import Refused
from passepartout.restore.ec2 import POOL_TAG
from passepartout.restore.restore import Snapshot
from passepartout.restore.shares import Job


class EfsRestore:
    """The one file system of a pool; clients are boto3's."""

    def __init__(self, efs: Any, backup: Any, pool: str) -> None:
        """`pool` is the stack's tag, which the file system has."""
        self._efs = efs
        self._backup = backup
        self._pool = pool
        self._vaults: dict[str, str] = {}

    def _file_system(self) -> Mapping[str, Any]:
        pages = self._efs.get_paginator("describe_file_systems").paginate()
        for page in pages:
            for one in page["FileSystems"]:
                tag = {"Key": POOL_TAG, "Value": self._pool}
                if tag in one["Tags"]:
                    found: Mapping[str, Any] = one
                    return found
        raise Refused(f"no file system has the tag {POOL_TAG} = {self._pool}")

    def backups(self) -> Sequence[Snapshot]:
        """See `FilesCloud`: those of all vaults."""
        pages = self._backup.get_paginator("list_recovery_points_by_resource").paginate(
            ResourceArn=self._file_system()["FileSystemArn"]
        )
        found = []
        for page in pages:
            for one in page["RecoveryPoints"]:
                if one["Status"] == "COMPLETED":
                    self._vaults[one["RecoveryPointArn"]] = one["BackupVaultName"]
                    at = one["CreationDate"].timestamp()
                    found.append(Snapshot(one["RecoveryPointArn"], at))
        return found

    def begin(self, backup: str, paths: Sequence[str], token: str) -> str:
        """See `FilesCloud`. The role is the one that made the backup: it may do both."""
        made = self._backup.describe_recovery_point(
            BackupVaultName=self._vaults[backup], RecoveryPointArn=backup
        )
        once = hashlib.sha256(token.encode()).hexdigest()[:64]
        answer = self._backup.start_restore_job(
            RecoveryPointArn=backup,
            IamRoleArn=made["IamRoleArn"],
            ResourceType="EFS",
            IdempotencyToken=once,
            Metadata={
                "file-system-id": self._file_system()["FileSystemId"],
                "newFileSystem": "false",
                "Encrypted": "true",
                "PerformanceMode": "generalPurpose",
                "CreationToken": once,
                "ItemsToRestore": json.dumps(list(paths)),
            },
        )
        job: str = answer["RestoreJobId"]
        return job

    def job(self, job: str) -> Job:
        """See `FilesCloud`."""
        found = self._backup.describe_restore_job(RestoreJobId=job)
        return Job(
            found["CreationDate"].timestamp(),
            found["Status"],
            found.get("StatusMessage", ""),
        )
