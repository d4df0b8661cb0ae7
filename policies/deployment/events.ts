import { allow, type Needs } from "./needs";
import { arnIn, namesOf, type Stack } from "./stack";

/** What `aws_sqs_queue` needs. */
export function queues(stack: Stack): Needs {
  const arns = queueArns(stack);
  return {
    read: allow("ReadQueues", ["sqs:GetQueueAttributes", "sqs:ListQueueTags"], arns),
    write: allow(
      "ChangeQueues",
      ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
      arns,
    ),
  };
}

/** What `aws_cloudwatch_event_rule` needs. */
export function rules(stack: Stack): Needs {
  const arns = ruleArns(stack);
  return {
    read: allow("ReadRules", ["events:DescribeRule", "events:ListTagsForResource"], arns),
    write: allow(
      "ChangeRules",
      ["events:DeleteRule", "events:PutRule", "events:TagResource", "events:UntagResource"],
      arns,
    ),
  };
}

/** What `aws_cloudwatch_event_target` needs: what the rules see goes to the stack's own queues only. */
export function targets(stack: Stack): Needs {
  const arns = ruleArns(stack);
  return {
    read: allow("ReadRules", ["events:ListTargetsByRule"], arns),
    write: [
      ...allow("PutTargets", ["events:PutTargets"], arns, {
        Condition: {
          "ForAllValues:ArnEquals": { "events:TargetArn": queueArns(stack) },
          // Without a target the comparison would hold.
          Null: { "events:TargetArn": "false" },
        },
      }),
      ...allow("ChangeRules", ["events:RemoveTargets"], arns),
    ],
  };
}

function queueArns(stack: Stack): readonly string[] {
  return namesOf(stack, "aws_sqs_queue", "name").map((name) => arnIn(stack.place, "sqs", name));
}

function ruleArns(stack: Stack): readonly string[] {
  return namesOf(stack, "aws_cloudwatch_event_rule", "name").map((name) =>
    arnIn(stack.place, "events", `rule/${name}`),
  );
}
