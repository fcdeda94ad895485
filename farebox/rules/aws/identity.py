"""Identities, signatures and permissions beside IAM.

Source: https://aws.amazon.com/iam/identity-center/,
https://aws.amazon.com/verified-permissions/pricing/,
https://aws.amazon.com/payment-cryptography/pricing/
"""

from farebox.rules.service import Type, Use, free, unpriced

SINGLE = Use(
    key="monthly_authorization_requests",
    service="AmazonVerifiedPermissions",
    usage_type="SingleAuthorizationRequest-API-Requests",
    unit="API Requests",
    says="single authorization requests",
)
BATCH = Use(
    key="monthly_batch_authorization_requests",
    service="AmazonVerifiedPermissions",
    usage_type="AuthorizationRequest-API-Requests",
    unit="API Requests",
    says="batch authorization requests",
    optional=True,
)

TYPES = {
    "aws:verifiedpermissions/policyStore:PolicyStore": Type(
        billed="A policy store is billed by the request that it decides.",
        source="https://aws.amazon.com/verified-permissions/pricing/",
        uses=(SINGLE, BATCH),
        terraform="aws_verifiedpermissions_policy_store",
        not_modelled="requests that manage policies",
    ),
}

FREE = {
    **free(
        "verifiedpermissions",
        {
            "a part of a policy store, whose requests are charged": (
                "IdentitySource Policy PolicyTemplate Schema"
            )
        },
    ),
    **free(
        "identitystore",
        {"IAM Identity Center is not charged": "Group GroupMembership User"},
    ),
    **free(
        "ssoadmin",
        {
            "IAM Identity Center is not charged": (
                "AccountAssignment Application ApplicationAccessScope "
                "ApplicationAssignment ApplicationAssignmentConfiguration "
                "CustomerManagedPolicyAttachment "
                "CustomerManagedPolicyAttachmentsExclusive "
                "InstanceAccessControlAttributes ManagedPolicyAttachment "
                "ManagedPolicyAttachmentsExclusive PermissionSet "
                "PermissionSetInlinePolicy PermissionsBoundaryAttachment "
                "TrustedTokenIssuer"
            ),
            "a copy of the instance; the key that encrypts it is charged by itself": (
                "Region"
            ),
        },
    ),
    **free(
        "rolesanywhere",
        {
            "Roles Anywhere is not charged; a certificate authority of AWS's is": (
                "Profile TrustAnchor"
            )
        },
    ),
    **free(
        "signer",
        {
            "signing code for Lambda and images is not charged": (
                "SigningJob SigningProfile SigningProfilePermission"
            )
        },
    ),
    **free("paymentcryptography", {"a name of a key, which is charged": "KeyAlias"}),
}

UNPRICED = {
    **unpriced(
        "paymentcryptography",
        {"a key is charged by the month, and by the call that uses it": "Key"},
    ),
}
