"""Amazon Cognito: users that are active in a month, by plan, and tokens for machines.

Source: https://aws.amazon.com/cognito/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import field, text, values_of

SOURCE = "https://aws.amazon.com/cognito/pricing/"
SERVICE = "AmazonCognito"
USERS = "CognitoUserPoolsMAU"

ACTIVE = Use(
    key="monthly_active_users",
    service=SERVICE,
    usage_type="Cognito{plan}MAU",
    unit=USERS,
    says="active users, plan {plan}",
)
FEDERATED = Use(
    key="monthly_federated_users",
    service=SERVICE,
    usage_type="CognitoEnterpriseMAU",
    unit=USERS,
    says="active users who come by SAML or OIDC",
    optional=True,
)
PROTECTED = Meter(
    service=SERVICE,
    usage_type="CognitoASFMAU",
    unit=USERS,
    says="active users under advanced security",
)
TOKENS = Use(
    key="monthly_m2m_tokens",
    service=SERVICE,
    usage_type="CUPM2MTokenRequestsFull",
    unit="CognitoUserPoolsM2MTokens",
    says="tokens for machines",
)
PLANS = {"LITE": "Lite", "ESSENTIALS": "Essentials", "PLUS": "Plus"}
DEFAULT_PLAN = "ESSENTIALS"
"""What a new pool gets that does not ask.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
"""


def user_pool(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Active users at the plan's rate; on Lite, advanced security comes on top."""
    plan, protected = _plan(resource), _is_protected(resource)
    if isinstance(plan, Unknown) or isinstance(protected, Unknown):
        yield ACTIVE.gap(
            resource, "its plan is not known before deployment", plan="Essentials"
        )
    else:
        yield ACTIVE.charge(resource, usage, plan=PLANS.get(plan, plan))
        if protected and plan == "LITE":
            yield _protection(resource, usage)
    yield from FEDERATED.where_given(resource, usage)


def _protection(resource: Resource, usage: Usage) -> Charge:
    users = ACTIVE.given(usage)
    if users is None:
        return PROTECTED.without_use(resource, ACTIVE.key)
    return PROTECTED.metered(
        resource,
        users.quantity,
        f"all {users.quantity.normalize():f} active users",
        usage=users.status,
    )


def user_pool_client(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A client is free; the tokens that it gets for machines are billed."""
    flows = values_of(resource.input("allowedOauthFlows"))
    if "client_credentials" in flows or TOKENS.given(usage) is not None:
        yield TOKENS.charge(resource, usage)
    elif UNKNOWN in flows:
        yield TOKENS.gap(resource, "its allowedOauthFlows are not known yet")
    else:
        yield NoCharge("a client of users, who are charged on their pool")


def _plan(resource: Resource) -> str | Unknown:
    """The pool's plan; threat protection without a plan is Plus, which alone has it."""
    plan = text(resource.input("userPoolTier"))
    if plan is not None:
        return plan
    return "PLUS" if _is_protected(resource) is True else DEFAULT_PLAN


def _is_protected(resource: Resource) -> bool | Unknown:
    mode = text(field(resource.input("userPoolAddOns"), "advancedSecurityMode"))
    if isinstance(mode, Unknown):
        return UNKNOWN
    return mode in ("AUDIT", "ENFORCED")


_CLIENT = Type(
    billed="A client is free; the tokens that it gets for machines are billed.",
    source=SOURCE,
    uses=(TOKENS,),
    rule=user_pool_client,
    terraform="aws_cognito_user_pool_client aws_cognito_managed_user_pool_client",
    notes="Tokens for machines are those of the flow `client_credentials`.",
)

TYPES = {
    "aws:cognito/userPool:UserPool": Type(
        billed="A pool is billed by the user who is active in a month, at its plan's rate.",
        source=SOURCE,
        uses=(ACTIVE, FEDERATED),
        meters=(PROTECTED,),
        rule=user_pool,
        terraform="aws_cognito_user_pool",
        notes="""
10,000 active users a month are free for the account, over the plans Lite and Essentials,
and 50 who come by SAML or OIDC; none of the plan Plus. A pool that names no `userPoolTier`
is on Essentials, or on Plus where it has `advancedSecurityMode`. `monthly_active_users` are
those who sign in directly or through social providers.
""",
        not_modelled=(
            "50,000 free users of accounts that had pools before 2024-11-22, capacity "
            "beyond the default request rates"
        ),
    ),
    "aws:cognito/userPoolClient:UserPoolClient": _CLIENT,
    "aws:cognito/managedUserPoolClient:ManagedUserPoolClient": _CLIENT,
}

FREE = free(
    "cognito",
    {
        "federated identities cost nothing": (
            "IdentityPool IdentityPoolProviderPrincipalTag IdentityPoolRoleAttachment"
        ),
        "part of a pool, whose active users are charged": (
            "IdentityProvider ManagedLoginBranding ResourceServer RiskConfiguration User "
            "UserGroup UserInGroup UserPoolDomain UserPoolUICustomization"
        ),
        "what it delivers is charged where it goes, as logs": "LogDeliveryConfiguration",
    },
)
