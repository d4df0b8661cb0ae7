const NOT_CHANGED = "nothing is changed here in the way that needs it; another config or a further version may";
const NOT_EMULATED = "AWS needs it itself where SageMaker makes a domain, and no stand-in asks for it";
const OF_PEOPLE = "Terraform looks at nobody: the pipeline does, and pipeline/permissions.test.ts makes its calls";

/** What the generated policies allow and nothing in the deployment needs, each with the reason why it is allowed. */
export const UNUSED: Readonly<Record<string, string>> = {
  "ChangeFunctions lambda:UpdateFunctionConfiguration": NOT_CHANGED,
  "ChangeMappings lambda:UpdateEventSourceMapping": NOT_CHANGED,
  "ChangePolicies iam:CreatePolicyVersion": NOT_CHANGED,
  "ChangePolicies iam:DeletePolicyVersion":
    "IAM keeps five versions: Terraform deletes the oldest before it makes a sixth",
  "ChangeQueues sqs:SetQueueAttributes": NOT_CHANGED,
  "ChangeRoles iam:UpdateAssumeRolePolicy": NOT_CHANGED,
  "ChangeRoles iam:UpdateRoleDescription": NOT_CHANGED,
  "CreateRoles iam:PutRolePermissionsBoundary":
    "a boundary that the config names later is given to the roles that are there",
  "GrantDomainKey kms:CreateGrant": NOT_EMULATED,
  "ListProfiles sagemaker:ListApps": OF_PEOPLE,
  "ListProfiles sagemaker:ListSpaces": OF_PEOPLE,
  "ListProfiles sagemaker:ListUserProfiles": OF_PEOPLE,
  "MakeEncryptedHomes elasticfilesystem:CreateFileSystem": NOT_EMULATED,
  "MakeSageMakersOwnRole iam:CreateServiceLinkedRole": NOT_EMULATED,
  "ReadMemberships identitystore:DescribeUser": OF_PEOPLE,
  "ReadMemberships identitystore:ListGroupMemberships": OF_PEOPLE,
  "ReadMemberships identitystore:ListUsers": OF_PEOPLE,
  "ReadProfiles sagemaker:DescribeUserProfile": OF_PEOPLE,
  "ReadProfiles sagemaker:ListTags": OF_PEOPLE,
  "UseDomainKey kms:Decrypt": NOT_EMULATED,
  "UseDomainKey kms:DescribeKey": NOT_EMULATED,
  "UseDomainKey kms:GenerateDataKeyWithoutPlaintext": NOT_EMULATED,
};
