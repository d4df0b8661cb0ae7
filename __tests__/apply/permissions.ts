import { z } from "zod";
import type { Requirement } from "../../rehearsal/emulator/operation";
import { given } from "./deployed";
import type { SeenRequest } from "./moto";

/*
 * What a request to AWS needs of its caller. Most actions of IAM are named after the API's operations; what is here is
 * where the resource stands, and where one operation takes more than one permission.
 */

type Context = Readonly<Record<string, string | readonly string[]>>;

/** What a role has that later requests on it do not say. */
interface KnownRole {
  readonly arn: string;
  readonly boundary: string | undefined;
}

/** Turns requests into what their callers must be allowed; remembers what later requests leave out. */
export function createTranslator(): (request: SeenRequest) => readonly Requirement[] {
  const roles = new Map<string, KnownRole>();
  const mappedFunctions = new Map<string, string>();
  const services: Readonly<Record<string, (request: SeenRequest) => readonly Requirement[]>> = {
    iam: (request) => ofIam(request, roles),
    sqs: ofSqs,
    events: ofEvents,
    logs: ofLogs,
    monitoring: ofCloudWatch,
    lambda: (request) => ofLambda(request, mappedFunctions),
    s3: ofS3,
  };
  return (request) => {
    const { service, method, path, target } = request;
    const translate = services[service];
    if (translate === undefined)
      throw new Error(`nothing is known of what ${service} ${method} ${path} ${target} needs`);
    return translate(request);
  };
}

/**
 * What AWS asks for besides: tags given while something is made need the permission to tag.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/tagging.html
 */
export function withDependents(requirement: Requirement): readonly Requirement[] {
  const { action, context = {} } = requirement;
  if (action !== "sagemaker:CreateDomain" || !("aws:TagKeys" in context)) return [requirement];
  const tagging = { ...context, "sagemaker:TaggingAction": "CreateDomain" };
  return [requirement, { ...requirement, action: "sagemaker:AddTags", context: tagging }];
}

function ofIam({ accountId, body }: SeenRequest, roles: Map<string, KnownRole>): readonly Requirement[] {
  const parameters = query(body);
  const { Action = "", RoleName, PolicyName, PolicyArn, Path = "/", PermissionsBoundary } = parameters;
  const tags = tagContext(members(parameters, "Tags"));
  const arn = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  const action = `iam:${Action}`;
  if (RoleName !== undefined) {
    const key = `${accountId} ${RoleName}`;
    const made = Action === "CreateRole" ? { arn: arn(`role${Path}${RoleName}`), boundary: undefined } : roles.get(key);
    const { arn: resource, ...known } = given(made, `role ${RoleName} was not seen to be made`);
    // A request that sets the boundary is asked about with the one that it sets.
    const boundary = PermissionsBoundary ?? known.boundary;
    roles.set(key, { arn: resource, boundary });
    const context = {
      ...tags,
      ...(boundary !== undefined && { "iam:PermissionsBoundary": boundary }),
      ...(PolicyArn !== undefined && { "iam:PolicyARN": PolicyArn }),
    };
    return [{ action, resource, context }, ...tagging("iam:TagRole", resource, tags)];
  }
  const resource = PolicyArn ?? arn(`policy${Path}${given(PolicyName, `${Action} names nothing`)}`);
  return [{ action, resource, context: tags }, ...tagging("iam:TagPolicy", resource, tags)];
}

const sqsInput = z.object({
  QueueName: z.string().optional(),
  QueueUrl: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});

function ofSqs(request: SeenRequest): readonly Requirement[] {
  const { QueueName, QueueUrl = "", tags } = sqsInput.parse(JSON.parse(request.body));
  const resource = arnIn(request, "sqs", QueueName ?? QueueUrl.split("/").at(-1) ?? "");
  const context = tagContext(tags);
  return [{ action: `sqs:${operationOf(request)}`, resource, context }, ...tagging("sqs:TagQueue", resource, context)];
}

const tagPairs = z.array(z.object({ Key: z.string(), Value: z.string() }));
const eventsInput = z.object({
  Name: z.string().optional(),
  Rule: z.string().optional(),
  ResourceARN: z.string().optional(),
  Tags: tagPairs.default([]),
  Targets: z.array(z.object({ Arn: z.string() })).optional(),
});

