import { partitionOf } from "../naming";
import type { ResourceStatement } from "./statement";

/**
 * Who may assume an execution role: SageMaker, on behalf of this account and Region.
 *
 * AWS documents `aws:SourceArn` with this very form for Studio ("do not replace it with the ARN of a specific
 * application, user profile, or domain") and `aws:SourceAccount` for its other features; which of them a session
 * carries is unverified, so one is enough, and where both are there both must fit.
 * `sts:SetSourceIdentity` is documented without a condition; alone it opens nothing. No app starts without it, because
 * the domain puts the profile's name into the session.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitor-user-access-how-to.html
 */
export function executionRoleTrust(studio: {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}): readonly ResourceStatement[] {
  const sourceArn = { "aws:SourceArn": `arn:${studio.partition}:sagemaker:${studio.region}:${studio.accountId}:*` };
  const sourceAccount = { "aws:SourceAccount": studio.accountId };
  const sageMaker = { Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" } } as const;
  return [
    {
      Sid: "SageMakerByArn",
      ...sageMaker,
      Action: ["sts:AssumeRole"],
      Condition: { ArnLike: sourceArn, StringEqualsIfExists: sourceAccount },
    },
    {
      Sid: "SageMakerByAccount",
      ...sageMaker,
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: sourceAccount, ArnLikeIfExists: sourceArn },
    },
    { Sid: "NameThePerson", ...sageMaker, Action: ["sts:SetSourceIdentity"] },
  ];
}

/**
 * Who may assume a role through which a function acts in a studio: that function's role. The account is trusted and the
 * role named in a condition, because IAM refuses a principal that does not exist yet, and the studios are deployed first.
 */
export function functionTrust(
  identityCenter: { readonly accountId: string; readonly region: string },
  roleArn: string,
): readonly ResourceStatement[] {
  return [
    {
      Sid: "Function",
      Effect: "Allow",
      Principal: { AWS: `arn:${partitionOf(identityCenter.region)}:iam::${identityCenter.accountId}:root` },
      Action: ["sts:AssumeRole"],
      Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } },
    },
  ];
}

/** Who may assume a function's role. */
export function lambdaTrust(): readonly ResourceStatement[] {
  return [
    { Sid: "Lambda", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: ["sts:AssumeRole"] },
  ];
}
