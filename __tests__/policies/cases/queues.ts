import { FOREIGN_ACCOUNT, HOME_ACCOUNT } from "../synthesized";
import { outsider, service } from "./callers";
import type { Scene } from "./scene";
import type { Allowed, Change, Table } from "./table";

/** Who may put a hint into the queues. */
export function queues(scene: Scene): Table {
  return { allowed: [...hints(scene), ...clearText(scene)], refused: [] };
}

function hints(scene: Scene): Allowed[] {
  const events = service("events.amazonaws.com");
  const [firstRule] = scene.ruleArns;
  if (firstRule === undefined) throw new Error("the stacks have no rules");
  const rule = (accountId: string, name: string): Change => ({
    context: { "aws:SourceArn": scene.arn("events", scene.homeRegion, accountId, `rule/${name}`) },
  });
  const ruleName = firstRule.split("/").at(-1) ?? "";
  return [scene.queueArn, scene.deadLettersArn].flatMap((resource) => {
    // Of the same policy, so that only its own resource can refuse the other queue.
    const resourcePolicy = scene.world.queues.find(({ arn }) => arn === resource)?.policy;
    return scene.ruleArns.map(
      (ruleArn): Allowed => ({
        name: `a hint of ${ruleArn.split("/").at(-1)} into ${resource.split(":").at(-1)}`,
        who: events,
        action: "sqs:SendMessage",
        resource,
        context: { "aws:SourceArn": ruleArn },
        ...(resourcePolicy && { resourcePolicy }),
        by: "Rules",
        butNot: {
          "of another rule": rule(HOME_ACCOUNT, "somebodys"),
          "of a rule whose name begins alike": rule(HOME_ACCOUNT, `${ruleName}-2`),
          "of another account's rule of the same name": rule(FOREIGN_ACCOUNT, ruleName),
          "of no rule": { context: { "aws:SourceArn": undefined } },
          "of another service": { who: service("sns.amazonaws.com") },
          "of somebody in another account": { who: outsider(scene, FOREIGN_ACCOUNT, "Admin") },
          "in clear text": { context: { "aws:SecureTransport": "false" }, deniedBy: "TlsOnly" },
          "to read some": { action: "sqs:ReceiveMessage" },
          "into another queue": { resource: scene.arn("sqs", scene.homeRegion, HOME_ACCOUNT, "somebodys") },
          "into a queue whose name begins alike": { resource: `${resource}-2` },
        },
      }),
    );
  });
}

/** Even an administrator of the account sends nothing in clear text, and asks for nothing. */
function clearText(scene: Scene): Allowed[] {
  return [scene.queueArn, scene.deadLettersArn].map((resource) => ({
    name: `anything of ${resource.split(":").at(-1)}, as an administrator`,
    who: outsider(scene, HOME_ACCOUNT, "Admin"),
    action: ["sqs:ReceiveMessage", "sqs:SendMessage", "sqs:SetQueueAttributes"],
    resource,
    by: "Everything",
    alsoIn: ["another Region", "another account"],
    butNot: { "in clear text": { context: { "aws:SecureTransport": "false" }, deniedBy: "TlsOnly" } },
  }));
}
