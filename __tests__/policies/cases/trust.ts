import type { Role } from "../../../rehearsal/world";
import { FOREIGN_ACCOUNT, HOME_ACCOUNT } from "../synthesized";
import { outsider, service } from "./callers";
import type { Scene, Studio } from "./scene";
import type { Allowed, Change, Table } from "./table";

/** Who may take on which role. */
export function trust(scene: Scene): Table {
  const { research, home } = scene;
  return {
    allowed: [
      ...[research.fraud, research.platform, research.fraudCompute, research.noAccess, home.fraud].flatMap((role) =>
        executionRole(scene, role.arn, role.arn.includes("/home/") ? home : research),
      ),
      ...[research, home].flatMap((studio) => [
        functionRole(scene, studio, "provisioner"),
        functionRole(scene, studio, "reader"),
      ]),
      ...[scene.onboarding, scene.sweep].map(
        ({ arn, name }): Allowed => ({
          name: `the role of the function ${name}`,
          who: service("lambda.amazonaws.com"),
          action: "sts:AssumeRole",
          resource: arn,
          by: "Lambda",
          butNot: {
            "by SageMaker": { who: service("sagemaker.amazonaws.com") },
            "by somebody of its account": { who: outsider(scene, HOME_ACCOUNT, "Admin") },
            "by the onboarding function": { who: { kind: "role", role: scene.onboarding } },
            "by the sweep function": { who: { kind: "role", role: scene.sweep } },
            "with session tags": { action: "sts:TagSession" },
          },
        }),
      ),
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

/** The role of one function may; its account is trusted for nobody else, the other function included. */
function functionRole(scene: Scene, studio: Studio, kind: "provisioner" | "reader"): Allowed {
  const { accountId } = studio;
  const { arn, trust } = studio[kind];
  const [mine, other] = kind === "provisioner" ? [scene.onboarding, scene.sweep] : [scene.sweep, scene.onboarding];
  const nameOf = (role: Role) => `studio-onboarding/${role.name}`;
  const inAccount = (account: string, name: string): Change => ({ who: outsider(scene, account, name) });
  return {
    name: `the ${kind} role of ${accountId === HOME_ACCOUNT ? "a studio beside" : "a studio in another account"}`,
    who: { kind: "role", role: mine },
    action: "sts:AssumeRole",
    resource: arn,
    resourcePolicy: trust,
    by: [kind === "provisioner" ? "BecomeProvisioner" : "BecomeReader", "Function"],
    butNot: {
      "as the other function": { who: { kind: "role", role: other } },
      "as the other function, even if its role had every right": inAccount(HOME_ACCOUNT, nameOf(other)),
      "as the function's role without a policy of its own": { who: { kind: "role", role: { ...mine, policies: [] } } },
      "as another role of the function's account": inAccount(HOME_ACCOUNT, "Admin"),
      "as a role with the function's name under another path": inAccount(HOME_ACCOUNT, mine.name),
      "as a role whose name begins alike": inAccount(HOME_ACCOUNT, `${nameOf(mine)}-2`),
      "as a role of the studio's account": inAccount(accountId, "Developer"),
      "as a member of a group, even if their role had every right": {
        who: { kind: "outsider", arn: studio.fraud.arn },
      },
      "as the studio's other role, even if it had every right": {
        who: { kind: "outsider", arn: studio[kind === "provisioner" ? "reader" : "provisioner"].arn },
      },
      "as somebody of another account": inAccount(FOREIGN_ACCOUNT, "Admin"),
      "as a role of the same name and path in another account": inAccount(FOREIGN_ACCOUNT, nameOf(mine)),
      "with session tags, even if the function's role had every right": {
        who: outsider(scene, HOME_ACCOUNT, nameOf(mine)),
        action: "sts:TagSession",
      },
      "as SageMaker": { who: service("sagemaker.amazonaws.com") },
      "as Lambda": { who: service("lambda.amazonaws.com") },
    },
  };
}
