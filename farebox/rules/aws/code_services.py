"""AWS CodePipeline, CodeArtifact, CodeCommit, CodeDeploy: what delivers code.

Source: https://aws.amazon.com/codepipeline/pricing/,
https://aws.amazon.com/codeartifact/pricing/, https://aws.amazon.com/codecommit/pricing/,
https://aws.amazon.com/codedeploy/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import blocks, text

PIPELINE = Meter(
    service="AWSCodePipeline",
    usage_type="activePipeline",
    unit="Pipelines",
    says="a pipeline of type V1",
    per="month",
    because="a code change runs through it in the month",
)
ACTION_MINUTES = Use(
    key="monthly_action_mins",
    service="AWSCodePipeline",
    usage_type="actionExecutionMinute",
    unit="minutes",
    says="minutes of actions",
)
ARTIFACTS = Use(
    key="storage_gb",
    service="AWSCodeArtifact",
    usage_type="TimedStorage-ByteHrs",
    unit="GB-Mo",
    says="packages stored",
)
ARTIFACT_REQUESTS = Use(
    key="monthly_requests",
    service="AWSCodeArtifact",
    usage_type="Requests",
    unit="Requests",
    says="requests for packages",
)
USERS = Use(
    key="monthly_active_users",
    service="AWSCodeCommit",
    usage_type="User-Month",
    unit="User-Mo",
    says="users of repositories",
    region="global",
)
UPDATES = Use(
    key="monthly_on_premises_updates",
    service="AWSCodeDeploy",
    usage_type="On-Premises-Instance",
    unit="Updates",
    says="updates of machines outside AWS",
)


def pipeline(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """V1 by the month in which it is active, V2 by the minute of its actions."""
    kind = text(resource.input("pipelineType"))
    if kind is UNKNOWN:
        yield PIPELINE.gap(resource, "its pipelineType is not known before deployment")
    elif kind == "V2":
        yield ACTION_MINUTES.charge(resource, usage)
    else:
        yield PIPELINE.all_month(resource, circumstances)


def deployment_group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Deployments in AWS are free; each update of a machine outside is billed."""
    filters = resource.input("onPremisesInstanceTagFilters")
    if filters is UNKNOWN:
        yield UPDATES.gap(resource, "whether it reaches machines outside is not known")
    elif blocks(filters):
        yield UPDATES.charge(resource, usage)
    else:
        yield NoCharge("deployments to EC2, Lambda and ECS are not charged")


TYPES = {
    "aws:codepipeline/pipeline:Pipeline": Type(
        billed=(
            "A pipeline of type V1 is billed by the month in which it is active, one of "
            "type V2 by the minute of its actions."
        ),
        source="https://aws.amazon.com/codepipeline/pricing/",
        meters=(PIPELINE,),
        uses=(ACTION_MINUTES,),
        rule=pipeline,
        terraform="aws_codepipeline",
        notes=(
            "A pipeline without `pipelineType` is V1. One V1 pipeline and 100 minutes of "
            "V2 a month are free for the account. Approvals count no minutes."
        ),
        not_modelled="the first 30 days of a V1 pipeline, months without a code change",
    ),
    "aws:codeartifact/domain:Domain": Type(
        billed="A domain is billed by the GB-month of packages, each stored once.",
        source="https://aws.amazon.com/codeartifact/pricing/",
        uses=(ARTIFACTS,),
        terraform="aws_codeartifact_domain",
    ),
    "aws:codeartifact/repository:Repository": Type(
        billed="A repository is billed by the request; its domain stores the packages.",
        source="https://aws.amazon.com/codeartifact/pricing/",
        uses=(ARTIFACT_REQUESTS,),
        terraform="aws_codeartifact_repository",
    ),
    "aws:codecommit/repository:Repository": Type(
        billed="Repositories are billed by the user who is active in a month.",
        source="https://aws.amazon.com/codecommit/pricing/",
        uses=(USERS,),
        terraform="aws_codecommit_repository",
        notes=(
            "A user counts once for the account: give each on one repository only, and 0 "
            "on the others."
        ),
        not_modelled="storage and requests beyond what each user brings",
    ),
    "aws:codedeploy/deploymentGroup:DeploymentGroup": Type(
        billed="Deployments in AWS are free; an update of a machine outside is billed.",
        source="https://aws.amazon.com/codedeploy/pricing/",
        uses=(UPDATES,),
        rule=deployment_group,
        terraform="aws_codedeploy_deployment_group",
    ),
}

FREE = {
    **free(
        "codepipeline",
        {"a part of pipelines, which are charged": "CustomActionType Webhook"},
    ),
    **free(
        "codeartifact",
        {"a right to what is stored": "DomainPermissions RepositoryPermissionsPolicy"},
    ),
    **free(
        "codecommit",
        {
            "a setting of repositories, whose users are charged": (
                "ApprovalRuleTemplate ApprovalRuleTemplateAssociation Trigger"
            )
        },
    ),
    **free(
        "codedeploy",
        {"deployments in AWS are not charged": "Application DeploymentConfig"},
    ),
    **free(
        "codestarconnections",
        {"a connection to a repository elsewhere is not charged": "Connection Host"},
    ),
    **free(
        "codestarnotifications",
        {"a notification is charged where it goes": "NotificationRule"},
    ),
}
