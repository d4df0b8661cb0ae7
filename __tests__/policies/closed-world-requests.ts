import { computeRoleArn, executionRoleArn, TAG } from "../../naming";
import { asList } from "../../rehearsal/json";
import { actionMatches, type PolicyStatement } from "../../rehearsal/policy-document";
import { type Context, evaluate } from "../../rehearsal/policy-simulator";
import type { Role } from "../../rehearsal/world";
import { type Column, TAG_ACTIONS } from "./closed-world";
import { type ArnOf, type ArnParts, REQUEST_TAG_KEY, type ServiceAction } from "./service-data";
import { LIBRARY, type Synthesized } from "./synthesized";

/** The person of the sessions, and somebody else. */
const PROFILE = { own: "ana", other: "ben" } as const;
/** The team of the roles, and the other one. */
const TEAM = { own: "fraud", other: "platform" } as const;

type Whose = "own" | "other";

/** What AWS knows about a request, besides who asks: nothing is said that is not given. */
export interface Facts {
  /** Whose team's tag the resource bears. */
  readonly team?: Whose;
  /** Whose team's tag the request gives. */
  readonly gives?: Whose;
  /** Other tags that the request gives or takes: `Team`, which IAM would take for `team`, or one that nobody compares. */
  readonly keys?: readonly string[];
  /** The action for which something is tagged while it is made. */
  readonly making?: string;
  /** Whose space it is, or whose space an app is in, and who shares it. */
  readonly owner?: Whose;
  readonly sharing?: "Private" | "Shared";
  /** Whose profile the ARN names, where it names one. */
  readonly holder?: Whose;
  /** Who made the space, as its tag says. */
  readonly madeBy?: Whose;
  /** Whose team's things a search asks for. */
  readonly asksFor?: readonly Whose[];
}

/** Types of which a person has their own: their spaces keep the tag of the team that they moved from. */
const PERSONAL = ["app", "space", "user-profile"];

/** Whether a letter lets a request through. */
export function mayBe(letter: string, action: string, type: string | undefined, facts: Facts): boolean {
  const isForeign = facts.team === "other" && !(type && PERSONAL.includes(type));
  // IAM does not tell `Team` from `team`; SageMaker keeps both.
  const givesForeign = facts.gives === "other" || (facts.keys ?? []).includes("Team");
  if (isForeign || givesForeign) return false;
  switch (letter) {
    case "A":
      return true;
    case "M":
      return facts.gives === "own";
    case "T":
      return type === undefined ? asksForOwn(facts) : facts.team === "own";
    case "G":
      return facts.gives === "own" || facts.team === "own";
    case "P":
      return isOnes(action, type, facts);
    default:
      return false;
  }
}

/** A search that asks for two teams at once is shown both. */
function asksForOwn({ asksFor = [] }: Facts): boolean {
  return asksFor.length > 0 && asksFor.every((whose) => whose === "own");
}

/** Whether it is the person's own profile, private space or app. */
function isOnes(action: string, type: string | undefined, { owner, sharing, holder }: Facts): boolean {
  if (type === "user-profile") return holder === "own";
  if (owner === "own" && sharing === "Private") return true;
  const hangsOnProfile = owner === undefined && sharing === undefined;
  return type === "app" && hangsOnProfile && holder === "own" && /^(Create|Delete)App$/.test(action);
}

/** Whether a letter of the tags' table lets a request through. */
export function mayTag(letter: string, action: string, type: string, facts: Facts): boolean {
  const { team, gives, keys = [], making } = facts;
  const isForeign = team === "other" && !PERSONAL.includes(type);
  if (isForeign || gives === "other" || keys.includes("Team")) return false;
  if (action === "ListTags") return "WR".includes(letter) && team === "own";
  if (letter === "N") {
    return action === "AddTags" && (making === "CreateApp" || making === "CreateSpace");
  }
  if (letter !== "W") return false;
  if (action === "AddTags" && making !== undefined) return gives === "own";
  return team === "own" && gives === undefined && !keys.includes(TAG.team);
}

