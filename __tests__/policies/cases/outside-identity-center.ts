import { MANAGED_BY, TAG } from "../../../naming";
import type { PolicyDocument } from "../../../rehearsal/policy-document";
import type { Caller } from "../../../rehearsal/policy-simulator";
import type { NamedPolicy } from "../../../rehearsal/world";
import { FOREIGN_ACCOUNT } from "../synthesized";
import { outsider, service, trustOfAccount } from "./callers";
import type { Library } from "./library";
import { type Domain, domainOf, found } from "./scene";
import type { Allowed, Change, Table } from "./table";
import { TO_SAGEMAKER } from "./tags";

const NAMES = `aws:RequestTag/${TAG.userName}`;
const MARKS = `aws:RequestTag/${TAG.managedBy}`;
const NAMED = `sagemaker:ResourceTag/${TAG.userName}`;
const KEPT = `sagemaker:ResourceTag/${TAG.managedBy}`;

/** Nobody has these policies yet: an administrator, an IAM user and a federated role are made up to carry them. */
export function outsideIdentityCenter(library: Library): Table {
  const { domainId } = found(library.config.outsideIdentityCenter, "domain for people outside Identity Center");
  const byHand: ByHand = {
    ...domainOf(library.sageMaker, domainId),
    alike: domainOf(library.sageMaker, `${domainId}0`),
    studio: library,
  };
  const administrator = holder(library, "role/StudioAdministrator", library.policy("profiles-by-hand"));
  return {
    allowed: [
      ...profilesByHand(library, byHand, administrator),
      openAsIamUser(library, byHand),
      openAsFederated(library, byHand),
      ...[...library.federatedTrusts].flatMap(([provider, trust]) => signIn(library, provider, trust)),
    ],
    refused: [],
  };
}

/** The domain in IAM mode: AWS opens one in SSO mode for nobody who is not in Identity Center. */
interface ByHand extends Domain {
  readonly alike: Domain;
  /** The studio's own domain, which these people have nothing to do with. */
  readonly studio: Domain;
}

/** Somebody of the studio's account with one policy. */
function holder(library: Library, path: string, policy: NamedPolicy): Caller {
  const { accountId, arn } = library;
  const role = {
    arn: arn("iam", "", accountId, path),
    name: path.split("/").at(-1) ?? path,
    accountId,
    trust: trustOfAccount(library, accountId),
    policies: [policy],
    boundary: undefined,
    tags: {},
  };
  return { kind: "role", role };
}

function profilesByHand(library: Library, byHand: ByHand, who: Caller): Allowed[] {
  const { arn, accountId } = library;
  const { alike, studio } = byHand;
  const profile = byHand.profile("newcomer");
  const named = { [NAMES]: "newcomer", "aws:TagKeys": [TAG.userName] };
  const marked: Change["context"] = { [MARKS]: MANAGED_BY, "aws:TagKeys": [TAG.userName, TAG.managedBy] };
  const butNot: Record<string, Change> = {
    "one that does not say whose it is": { context: { [NAMES]: undefined, "aws:TagKeys": undefined } },
    "one that says it is nobody's": { context: { [NAMES]: "" } },
    "one that the onboarding would keep": { context: marked },
    "one with a mark of its own": { context: { ...marked, [MARKS]: "x" } },
    "in a domain whose id begins alike": { resource: alike.profile("newcomer") },
    "in the studio's own domain": { resource: studio.profile("newcomer") },
  };
  const [role] = library.sides.map(({ team }) => team.role("data-scientist"));
  const path = (rest: string): Change => ({ resource: arn("iam", "", accountId, `role/${rest}`) });
  return [
    {
      name: "a profile that says whose it is",
      who,
      action: "sagemaker:CreateUserProfile",
      resource: profile,
      context: named,
      by: "CreateNamedProfiles",
      butNot,
    },
    {
      name: "the name of whose a new profile is",
      who,
      action: "sagemaker:AddTags",
      resource: profile,
      context: { ...named, "sagemaker:TaggingAction": "CreateUserProfile" },
      by: "NameNewProfiles",
      butNot: {
        ...butNot,
        "on one that exists": { context: { "sagemaker:TaggingAction": undefined } },
        "by another operation": { context: { "sagemaker:TaggingAction": "CreateSpace" } },
        "on a new space": {
          resource: byHand.space("notes"),
          context: { "sagemaker:TaggingAction": "CreateSpace" },
        },
        "to take it away": {
          action: "sagemaker:DeleteTags",
          ignored: ["sagemaker:TaggingAction"],
        },
      },
    },
    {
      name: "a profile that the onboarding does not keep",
      who,
      action: ["sagemaker:DeleteUserProfile", "sagemaker:UpdateUserProfile"],
      resource: profile,
      context: { [NAMED]: "newcomer" },
      by: "KeepProfilesByHand",
      butNot: {
        "one that it does": { context: { [KEPT]: MANAGED_BY } },
        "one with a mark of its own": { context: { [KEPT]: "x" } },
        "in a domain whose id begins alike": { resource: alike.profile("newcomer") },
        "in the studio's own domain": { resource: studio.profile("newcomer") },
        "to name it anew": { action: "sagemaker:AddTags" },
      },
    },
    {
      name: "a profile",
      who,
      action: ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"],
      resource: profile,
      by: "LookAtProfiles",
      butNot: {
        "in a domain whose id begins alike": { resource: alike.profile("newcomer") },
        "in the studio's own domain": { resource: studio.profile("newcomer") },
        "to open it": { action: "sagemaker:CreatePresignedDomainUrl" },
      },
    },
    {
      name: "what there is, by name",
      who,
      action: ["sagemaker:ListDomains", "sagemaker:ListUserProfiles"],
      resource: "*",
      by: "ListProfilesByHand",
      butNot: { "which spaces": { action: "sagemaker:ListSpaces" } },
    },
    ...[role, library.noAccess].flatMap((given): Allowed[] =>
      given === undefined
        ? []
        : [
            {
              name: "a role of the studio, to a profile",
              who,
              action: "iam:PassRole",
              resource: given.arn,
              context: TO_SAGEMAKER,
              by: "GiveGroupRoles",
              butNot: {
                "to another service": { context: { "iam:PassedToService": "lambda.amazonaws.com" } },
                "to a service that nobody states": { context: { "iam:PassedToService": undefined } },
                "an admin's": { resource: library.adminArn },
                "one of a studio whose name begins alike": path("studio/library-two/studio-library-two.x"),
                "a team's compute role": { resource: library.sides[0].team.compute.arn },
                "the provisioner's": { resource: library.provisioner.arn },
                "to change it": { action: "iam:PutRolePolicy", ignored: ["iam:PassedToService"] },
              },
            },
          ],
    ),
  ];
}

