/** AWS asks a queue's policy about that queue only: what else the statement would cover makes no difference. */
const OWN_QUEUE = "a queue's policy is asked about that queue only";

/** Changes to a policy that no case notices, each with the reason why none can. */
export const SURVIVORS: Readonly<Record<string, string>> = {
  "private-spaces: OwnPrivateSpaces: any action of sagemaker:*":
    "AWS sets an owner and a sharing type on no other action on spaces; the linter refuses the wildcard",
  "private-spaces: AppsInOwnPrivateSpaces: any action of sagemaker:*":
    "AWS sets an owner and a sharing type on no other action on apps; the linter refuses the wildcard",
  "private-spaces: TagWhileCreating: any action of sagemaker:*":
    "AWS sets sagemaker:TaggingAction on AddTags alone; the linter refuses the wildcard",
  "private-spaces: GrantDomainKeyToVolumes: any action of kms:*":
    "AWS sets kms:GrantIsForAWSResource on CreateGrant alone; the linter refuses the wildcard",
  "provisioner: PassGroupRoles: any action of iam:*":
    "AWS sets iam:PassedToService on PassRole alone; the linter refuses the wildcard",
  "provisioner that deletes shared spaces: PassGroupRoles: any action of iam:*":
    "AWS sets iam:PassedToService on PassRole alone; the linter refuses the wildcard",
  "trust of the provisioner: Function: with ArnEqualsIfExists": "AWS sets aws:PrincipalArn on every request of a role",
  "trust of the reader: Function: with ArnEqualsIfExists": "AWS sets aws:PrincipalArn on every request of a role",
  ...Object.fromEntries(
    ["queue", "sweep queue", "dead letters"].flatMap((queue) => [
      [`${queue}: TlsOnly: resource 1 on everything`, OWN_QUEUE],
      [`${queue}: TlsOnly: resource 1 in any Region`, OWN_QUEUE],
      [`${queue}: TlsOnly: resource 1 in any account`, OWN_QUEUE],
      [`${queue}: TlsOnly: resource 1 and what begins alike`, OWN_QUEUE],
      [`${queue}: TlsOnly: with BoolIfExists`, "AWS sets aws:SecureTransport on every request"],
    ]),
  ),
};