/** Every combination that can make a difference to an action on a type. */
export function cases({ name, keys }: ServiceAction, type: string | undefined, letter: string): Facts[] {
  // What is being made bears no tag yet, unless there is something of that name.
  const teams: Facts[] = letter === "M" ? [{}, { team: "other" }] : [{}, { team: "own" }, { team: "other" }];
  const asks: Facts[] = [{}, { asksFor: ["own"] }, { asksFor: ["other"] }, { asksFor: ["own", "other"] }];
  return combined([
    type === undefined ? [{}] : teams,
    keys.includes(REQUEST_TAG_KEY)
      ? [{}, { gives: "own" }, { gives: "other" }, { keys: ["project"] }, { keys: ["Team"] }, OWN_AND_MISSPELT]
      : [{}],
    keys.includes("sagemaker:OwnerUserProfileArn") ? SPACES : [{}],
    type === "app" || type === "user-profile" ? [{ holder: "own" }, { holder: "other" }] : [{}],
    name === "StartSession" ? [{}, { madeBy: "own" }, { madeBy: "other" }] : [{}],
    name === "Search" ? asks : [{}],
  ]);
}

const OWN_AND_MISSPELT: Facts = { gives: "own", keys: ["Team"] };

/** A space says whose it is and who shares it; an app of a profile neither; one without the other is nothing of AWS's. */
const SPACES: readonly Facts[] = combined([
  [{}, { owner: "own" }, { owner: "other" }],
  [{}, { sharing: "Private" }, { sharing: "Shared" }],
]);

/** What the guardrails alone refuse: the activities compare what they work with, not what else a request brings along. */
export function isLeftToGuardrails(letter: string, { team, gives, keys = [] }: Facts): boolean {
  const isForeign = team === "other" && (gives === "own" || letter === "A");
  return isForeign || gives === "other" || keys.includes("Team");
}

export function tagCases({ name, keys }: ServiceAction): Facts[] {
  const existing: Facts[] = [{}, { team: "own" }, { team: "other" }];
  if (name === "ListTags") return existing;
  const given: Facts[] = [{ keys: ["project"] }, { keys: [TAG.team] }, { keys: ["Team"] }, { keys: [TAG.managedBy] }];
  if (!keys.includes(REQUEST_TAG_KEY)) return combined([existing, given]);
  const withTeam: Facts[] = [...given, { gives: "own" }, { gives: "other" }, OWN_AND_MISSPELT];
  // The key that says what is being made is absent where something is that exists.
  return [
    ...combined([existing, withTeam]),
    ...combined([
      [{}, { team: "other" }],
      withTeam.filter(({ keys: names = [] }) => !names.includes(TAG.team)),
      [{ making: "CreateApp" }, { making: "CreateTrainingJob" }],
    ]),
  ];
}

function combined(aspects: readonly (readonly Facts[])[]): Facts[] {
  return aspects.reduce<Facts[]>(
    (all, aspect) => all.flatMap((facts) => aspect.map((each) => ({ ...facts, ...each }))),
    [{}],
  );
}

/** Who asks: a role, in a person's session in Studio or in a job. */
export interface Asker {
  readonly role: Role;
  readonly isInStudio: boolean;
}

/** The same with nothing attached but what allows something. */
export function withoutGuardrails(asker: Asker): Asker {
  const { policies } = asker.role;
  const left = policies.filter(({ document }) => document.Statement.some(({ Effect }) => Effect === "Allow"));
  if (left.length === policies.length) throw new Error(`${asker.role.name} has no guardrails`);
  return { ...asker, role: { ...asker.role, policies: left } };
}

/** Where requests are made: the studio of a synthesized library. */
export interface Stage {
  /** A person of the own team with a persona, or a job with the team's compute role. */
  asker(column: Column): Asker;
  /** The ARN of a thing of a type, or `*` for none. */
  resource(type: string | undefined, facts: Facts, elsewhere?: ArnParts): string;
  /** @param more - what else AWS knows about the request */
  allows(asker: Asker, action: string, resource: string, facts: Facts, more?: Context): Promise<boolean>;
}

