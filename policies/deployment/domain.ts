import * as z from "zod";
import { allow, type Needs } from "./needs";
import { roleArn } from "./roles";
import { arnIn, blocksOf, iamArn, isKnown, referredRole, type Stack, textOf } from "./stack";

const ANY_DOMAIN = "AWS makes up a domain's id";

const settings = z.looseObject({ default_user_settings: z.looseObject({ execution_role: z.string() }) });

/**
 * What `aws_sagemaker_domain` needs.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
 */
export function domain(stack: Stack): Needs {
  const domains = [arnIn(stack.place, "sagemaker", "domain/*")];
  const made = blocksOf(stack, "aws_sagemaker_domain");
  const passed = made.map((block) => {
    const { default_user_settings: defaults } = settings.parse(block.arguments);
    return roleArn(stack, referredRole(stack, defaults.execution_role));
  });
  const keys = made.flatMap(({ arguments: { kms_key_id: key } }) => (isKnown(key) ? [key] : []));
  return {
    read: allow("ReadDomains", ["sagemaker:DescribeDomain", "sagemaker:ListTags"], domains, { wildcard: ANY_DOMAIN }),
    write: [
      ...allow(
        "ChangeDomains",
        [
          "sagemaker:AddTags",
          "sagemaker:CreateDomain",
          "sagemaker:DeleteDomain",
          "sagemaker:DeleteTags",
          "sagemaker:UpdateDomain",
        ],
        domains,
        { wildcard: ANY_DOMAIN },
      ),
      ...allow("PassDefaultRole", ["iam:PassRole"], passed, {
        Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
      }),
      ...allow("MakeSageMakersOwnRole", ["iam:CreateServiceLinkedRole"], [serviceLinkedRole(stack)], {
        Condition: { StringEquals: { "iam:AWSServiceName": "sagemaker.amazonaws.com" } },
      }),
      ...withKey(keys),
    ],
  };
}

/** The role with which SageMaker makes a domain's file system and network interfaces: there once in an account. */
function serviceLinkedRole({ place }: Stack): string {
  return iamArn(place, "role/aws-service-role/sagemaker.amazonaws.com/AWSServiceRoleForAmazonSageMakerNotebooks");
}

/** What AWS asks for besides where a domain's volumes have a key of their own. */
function withKey(keys: readonly string[]) {
  if (keys.length === 0) return [];
  return [
    ...allow("MakeEncryptedHomes", ["elasticfilesystem:CreateFileSystem"], ["*"], {
      Condition: { Bool: { "elasticfilesystem:Encrypted": "true" } },
      wildcard: "a file system has no ARN before it is made",
    }),
    ...allow("UseDomainKey", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"], keys),
    ...allow("GrantDomainKey", ["kms:CreateGrant"], keys, {
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    }),
  ];
}

/**
 * What a domain of somebody else's needs, which Terraform reads by way of Cloud Control.
 * @throws Error where Cloud Control is asked for anything else
 */
export function existingDomain(stack: Stack): Needs {
  const ids = blocksOf(stack, "data.aws_cloudcontrolapi_resource").map((block) => {
    const typeName = textOf(stack, block, "type_name");
    if (typeName !== "AWS::SageMaker::Domain")
      throw new Error(`${stack.name}: nothing is known of reading ${typeName}`);
    return textOf(stack, block, "identifier");
  });
  const domains = ids.map((id) => arnIn(stack.place, "sagemaker", `domain/${id}`));
  return {
    read: [
      ...allow("ReadDomains", ["sagemaker:DescribeDomain", "sagemaker:ListTags"], domains),
      ...allow("AskCloudControl", ["cloudformation:GetResource"], ["*"], {
        wildcard: "AWS takes no resource for it; what it reads is decided by the permission to read that",
      }),
    ],
    write: [],
  };
}
