import { FOREIGN_ACCOUNT, HOME_ACCOUNT } from "../synthesized";
import { outsider, service } from "./callers";
import type { Scene, Studio } from "./scene";
import type { Allowed, Change, Table } from "./table";

/** Who may take on which role. */
export function trust(scene: Scene): Table {
  const { research, home } = scene;
  return {
    allowed: [
      ...[research.fraud, research.platform, research.noAccess, home.fraud].flatMap((role) =>
        executionRole(scene, role.arn, role.arn.includes("/home/") ? home : research),
      ),
      ...[research, home].map((studio) => provisionerRole(scene, studio)),
      {
        name: "the onboarding function's role",
        who: service("lambda.amazonaws.com"),
        action: "sts:AssumeRole",
        resource: scene.onboarding.arn,
        by: "Lambda",
        butNot: {
          "by SageMaker": { who: service("sagemaker.amazonaws.com") },
          "by somebody of its account": { who: outsider(scene, HOME_ACCOUNT, "Admin") },
          "with session tags": { action: "sts:TagSession" },
        },
      },
    ],
    refused: [],
  };
}

/** SageMaker may, for its own account and Region. Which of the two keys a session carries is not documented. */
function executionRole(scene: Scene, resource: string, studio: Studio): Allowed[] {
  const { region, accountId, domainArn } = studio;
  const sageMaker = service("sagemaker.amazonaws.com");
  const source = (arn: string | undefined, account: string | undefined): Change => ({
    context: { "aws:SourceArn": arn, "aws:SourceAccount": account },
  });
  const inAccount = (account: string) => scene.arn("sagemaker", region, account, "domain/d-0123456789ab");
  const elsewhere = scene.arn("sagemaker", `${region.slice(0, -1)}9`, accountId, "domain/d-0123456789ab");
  const notSageMaker = scene.arn("lambda", region, accountId, "function:x");
  const wrongArns: Record<string, string> = {
    "for another account's domain": inAccount(FOREIGN_ACCOUNT),
    "for a domain in another Region": elsewhere,
    "for something that is not SageMaker's": notSageMaker,
  };
  const others: Record<string, Change> = {
    "by Lambda": { who: service("lambda.amazonaws.com") },
    "by somebody of its own account": { who: outsider(scene, accountId, "Admin") },
    "by somebody of another account": { who: outsider(scene, FOREIGN_ACCOUNT, "Admin") },
    "with session tags": { action: "sts:TagSession" },
  };
  const wrongArn = (account: string | undefined) =>
    Object.fromEntries(Object.entries(wrongArns).map(([what, arn]) => [what, source(arn, account)]));
  return [
    {
      name: "an execution role, with both keys",
      who: sageMaker,
      action: "sts:AssumeRole",
      resource,
      context: { "aws:SourceArn": domainArn, "aws:SourceAccount": accountId },
      by: ["SageMakerByArn", "SageMakerByAccount"],
      butNot: {
        ...others,
        ...wrongArn(accountId),
        "with the right ARN and another account": source(domainArn, FOREIGN_ACCOUNT),
        "with neither": source(undefined, undefined),
      },
    },
    {
      name: "an execution role, with the ARN alone",
      who: sageMaker,
      action: "sts:AssumeRole",
      resource,
      context: { "aws:SourceArn": domainArn },
      by: "SageMakerByArn",
      butNot: { ...others, ...wrongArn(undefined) },
    },
    {
      name: "an execution role, with the account alone",
      who: sageMaker,
      action: "sts:AssumeRole",
      resource,
      context: { "aws:SourceAccount": accountId },
      by: "SageMakerByAccount",
      butNot: { ...others, "for another account": source(undefined, FOREIGN_ACCOUNT) },
    },
    {
      name: "a person's name on an execution role's session",
      who: sageMaker,
      action: "sts:SetSourceIdentity",
      resource,
      context: { "sts:SourceIdentity": "ana" },
      by: "NameThePerson",
      butNot: {
        "by Lambda": { who: service("lambda.amazonaws.com") },
        "by somebody of its own account": { who: outsider(scene, accountId, "Admin") },
      },
    },
  ];
}

/** The function's role may; its account is trusted for nobody else. */
function provisionerRole(scene: Scene, studio: Studio): Allowed {
  const { accountId, provisioner } = studio;
  const inHome = (name: string): Change => ({ who: outsider(scene, HOME_ACCOUNT, name) });
  return {
    name: `the provisioner role of ${accountId === HOME_ACCOUNT ? "a studio beside" : "a studio in another account"}`,
    who: { kind: "role", role: scene.onboarding },
    action: "sts:AssumeRole",
    resource: provisioner.arn,
    resourcePolicy: provisioner.trust,
    by: ["BecomeProvisioner", "OnboardingFunction"],
    butNot: {
      "as another role of the function's account": inHome("Admin"),
      "as a role with the function's name under another path": inHome("studio-onboarding"),
      "as a role whose name begins alike": inHome("studio-onboarding/studio-onboarding-2"),
      "as a role of the studio's account": { who: outsider(scene, studio.accountId, "Developer") },
      "as a role of the same name and path in another account": {
        who: outsider(scene, FOREIGN_ACCOUNT, "studio-onboarding/studio-onboarding"),
      },
      "with session tags, even if the function's role had every right": {
        who: outsider(scene, HOME_ACCOUNT, "studio-onboarding/studio-onboarding"),
        action: "sts:TagSession",
      },
      "as SageMaker": { who: service("sagemaker.amazonaws.com") },
      "as Lambda": { who: service("lambda.amazonaws.com") },
    },
  };
}