export function stageOf({ config, world }: Synthesized, arnOf: ArnOf): Stage {
  const [studio] = config.studios;
  const [domain] = world.domains;
  if (studio === undefined || domain === undefined) throw new Error("no studio");
  const here = {
    Partition: domain.arn.split(":")[1] ?? "",
    Region: studio.region,
    Account: studio.accountId,
    DomainId: domain.id,
  };
  const profile = (whose: Whose) => arnOf("user-profile", { ...here, UserProfileName: PROFILE[whose] });
  return {
    asker(column) {
      const arn =
        column === "compute"
          ? computeRoleArn(studio, TEAM.own)
          : executionRoleArn(studio, LIBRARY.group(TEAM.own, column));
      const role = world.roles.get(arn);
      if (role === undefined) throw new Error(`no role ${arn}`);
      return { role, isInStudio: column !== "compute" };
    },
    resource(type, { holder }, elsewhere = {}) {
      return type === undefined
        ? "*"
        : arnOf(type, { ...here, UserProfileName: PROFILE[holder ?? "own"], ...elsewhere });
    },
    async allows({ role, isInStudio }, name, resource, facts, more = {}) {
      const action = `sagemaker:${name}`;
      const concerns = ({ Action }: PolicyStatement) => asList(Action).some((each) => actionMatches(each, action));
      // Statements about other actions decide nothing: without them, thousands of decisions take no time.
      const identityPolicies = role.policies
        .map((policy) => ({
          name: policy.name,
          document: { ...policy.document, Statement: policy.document.Statement.filter(concerns) },
        }))
        .filter(({ document }) => document.Statement.length > 0);
      const statements = identityPolicies.flatMap(({ document }) => document.Statement);
      if (!statements.some(({ Effect }) => Effect === "Allow")) return false;
      const known: Context = {
        ...Object.fromEntries(Object.entries(role.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
        "aws:PrincipalArn": role.arn,
        ...(isInStudio && { "sagemaker:DomainId": domain.id, "sagemaker:UserProfileName": PROFILE.own }),
        ...contextOf(facts, profile),
        ...more,
      };
      const verdict = await evaluate({
        request: {
          principal: role.arn,
          action,
          resource: { resource, accountId: role.accountId },
          contextVariables: Object.fromEntries(
            Object.entries(known).map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
          ),
        },
        identityPolicies,
        resourcePolicy: undefined,
      });
      return verdict === "Allowed";
    },
  };
}

function contextOf(facts: Facts, profile: (whose: Whose) => string): Context {
  const { team, gives, keys = [], making, owner, sharing, madeBy, asksFor } = facts;
  const given = [...(gives ? [TAG.team] : []), ...keys];
  return {
    // AWS sets both: policies are free to compare either.
    ...(team && { [`aws:ResourceTag/${TAG.team}`]: TEAM[team], [`sagemaker:ResourceTag/${TAG.team}`]: TEAM[team] }),
    ...(gives && { [`aws:RequestTag/${TAG.team}`]: TEAM[gives] }),
    ...(given.length > 0 && { "aws:TagKeys": given }),
    ...(making && { "sagemaker:TaggingAction": making }),
    ...(owner && { "sagemaker:OwnerUserProfileArn": profile(owner) }),
    ...(sharing && { "sagemaker:SpaceSharingType": sharing }),
    ...(madeBy && { "sagemaker:ResourceTag/sagemaker:user-profile-arn": profile(madeBy) }),
    ...(asksFor && {
      [`sagemaker:SearchVisibilityCondition/Tags.${TAG.team}/EqualsIfExists`]: asksFor.map((whose) => TEAM[whose]),
    }),
  };
}

export function isTagAction(name: string): boolean {
  return TAG_ACTIONS.some((each) => each === name);
}
