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
  /** Whether sessions carry the person's identity. */
  readonly propagatesIdentity?: boolean;
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
    ...(studio.propagatesIdentity ? carryThePerson(sageMaker, sourceArn, sourceAccount, studio.partition) : []),
  ];
}

/**
 * Identity Center's context, and no other provider's, set by SageMaker on behalf of this account: in the same request as
 * `sts:AssumeRole`, so that the same keys are expected there. Which of them SetContext carries is documented nowhere; as
 * above, either will do, and where both are there both must fit.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/trustedidentitypropagation-setup.html
 */
function carryThePerson(
  sageMaker: Pick<ResourceStatement, "Effect" | "Principal">,
  sourceArn: Readonly<Record<string, string>>,
  sourceAccount: Readonly<Record<string, string>>,
  partition: string,
): readonly ResourceStatement[] {
  const ofIdentityCenter = { "ForAllValues:ArnEquals": contextProvider(partition) };
  const statement = { ...sageMaker, Action: ["sts:SetContext"] };
  return [
    {
      Sid: "CarryThePersonByArn",
      ...statement,
      Condition: { ArnLike: sourceArn, StringEqualsIfExists: sourceAccount, ...ofIdentityCenter },
    },
    {
      Sid: "CarryThePersonByAccount",
      ...statement,
      Condition: { StringEquals: sourceAccount, ArnLikeIfExists: sourceArn, ...ofIdentityCenter },
    },
  ];
}

/** Who may vouch for a person: Identity Center. */
export function contextProvider(partition: string): Readonly<Record<string, string>> {
  return { "sts:RequestContextProviders": `arn:${partition}:iam::aws:contextProvider/IdentityCenter` };
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
