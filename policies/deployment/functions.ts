import { allow, type Needs } from "./needs";
import { roleArn } from "./roles";
import { arnIn, blocksOf, namesOf, referredRole, type Stack } from "./stack";

const ANY_MAPPING = "AWS makes up a mapping's id, and tells the function that it feeds";

/** What `aws_lambda_function` needs. */
export function functions(stack: Stack): Needs {
  const arns = functionArns(stack);
  const passed = blocksOf(stack, "aws_lambda_function").map((block) =>
    roleArn(stack, referredRole(stack, block.arguments.role)),
  );
  return {
    read: allow(
      "ReadFunctions",
      ["lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:ListVersionsByFunction"],
      arns,
    ),
    write: [
      ...allow(
        "ChangeFunctions",
        [
          "lambda:CreateFunction",
          "lambda:DeleteFunction",
          "lambda:TagResource",
          "lambda:UntagResource",
          "lambda:UpdateFunctionCode",
          "lambda:UpdateFunctionConfiguration",
        ],
        arns,
      ),
      ...allow("PassFunctionRoles", ["iam:PassRole"], passed, {
        Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
      }),
    ],
  };
}

/** What `aws_lambda_invocation` needs: only for the functions that a deployment invokes. */
export function invocations(stack: Stack): Needs {
  const invoked = blocksOf(stack, "aws_lambda_invocation").map(({ arguments: { function_name: name } }) => {
    const [, id] = /^\$\{aws_lambda_function\.([\w-]+)\.function_name\}$/.exec(String(name)) ?? [];
    const found = blocksOf(stack, "aws_lambda_function").find((block) => block.id === id);
    if (found === undefined) throw new Error(`${stack.name}: ${String(name)} is no function of the stack`);
    return String(found.arguments.function_name);
  });
  // Terraform names the version: AWS then takes the ARN with it.
  const arns = invoked.flatMap((name) => [functionArn(stack, name), functionArn(stack, `${name}:$LATEST`)]);
  return { read: [], write: allow("InvokeFunctions", ["lambda:InvokeFunction"], arns) };
}

/** What `aws_lambda_event_source_mapping` needs. */
export function mappings(stack: Stack): Needs {
  const Condition = { ArnEquals: { "lambda:FunctionArn": functionArns(stack) } };
  const any = [arnIn(stack.place, "lambda", "event-source-mapping:*")];
  return {
    read: [
      ...allow("ReadMappings", ["lambda:GetEventSourceMapping"], any, { Condition, wildcard: ANY_MAPPING }),
      ...allow("ReadTagsOfMappings", ["lambda:ListTags"], any, { wildcard: "AWS makes up a mapping's id" }),
    ],
    write: [
      ...allow("CreateMappings", ["lambda:CreateEventSourceMapping"], ["*"], {
        Condition,
        wildcard: "AWS takes no resource for it; the function is in the condition",
      }),
      ...allow("ChangeMappings", ["lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"], any, {
        Condition,
        wildcard: ANY_MAPPING,
      }),
      ...allow("TagMappings", ["lambda:TagResource", "lambda:UntagResource"], any, {
        wildcard: "AWS makes up a mapping's id",
      }),
    ],
  };
}

/** What `aws_cloudwatch_log_group` needs. */
export function logGroups(stack: Stack): Needs {
  const groups = namesOf(stack, "aws_cloudwatch_log_group", "name").map((name) =>
    arnIn(stack.place, "logs", `log-group:${name}`),
  );
  // AWS writes a log group's ARN with an end for its streams, and without one where it is tagged.
  const withStreams = groups.flatMap((arn) => [arn, `${arn}:*`]);
  return {
    read: [
      ...allow("FindLogGroups", ["logs:DescribeLogGroups"], ["*"], {
        wildcard: "AWS takes no resource for it: Terraform finds a log group by the beginning of its name",
      }),
      ...allow("ReadTagsOfLogGroups", ["logs:ListTagsForResource"], groups),
    ],
    write: [
      ...allow(
        "ChangeLogGroups",
        ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy"],
        withStreams,
        {
          wildcard: "what may follow a log group's name in its ARN",
        },
      ),
      ...allow("TagLogGroups", ["logs:TagResource", "logs:UntagResource"], groups),
    ],
  };
}

function functionArns(stack: Stack): readonly string[] {
  return namesOf(stack, "aws_lambda_function", "function_name").map((name) => functionArn(stack, name));
}

function functionArn({ place }: Stack, name: string): string {
  return arnIn(place, "lambda", `function:${name}`);
}
