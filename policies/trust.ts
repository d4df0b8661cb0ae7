import { onboardingRoleArn } from "../naming";
import type { ResourceStatement } from "./statement";
import type { StudioScope } from "./studio-scope";

/**
 * Who may assume a group's execution role: SageMaker, for this account and Region.
 * `sts:SetSourceIdentity` is needed because the domain puts the profile's name into the session; without it no app starts.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
 */
export function executionRoleTrust(studio: StudioScope): readonly ResourceStatement[] {
  return [
    {
      Sid: "SageMaker",
      Effect: "Allow",
      Principal: { Service: "sagemaker.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      Condition: { StringEquals: { "aws:SourceAccount": studio.accountId } },
    },
  ];
}

/**
 * Who may assume the provisioner role: the onboarding function's role. The account is trusted and the role named in a
 * condition, because IAM refuses a principal that does not exist yet, and the studios are deployed first.
 */
export function provisionerTrust(identityCenter: {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}): readonly ResourceStatement[] {
  return [
    {
      Sid: "OnboardingFunction",
      Effect: "Allow",
      Principal: { AWS: `arn:${identityCenter.partition}:iam::${identityCenter.accountId}:root` },
      Action: ["sts:AssumeRole"],
      Condition: { ArnEquals: { "aws:PrincipalArn": onboardingRoleArn(identityCenter) } },
    },
  ];
}

/** Who may assume a function's role. */
export function lambdaTrust(): readonly ResourceStatement[] {
  return [
    { Sid: "Lambda", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: ["sts:AssumeRole"] },
  ];
}
