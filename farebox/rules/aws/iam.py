"""AWS Identity and Access Management: offered at no additional charge.

Source: https://aws.amazon.com/iam/
"""

from farebox.rules.service import free

FREE = free(
    "iam",
    {
        "IAM is not charged": (
            "AccessKey AccountAlias AccountPasswordPolicy Group GroupMembership "
            "GroupPoliciesExclusive GroupPolicy GroupPolicyAttachment "
            "GroupPolicyAttachmentsExclusive InstanceProfile OpenIdConnectProvider "
            "OrganizationsFeatures OutboundWebIdentityFederation Policy "
            "PolicyAttachment Role RolePoliciesExclusive RolePolicy "
            "RolePolicyAttachment RolePolicyAttachmentsExclusive SamlProvider "
            "SecurityTokenServicePreferences ServerCertificate ServiceLinkedRole "
            "ServiceSpecificCredential SigningCertificate SshKey User "
            "UserGroupMembership UserLoginProfile UserPoliciesExclusive UserPolicy "
            "UserPolicyAttachment UserPolicyAttachmentsExclusive VirtualMfaDevice"
        )
    },
)
