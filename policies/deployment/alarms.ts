import * as z from "zod";
import type { Conditions } from "../statement";
import { allow, type Needs } from "./needs";
import { arnIn, blocksOf, namesOf, type Stack } from "./stack";

/** What every alarm's name begins with. */
const PREFIX = "studio-";

const ANY_ALARM = "an alarm for each thing that can go wrong and each studio; their names begin with studio-";

const actions = z.looseObject({ alarm_actions: z.array(z.string()).default([]) });

/**
 * What `aws_cloudwatch_metric_alarm` needs.
 * @throws Error for an alarm whose name begins otherwise
 */
export function alarms(stack: Stack): Needs {
  for (const name of namesOf(stack, "aws_cloudwatch_metric_alarm", "alarm_name")) {
    if (!name.startsWith(PREFIX))
      throw new Error(`${stack.name}: alarm ${name}: its name does not begin with ${PREFIX}`);
  }
  const arns = [arnIn(stack.place, "cloudwatch", `alarm:${PREFIX}*`)];
  return {
    read: allow("ReadAlarms", ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"], arns, {
      wildcard: ANY_ALARM,
    }),
    write: [
      ...allow("PutAlarms", ["cloudwatch:PutMetricAlarm"], arns, {
        Condition: onlyActions(stack),
        wildcard: ANY_ALARM,
      }),
      ...allow(
        "ChangeAlarms",
        ["cloudwatch:DeleteAlarms", "cloudwatch:TagResource", "cloudwatch:UntagResource"],
        arns,
        {
          wildcard: ANY_ALARM,
        },
      ),
    ],
  };
}

/** An alarm may also stop machines and invoke functions: these tell the config's topic, or nobody. */
function onlyActions(stack: Stack): Conditions {
  const topics = blocksOf(stack, "aws_cloudwatch_metric_alarm").flatMap(
    (block) => actions.parse(block.arguments).alarm_actions,
  );
  if (topics.length === 0) return { Null: { "cloudwatch:AlarmActions": "true" } };
  return { "ForAllValues:StringEquals": { "cloudwatch:AlarmActions": [...new Set(topics)] } };
}