/** The name of whom a profile is for is compared with the caller's own. */
function openOwn({ profile, alike, studio }: ByHand, who: Caller, by: string, nameKey: string): Allowed {
  return {
    name: "the profile that bears their own name",
    who,
    action: "sagemaker:CreatePresignedDomainUrl",
    resource: profile("x-1234567890"),
    context: { [NAMED]: "ana", [nameKey]: "ana" },
    by,
    butNot: {
      "another person's": { context: { [NAMED]: "ben" } },
      "that of a person whose name begins alike": { context: { [NAMED]: "ana-2" } },
      "in other letters": { context: { [NAMED]: "Ana" } },
      "one without a name": { context: { [NAMED]: undefined } },
      "as nobody": { context: { [nameKey]: undefined } },
      "as nobody, one without a name": { context: { [nameKey]: undefined, [NAMED]: undefined } },
      "one that the onboarding keeps": { context: { [KEPT]: MANAGED_BY } },
      "in a domain whose id begins alike": { resource: alike.profile("x-1234567890") },
      "in the studio's own domain": { resource: studio.profile("x-1234567890") },
      "to change it": { action: "sagemaker:UpdateUserProfile" },
    },
  };
}

function openAsIamUser(library: Library, byHand: ByHand): Allowed {
  const who = holder(library, "user/ana", library.policy("open-as-iam-user"));
  return openOwn(byHand, who, "OpenAsIamUser", "aws:username");
}

function openAsFederated(library: Library, byHand: ByHand): Allowed {
  const who = holder(library, "role/Federated", library.policy("open-as-federated"));
  return openOwn(byHand, who, "OpenAsFederated", `aws:PrincipalTag/${TAG.userName}`);
}

/** The identity provider may say who signs in, and nothing else: a session tag `team` would win over the role's own. */
function signIn(library: Library, provider: string, trust: PolicyDocument): Allowed[] {
  const { arn, accountId } = library;
  const host = {
    aws: "signin.aws.amazon.com",
    "aws-cn": "signin.amazonaws.cn",
    "aws-us-gov": "signin.amazonaws-us-gov.com",
  }[library.partition];
  // IAM lets a provider in by the trust alone, as it does a service.
  const who = service(provider);
  const tagsOf = (tags: Record<string, string>): Change => ({
    context: Object.fromEntries([
      ...Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
      ["aws:TagKeys", Object.keys(tags)] as const,
    ]),
  });
  return [`https://${host}/saml`, `https://${library.region}.${host}/saml`].map(
    (audience): Allowed => ({
      name: `a session with the person's name, from ${audience}`,
      who,
      action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
      resource: arn("iam", "", accountId, "role/Federated"),
      resourcePolicy: trust,
      context: { "saml:aud": audience, [NAMES]: "ana", "aws:TagKeys": [TAG.userName] },
      by: "SignInWithName",
      alsoIn: ["another account"],
      butNot: {
        "a team besides": tagsOf({ [TAG.userName]: "ana", team: "fraud" }),
        "a team in other letters": tagsOf({ [TAG.userName]: "ana", Team: "fraud" }),
        "the role to run jobs with": tagsOf({ [TAG.userName]: "ana", studioexecutionrole: "studio-library.admins" }),
        "a team instead": {
          context: { [NAMES]: undefined, "aws:RequestTag/team": "fraud", "aws:TagKeys": ["team"] },
        },
        "no name": { context: { [NAMES]: undefined, "aws:TagKeys": undefined } },
        "an empty name": tagsOf({ [TAG.userName]: "" }),
        "for another audience": { context: { "saml:aud": "https://example.com/saml" } },
        "for another Region's": { context: { "saml:aud": `https://us-east-9.${host}/saml` } },
        "for an audience that nobody states": { context: { "saml:aud": undefined } },
        "from another provider": { who: service(`${provider}-2`) },
        "from a provider of another account": { who: service(provider.replace(accountId, FOREIGN_ACCOUNT)) },
        "by somebody of its account": { who: outsider(library, accountId, "Admin") },
        "without SAML": { action: "sts:AssumeRole", ignored: ["saml:aud"] },
        "by a web identity": { action: "sts:AssumeRoleWithWebIdentity", ignored: ["saml:aud"] },
      },
    }),
  );
}