function ofEvents(request: SeenRequest): readonly Requirement[] {
  const { Name, Rule, ResourceARN, Tags, Targets } = eventsInput.parse(JSON.parse(request.body));
  const resource = ResourceARN ?? arnIn(request, "events", `rule/${Name ?? Rule}`);
  const tags = tagContext(Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])));
  const context = { ...tags, ...(Targets && { "events:TargetArn": Targets.map(({ Arn }) => Arn) }) };
  return [
    { action: `events:${operationOf(request)}`, resource, context },
    ...tagging("events:TagResource", resource, tags),
  ];
}

const logsInput = z.object({
  logGroupName: z.string().optional(),
  resourceArn: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});

function ofLogs(request: SeenRequest): readonly Requirement[] {
  const { logGroupName, resourceArn, tags } = logsInput.parse(JSON.parse(request.body));
  const action = `logs:${operationOf(request)}`;
  if (resourceArn !== undefined) return [{ action, resource: resourceArn, context: tagContext(tags) }];
  if (logGroupName === undefined) return [{ action, resource: "*" }];
  const group = arnIn(request, "logs", `log-group:${logGroupName}`);
  const context = tagContext(tags);
  // Which of the two forms AWS asks for is not documented for each operation: both must be allowed.
  const forms = [group, `${group}:log-stream:`].map((resource) => ({ action, resource, context }));
  return [...forms, ...tagging("logs:TagResource", group, context)];
}

function ofCloudWatch(request: SeenRequest): readonly Requirement[] {
  const parameters = query(request.body);
  const { Action, ResourceARN, AlarmName } = parameters;
  // Of the newer protocol, which is binary, only the operation is read: any of the stack's alarms stands for the one.
  const operation = Action ?? request.path.split("/operation/")[1] ?? operationOf(request);
  const names = AlarmName === undefined ? Object.values(members(parameters, "AlarmNames")) : [AlarmName];
  const resources = names.map((name) => arnIn(request, "cloudwatch", `alarm:${name}`));
  const any = arnIn(request, "cloudwatch", "alarm:studio-any");
  const told = ["AlarmActions", "OKActions"].flatMap((key) => Object.values(members(parameters, key)));
  const tags = tagContext(members(parameters, "Tags"));
  const context = { ...tags, ...(told.length > 0 && { "cloudwatch:AlarmActions": told }) };
  return (ResourceARN === undefined ? [...resources, ...(resources.length === 0 ? [any] : [])] : [ResourceARN]).flatMap(
    (resource) => [
      { action: `cloudwatch:${operation}`, resource, context },
      ...tagging("cloudwatch:TagResource", resource, tags),
    ],
  );
}

const functionInput = z.object({
  FunctionName: z.string().optional(),
  Role: z.string().optional(),
  Tags: z.record(z.string(), z.string()).default({}),
});
const mappingAnswer = z.object({ UUID: z.string() });

/** Lambda's operations by what they do to which path. */
const LAMBDA: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ["GET", /^\/2015-03-31\/functions\/([^/]+)$/, "GetFunction"],
  ["GET", /^\/2015-03-31\/functions\/([^/]+)\/versions$/, "ListVersionsByFunction"],
  ["GET", /^\/2020-06-30\/functions\/([^/]+)\/code-signing-config$/, "GetFunctionCodeSigningConfig"],
  ["POST", /^\/2015-03-31\/functions$/, "CreateFunction"],
  ["PUT", /^\/2015-03-31\/functions\/([^/]+)\/code$/, "UpdateFunctionCode"],
  ["PUT", /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, "UpdateFunctionConfiguration"],
  ["DELETE", /^\/2015-03-31\/functions\/([^/]+)$/, "DeleteFunction"],
  ["POST", /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, "InvokeFunction"],
  ["POST", /^\/2015-03-31\/event-source-mappings$/, "CreateEventSourceMapping"],
  ["GET", /^\/2015-03-31\/event-source-mappings\/([^/]+)$/, "GetEventSourceMapping"],
  ["PUT", /^\/2015-03-31\/event-source-mappings\/([^/]+)$/, "UpdateEventSourceMapping"],
  ["DELETE", /^\/2015-03-31\/event-source-mappings\/([^/]+)$/, "DeleteEventSourceMapping"],
  ["GET", /^\/2017-03-31\/tags\/([^/]+)$/, "ListTags"],
  ["POST", /^\/2017-03-31\/tags\/([^/]+)$/, "TagResource"],
  ["DELETE", /^\/2017-03-31\/tags\/([^/]+)$/, "UntagResource"],
];

