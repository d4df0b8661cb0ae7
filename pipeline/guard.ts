import { executionRoleName } from "../naming";
import { allHolders, type Holders, holdersOf } from "./holders";
import { type Change, isCreated, isDeleted, type StackPlan } from "./plan-json";
import { type DoomedRole, reportsOnly, type StudioPlan } from "./studio-plan";
import { count, list } from "./wording";

/** Why a plan must not be applied, and what to do instead. */
export interface Refusal {
  readonly stack: string;
  readonly why: string;
  readonly wayOut: string;
}

/** What the guard says of a plan. */
export interface Verdict {
  readonly refusals: readonly Refusal[];
  /** What whoever reviews the plan has to know. */
  readonly notes: readonly string[];
}

/** Attributes of the domain that the config has under another name. */
const CONFIG_KEYS: Readonly<Record<string, string>> = {
  vpc_id: "vpcId",
  kms_key_id: "kmsKeyArn",
  domain_name: "name",
};

const DOCS = "docs/pipeline.md";

/** The roles whose holders the guard has to know: see {@link guardStudio}. */
export function rolesToLookFor({ doomed, leavesDomain, groupRoleArns, domainDeletion }: StudioPlan): readonly string[] {
  if (domainDeletion) return [];
  return leavesDomain ? groupRoleArns : doomed.map(({ arn }) => arn);
}

/**
 * Whether the plan of a studio's stack may be applied. Pure.
 *
 * Refused is what would take people's profiles or their work: deleting the domain or leaving it, deleting the roles
 * without which nobody can be cut off, and deleting a group's role in the same plan that makes another while somebody has
 * it. A role alone that somebody has is no reason to refuse: `npm run apply` moves or removes them first.
 * @param holders - who has the roles of {@link rolesToLookFor}; not asked for where there are none
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteDomain.html
 */
export function guardStudio(plan: StudioPlan, holders: Holders | undefined): Verdict {
  const { stack } = plan;
  const refusals = [domainDeleted(plan), domainLeft(plan, holders), ownRolesDeleted(plan), swapped(plan, holders)]
    .filter((refusal) => refusal !== undefined)
    .map((refusal) => ({ stack, ...refusal }));
  return { refusals, notes: [...roleNotes(plan, holders), ...computeNotes(plan), ...domainNotes(plan)] };
}

/**
 * Refuses to begin with a plan that deletes roles where nobody can tell who has them: the onboarding would forget the
 * groups, and the roles could not be deleted after that. Pure.
 */
export function blindly({ stack, doomed, domainId }: StudioPlan, holders: Holders | undefined): readonly Refusal[] {
  if (doomed.length === 0 || holders?.kind !== "unknown") return [];
  const why = `it deletes ${list(doomed.map(({ name }) => name))}, and who has it cannot be looked up: ${holders.reason}`;
  const wayOut =
    `let the caller list and describe the profiles of ${domainId}, as the documents that npm run deploy-policy writes ` +
    "do, and run npm run apply again";
  return [{ stack, why, wayOut }];
}

/**
 * What whoever reviews the plan of the onboarding has to know. Pure.
 * @param studios - the names of the config's studios
 */
export function guardOnboarding({ changes }: StackPlan, studios: readonly string[]): Verdict {
  const assignments = changes.filter(
    (change) => change.type === "aws_ssoadmin_application_assignment" && isDeleted(change) && !isCreated(change),
  );
  const forgotten = new Set(
    assignments
      .map(({ name }) => /^assignment_([a-z0-9-]+)_/.exec(name)?.[1])
      .filter((name) => name !== undefined && !studios.includes(name)),
  );
  return {
    refusals: [],
    notes: [...forgotten].map(
      (name) =>
        `studio ${name} is no longer in the config: nobody can sign in to it, and nobody looks after its profiles. Its ` +
        `entry must stay until its stack is destroyed: ${DOCS}#remove-a-studio`,
    ),
  };
}

type Reason = Omit<Refusal, "stack">;

function domainDeleted({ domainDeletion, domainId, studio, stack }: StudioPlan): Reason | undefined {
  if (!domainDeletion) return undefined;
  const { address } = domainDeletion;
  const cost =
    "With a domain go everybody's profiles and private spaces; the files stay behind on a file system that belongs to " +
    "nothing";
  const what = `${address} (${domainId ?? "unknown"})`;
  if (isCreated(domainDeletion)) {
    return {
      why: `${what} would be deleted and made anew, because ${replacedBecause(domainDeletion)}. ${cost}`,
      wayOut:
        domainDeletion.action_reason === "replace_because_tainted"
          ? `if the domain is sound: terraform -chdir=cdktf.out/stacks/${stack} untaint ${address}, and plan again`
          : `take that change back; or make a studio of another name beside it and move the people: ${DOCS}#the-domain`,
    };
  }
  if (studio.existingDomainId !== undefined) {
    return {
      why:
        `${what} would be deleted, because studio ${studio.name} has existingDomainId, and the stack then makes no ` +
        `domain. ${cost}`,
      wayOut:
        "if it is to be kept and only to be managed elsewhere: " +
        `terraform -chdir=cdktf.out/stacks/${stack} state rm ${address}, and plan again`,
    };
  }
  return {
    why: `${what} would be deleted. ${cost}`,
    wayOut: `bring it back into the stack; to remove the whole studio: ${DOCS}#remove-a-studio`,
  };
}

