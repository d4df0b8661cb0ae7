import { FOREIGN_ACCOUNT, HOME_ACCOUNT } from "../synthesized";
import { outsider, service } from "./callers";
import type { Scene } from "./scene";
import type { Allowed, Change, Table } from "./table";

/** Who may put a hint into the queues. */
export function queues(scene: Scene): Table {
  const { eventRuleArns, scheduleArns } = scene;
  return {
    allowed: [
      ...hints(scene, scene.membershipQueueArn, eventRuleArns, scheduleArns),
      ...hints(scene, scene.sweepQueueArn, scheduleArns, eventRuleArns),
      ...hints(scene, scene.deadLettersArn, [...eventRuleArns, ...scheduleArns], []),
      ...clearText(scene),
    ],
    refused: [],
  };
}

/**
 * @param ruleArns - the rules that may send to the queue
 * @param otherRuleArns - the rules of the stacks that may not
 */
function hints(
  scene: Scene,
  resource: string,
  ruleArns: readonly string[],
  otherRuleArns: readonly string[],
): Allowed[] {
  if (ruleArns.length === 0) throw new Error(`the stacks have no rules for ${resource}`);
  // Of the same policy, so that only its own resource can refuse the other queue.
  const resourcePolicy = scene.world.queues.find(({ arn }) => arn === resource)?.policy;
  const source = (arn: string | undefined): Change => ({ context: { "aws:SourceArn": arn } });
  const rule = (accountId: string, name: string) =>
    source(scene.arn("events", scene.homeRegion, accountId, `rule/${name}`));
  const otherQueues = [scene.membershipQueueArn, scene.sweepQueueArn, scene.deadLettersArn].filter(
    (arn) => arn !== resource,
  );
  return ruleArns.map((ruleArn): Allowed => {
    const name = nameOf(ruleArn);
    return {
      name: `a hint of ${name} into ${nameOf(resource)}`,
      who: service("events.amazonaws.com"),
      action: "sqs:SendMessage",
      resource,
      context: { "aws:SourceArn": ruleArn },
      ...(resourcePolicy && { resourcePolicy }),
      by: "Rules",
      butNot: {
        ...Object.fromEntries(otherRuleArns.map((arn) => [`of ${nameOf(arn)}, which feeds another`, source(arn)])),
        "of another rule": rule(HOME_ACCOUNT, "somebodys"),
        "of a rule whose name begins alike": rule(HOME_ACCOUNT, `${name}-2`),
        "of another account's rule of the same name": rule(FOREIGN_ACCOUNT, name),
        "of no rule": source(undefined),
        "of another service": { who: service("sns.amazonaws.com") },
        "of somebody in another account": { who: outsider(scene, FOREIGN_ACCOUNT, "Admin") },
        "of somebody in another account who names the rule": {
          who: outsider(scene, FOREIGN_ACCOUNT, "Admin"),
          context: { "aws:SourceArn": ruleArn },
        },
        "in clear text": { context: { "aws:SecureTransport": "false" }, deniedBy: "TlsOnly" },
        "to read some": { action: "sqs:ReceiveMessage" },
        "to delete some": { action: "sqs:DeleteMessage" },
        ...Object.fromEntries(otherQueues.map((arn) => [`into ${nameOf(arn)}`, { resource: arn }])),
        "into another queue": { resource: scene.arn("sqs", scene.homeRegion, HOME_ACCOUNT, "somebodys") },
        "into a queue whose name begins alike": { resource: `${resource}-2` },
      },
    };
  });
}

/** Even an administrator of the account sends nothing in clear text, and asks for nothing. */
function clearText(scene: Scene): Allowed[] {
  return [scene.membershipQueueArn, scene.sweepQueueArn, scene.deadLettersArn].map((resource) => ({
    name: `anything of ${nameOf(resource)}, as an administrator`,
    who: outsider(scene, HOME_ACCOUNT, "Admin"),
    action: ["sqs:ReceiveMessage", "sqs:SendMessage", "sqs:SetQueueAttributes"],
    resource,
    by: "Everything",
    alsoIn: ["another Region", "another account"],
    butNot: { "in clear text": { context: { "aws:SecureTransport": "false" }, deniedBy: "TlsOnly" } },
  }));
}

function nameOf(arn: string): string {
  return arn.split(/[:/]/).at(-1) ?? "";
}