function ofLambda(request: SeenRequest, mapped: Map<string, string>): readonly Requirement[] {
  const url = new URL(request.path, "http://lambda");
  const path = url.pathname.replace(/\/$/, "");
  const found = LAMBDA.find(([method, pattern]) => method === request.method && pattern.test(path));
  const [, pattern, operation] = given(found, `nothing is known of what lambda ${request.method} ${path} needs`);
  const name = decodeURIComponent(pattern.exec(path)?.[1] ?? "");
  const action = `lambda:${operation}`;
  if (["ListTags", "TagResource", "UntagResource"].includes(operation)) return [{ action, resource: name }];
  const isInput = request.body.startsWith("{") && operation !== "InvokeFunction";
  const { FunctionName = "", Role, Tags } = functionInput.parse(isInput ? JSON.parse(request.body) : {});
  const tags = tagContext(Tags);
  if (operation.endsWith("EventSourceMapping")) {
    const id = operation.startsWith("Create") ? mappingAnswer.parse(JSON.parse(request.answer)).UUID : name;
    if (operation.startsWith("Create")) mapped.set(id, FunctionName);
    const mapping = arnIn(request, "lambda", `event-source-mapping:${id}`);
    const context = { ...tags, "lambda:FunctionArn": given(mapped.get(id), `mapping ${id} was not seen to be made`) };
    const resource = operation.startsWith("Create") ? "*" : mapping;
    return [{ action, resource, context }, ...tagging("lambda:TagResource", mapping, tags)];
  }
  const qualifier = url.searchParams.get("Qualifier");
  const called = [name || FunctionName, ...(qualifier === null ? [] : [qualifier])].join(":");
  const resource = arnIn(request, "lambda", `function:${called}`);
  return [
    { action, resource, context: tags },
    ...tagging("lambda:TagResource", resource, tags),
    ...(Role === undefined ? [] : [passing(Role, "lambda.amazonaws.com")]),
  ];
}

function ofS3({ method, path }: SeenRequest): readonly Requirement[] {
  const { pathname } = new URL(path, "http://s3");
  const [, bucket = "", ...key] = pathname.split("/").map(decodeURIComponent);
  const object = key.join("/");
  if (object === "") return [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}` }];
  const operation = { GET: "GetObject", HEAD: "GetObject", PUT: "PutObject", DELETE: "DeleteObject" }[method];
  return [
    {
      action: `s3:${given(operation, `nothing is known of S3's ${method}`)}`,
      resource: `arn:aws:s3:::${bucket}/${object}`,
    },
  ];
}

function passing(role: string, service: string): Requirement {
  return { action: "iam:PassRole", resource: role, context: { "iam:PassedToService": service } };
}

/** The permission to tag, where something is made with tags. */
function tagging(action: string, resource: string, tags: Context): readonly Requirement[] {
  return "aws:TagKeys" in tags ? [{ action, resource, context: tags }] : [];
}

function tagContext(tags: Readonly<Record<string, string>>): Context {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  const values = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  return { "aws:TagKeys": keys, ...Object.fromEntries(values) };
}

function query(body: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(body));
}

/** A list of the query protocol: of pairs by their keys, of texts by their numbers. */
function members(parameters: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [parameter, value] of Object.entries(parameters)) {
    const [, number = "", member] = new RegExp(`^${name}\\.member\\.(\\d+)(?:\\.(\\w+))?$`).exec(parameter) ?? [];
    if (number !== "" && member === undefined) found[number] = value;
    if (member === "Key") found[value] = parameters[`${name}.member.${number}.Value`] ?? "";
  }
  return found;
}

function operationOf({ target }: SeenRequest): string {
  return target.split(".")[1] ?? "";
}

function arnIn({ region, accountId }: SeenRequest, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