function replacedBecause({ action_reason: reason, change }: Change): string {
  const attributes = [...new Set((change.replace_paths ?? []).map(([name]) => String(name)))].map((name) => {
    const key = CONFIG_KEYS[name];
    return key === undefined ? name : `${name} (${key} in the config)`;
  });
  if (attributes.length > 0) return `SageMaker cannot change its ${list(attributes)}`;
  if (reason === "replace_because_tainted") return "Terraform's state calls it tainted";
  return `Terraform says ${reason ?? "no more"}`;
}

function domainLeft(plan: StudioPlan, holders: Holders | undefined): Reason | undefined {
  const { leavesDomain, domainId, studio } = plan;
  if (!leavesDomain) return undefined;
  const next = studio.existingDomainId === undefined ? "a new one" : studio.existingDomainId;
  const why = `studio ${studio.name} would leave its domain ${domainId} for ${next}`;
  const wayOut =
    "keep the domain's id in existingDomainId; for another domain, make a studio of another name beside this one and " +
    `remove this one: ${DOCS}#remove-a-studio`;
  if (!holders || holders.kind === "unknown") {
    return { why: `${why}, and who has a profile there is not known: ${holders?.reason ?? "nobody looked"}`, wayOut };
  }
  const left = allHolders(holders.byRole);
  if (left.length === 0) return undefined;
  return { why: `${why}, and nobody would look after its ${count(left.length, "profile")}: ${list(left)}`, wayOut };
}

function ownRolesDeleted({ doomedOwn, domainDeletion, domainId }: StudioPlan): Reason | undefined {
  if (doomedOwn.length === 0 || domainDeletion || domainId === undefined) return undefined;
  const names = doomedOwn.map(({ name, isReplaced }) => (isReplaced ? `${name} (made anew)` : name));
  return {
    why:
      `${list(names)} would be deleted while the domain ${domainId} stays: without them nobody can be onboarded, moved ` +
      "or cut off, and who was cut off would have a role that does not exist",
    wayOut: `take the change back: their names and paths come from naming.ts and never change; to remove the studio: ${DOCS}#remove-a-studio`,
  };
}

/** Who is to move to the new role may be in the old one until the onboarding knows of it: neither order is right. */
function swapped(plan: StudioPlan, holders: Holders | undefined): Reason | undefined {
  const { doomed, added, studio, domainId, domainDeletion } = plan;
  if (domainDeletion || domainId === undefined) return undefined;
  const made = added.filter(({ adGroup }) => {
    return !doomed.some(({ name }) => name === executionRoleName(studio.name, adGroup));
  });
  const affected = doomed.filter(({ isReplaced }) => isReplaced || made.length > 0);
  if (affected.length === 0) return undefined;
  const makes = made.length === 0 ? "the same anew" : `that of ${list(made.map(({ adGroup }) => `"${adGroup}"`))}`;
  const why = `studio ${studio.name} would lose ${list(affected.map(({ name }) => name))} and get ${makes} in one plan`;
  const wayOut =
    made.length === 0
      ? `take back what replaces the role: its name and path never change while people have it: ${DOCS}#a-groups-role`
      : "add first, in a change of its own, and apply it; remove in the next. For a group that was renamed in the " +
        `directory, rename it back until then: ${DOCS}#a-groups-role`;
  if (!holders || holders.kind === "unknown") {
    return { why: `${why}, and who has it is not known: ${holders?.reason ?? "nobody looked"}`, wayOut };
  }
  const left = affected.flatMap(({ arn }) => holdersOf(holders.byRole, arn));
  if (left.length === 0) return undefined;
  return {
    why: `${why}, while ${count(left.length, "profile")} would have a role that is not there: ${list(left)}`,
    wayOut,
  };
}

function roleNotes(plan: StudioPlan, holders: Holders | undefined): string[] {
  if (plan.domainDeletion) return [];
  return plan.doomed.map((role) => `${role.name} is deleted: ${whoHas(role, plan, holders)}`);
}

function whoHas({ arn }: DoomedRole, { domainId, studio }: StudioPlan, holders: Holders | undefined): string {
  if (domainId === undefined) return "there is no domain in which anybody could have it";
  if (holders?.kind !== "known") {
    return (
      `who has it is not known (${holders?.reason ?? "nobody looked"}); ` +
      "npm run apply looks again, and applies nothing if it cannot tell"
    );
  }
  const names = holdersOf(holders.byRole, arn);
  if (names.length === 0) return "nobody has it";
  const next = reportsOnly(studio)
    ? "sweeps of this studio only report (existingDomainId without takeOver), so move them by hand first"
    : "they are moved or removed first";
  return `${count(names.length, "profile")}: ${list(names)}; ${next}`;
}

function computeNotes({ doomedCompute }: StudioPlan): string[] {
  return doomedCompute.map(
    ({ name }) => `${name} is deleted: jobs, endpoints and pipelines that run with it lose their permissions`,
  );
}

function domainNotes({ plan }: StudioPlan): string[] {
  return plan.drift
    .filter((change) => change.type === "aws_sagemaker_domain" && isDeleted(change))
    .map(({ address, change }) => {
      const id = typeof change.before?.id === "string" ? change.before.id : address;
      return `the domain ${id} is gone in AWS: the plan makes a new one, without anybody's profiles`;
    });
}
