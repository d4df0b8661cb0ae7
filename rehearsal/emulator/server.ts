import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isObject, type JsonObject, parseJson } from "../json";
import { syntheticUuid } from "../synthetic";
import type { World } from "../world";
import { type Authorizer, createAuthorizer } from "./authorize";
import { accountOf, type Callers, createCallers, principalArn } from "./callers";
import type { Clock } from "./clock";
import { AwsError, serializationError } from "./errors";
import { createFaults, type Fault, type Faults } from "./faults";
import { createIdentityStore, type IdentityStore, type UnknownGroups } from "./identity-store";
import type { Call, Operations, Requirement } from "./operation";
import { createSagemaker, type Sagemaker } from "./sagemaker";
import type { SagemakerOptions } from "./sagemaker-settings";
import { createSqs, queryErrorOf, type Sqs, type SqsQueue } from "./sqs";
import { createSsoAdmin, type SsoAdmin } from "./sso-admin";
import { createSts, type Sts, type XmlResult } from "./sts";
import { createUsage, type Usage } from "./usage";

/** A call as it happened. */
export interface LoggedCall {
  readonly at: Date;
  /** The caller's ARN. */
  readonly caller: string;
  /** The caller's account. */
  readonly accountId: string;
  readonly region: string;
  readonly service: string;
  readonly op: string;
  /** What it was about, in a few words. */
  readonly summary: string;
  /** What the caller had to be allowed, as far as the call got. */
  readonly requires: readonly Requirement[];
  /** `ok`, or the error's code; a fault has its name before the code. */
  readonly outcome: string;
  readonly message?: string;
}

/** What the emulator starts with, and how it behaves where AWS leaves room. */
export interface EmulatorOptions extends SagemakerOptions {
  /** Default: the one that the stacks look groups up in. */
  readonly identityStoreId?: string;
  /** The account of Identity Center. Default: that of the stack that looks groups up. */
  readonly identityCenterAccountId?: string;
  /** What `IsMemberInGroups` does with a group id that is not known. Default: refused. */
  readonly unknownGroups?: UnknownGroups;
}

/** A running emulator. */
export interface Emulator {
  readonly url: string;
  readonly identityStore: IdentityStore;
  readonly sagemaker: Sagemaker;
  readonly ssoAdmin: SsoAdmin;
  readonly sts: Sts;
  readonly sqs: Sqs;
  readonly callers: Callers;
  readonly authorizer: Authorizer;
  readonly usage: Usage;
  readonly faults: Faults;
  readonly calls: readonly LoggedCall[];
  close(): Promise<void>;
}

/** The part of the stacks that AWS itself would know. */
export type EmulatorWorld = Pick<World, "roles" | "domains" | "assignments" | "groups" | "stacks">;

const EMPTY: EmulatorWorld = { roles: new Map(), domains: [], assignments: [], groups: [], stacks: [] };

/** A service of AWS's JSON protocol. */
interface Service {
  readonly name: string;
  readonly operations: Operations;
  readonly contentType: string;
  readonly throttle: AwsError;
  /** The header of services that once spoke the query protocol. */
  readonly queryError?: (error: AwsError) => string;
}

const JSON_1_1 = "application/x-amz-json-1.1";
const THROTTLE = new AwsError("ThrottlingException", "Rate exceeded", 400);
const SQS_THROTTLE = new AwsError("RequestThrottled", "The request was denied due to request throttling.", 403);

/**
 * Starts AWS as the functions see it, on a free port of this machine: the roles, domains, groups and assignments of
 * `world` exist from the start, and so do the queues.
 */
export async function startEmulator(setup: {
  readonly world?: EmulatorWorld;
  readonly queues?: readonly SqsQueue[];
  readonly clock: Clock;
  readonly options?: EmulatorOptions;
}): Promise<Emulator> {
  const { clock, world = EMPTY, options = {} } = setup;
  const usage = createUsage();
  const faults = createFaults();
  const callers = createCallers();
  const authorizer = createAuthorizer(world.roles, usage);
  const identityStore = createIdentityStore({
    identityStoreId: options.identityStoreId ?? world.groups[0]?.identityStoreId ?? "d-0000000000",
    accountId: options.identityCenterAccountId ?? world.groups[0]?.accountId ?? "000000000000",
    unknownGroups: options.unknownGroups ?? "refused",
  });
  const groupIds = new Set<string>();
  for (const { displayName, groupId } of world.groups) {
    if (!groupIds.has(groupId)) identityStore.createGroup(displayName, { groupId });
    groupIds.add(groupId);
  }
  const ssoAdmin = createSsoAdmin();
  for (const assignment of world.assignments) ssoAdmin.assign(assignment);
  const sts = createSts({ roles: world.roles, authorizer, usage, callers, clock });
  const sagemaker = createSagemaker({
    clock,
    roles: world.roles,
    domains: world.domains,
    authorizer,
    callers,
    options,
    identity: {
      findUser: (userName) => {
        const user = identityStore.findUserByName(userName);
        if (user === undefined || user.userName !== userName) return undefined;
        return { principalIds: [user.userId, ...identityStore.groupsOf(user.userId).map((each) => each.groupId)] };
      },
      isAssigned: ssoAdmin.isAssigned,
    },
  });
  const sqs = createSqs(setup.queues ?? []);
  const json = (name: string, operations: Operations): Service => ({
    name,
    operations,
    contentType: JSON_1_1,
    throttle: THROTTLE,
  });
  const services: Readonly<Record<string, Service>> = {
    SageMaker: json("sagemaker", sagemaker.operations),
    AWSIdentityStore: json("identitystore", identityStore.operations),
    SWBExternalService: json("sso-admin", ssoAdmin.operations),
    AmazonSQS: {
      name: "sqs",
      operations: sqs.operations,
      contentType: "application/x-amz-json-1.0",
      throttle: SQS_THROTTLE,
      queryError: queryErrorOf,
    },
  };
  const calls: LoggedCall[] = [];
  let requests = 0;

  /** Reads who calls from the signature's scope. Signatures are not checked: the key's id says who it is. */
  function authenticate(request: IncomingMessage): Call {
    const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/[^/]+\/aws4_request/.exec(request.headers.authorization ?? "");
    const [, accessKeyId, region] = scope ?? [];
    const found = accessKeyId === undefined ? undefined : callers.find(accessKeyId);
    if (found === undefined || region === undefined) {
      throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
    }
    if (found.expiration !== undefined && found.expiration <= clock.now()) {
      throw new AwsError("ExpiredTokenException", "The security token included in the request is expired", 403);
    }
    return { principal: found.principal, accountId: accountOf(found.principal), region };
  }

  /** One call from fault to answer, with its line in the log. */
  async function perform<T>(
    call: Call,
    { name: service, throttle }: Pick<Service, "name" | "throttle">,
    op: string,
    input: JsonObject,
    work: () => Promise<Performed & ({ readonly result: T } | { readonly error: unknown })>,
  ): Promise<T> {
    const caller = principalArn(call.principal);
    const fault = faults.next({ service, op, caller, input });
    const log = ({ summary, requires }: Performed, outcome: string, message?: string) => {
      calls.push({
        at: clock.now(),
        caller,
        accountId: call.accountId,
        region: call.region,
        service,
        op,
        summary,
        requires,
        outcome,
        ...(message === undefined ? {} : { message }),
      });
    };
    if (fault !== undefined && fault !== "error-after") {
      const error = faultError(fault, throttle);
      log({ summary: "", requires: [] }, `fault: ${fault}`);
      throw error;
    }
    const done = await work();
    if ("error" in done) {
      const { error } = done;
      const code = error instanceof AwsError ? error.code : "InternalError";
      log(done, code, error instanceof Error ? error.message : String(error));
      throw error;
    }
    log(done, fault === undefined ? "ok" : `fault: ${fault}`);
    if (fault !== undefined) throw faultError(fault, throttle);
    return done.result;
  }

  function serviceOf(target: string): Service | undefined {
    return services[target.split(".")[0] ?? ""];
  }

  async function answerJson(request: IncomingMessage, call: Call, target: string, body: string): Promise<JsonObject> {
    const [, op = ""] = target.split(".");
    const service = serviceOf(target);
    const operation = service?.operations[op];
    if (service === undefined || operation === undefined) {
      throw new AwsError("UnknownOperationException", `${target} is not emulated (${request.method})`);
    }
    const input = readInput(body);
    return perform(call, service, op, input, async () => {
      let performed: Performed = { summary: "", requires: [] };
      try {
        const prepared = operation(input, call);
        performed = { summary: prepared.summary, requires: prepared.requires };
        await authorizer.require(call.principal, prepared.requires, call.region);
        await prepared.check?.();
        return { ...performed, result: prepared.run() };
      } catch (error) {
        return { ...performed, error };
      }
    });
  }

  async function answerQuery(call: Call, body: string): Promise<{ op: string; result: XmlResult }> {
    const parameters = Object.fromEntries(new URLSearchParams(body));
    const op = parameters.Action ?? "";
    const operation = sts.operations[op];
    if (operation === undefined) throw new AwsError("InvalidAction", `${op} is not emulated`);
    const { RoleArn: summary = "" } = parameters;
    const requires = summary === "" ? [] : [{ action: `sts:${op}`, resource: summary }];
    const result = await perform(call, { name: "sts", throttle: THROTTLE }, op, parameters, async () => {
      try {
        return { summary, requires, result: await operation(parameters, call) };
      } catch (error) {
        return { summary, requires, error };
      }
    });
    return { op, result };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const requestId = syntheticUuid("request", String(requests));
    // The caller measures its own clock against this: without it a rehearsed time looks like a wrong clock.
    response.sendDate = false;
    response.setHeader("Date", clock.now().toUTCString());
    response.setHeader("x-amzn-RequestId", requestId);
    const body = await readBody(request);
    const target = request.headers["x-amz-target"];
    const service = typeof target === "string" ? serviceOf(target) : undefined;
    const contentType = service?.contentType ?? JSON_1_1;
    try {
      const call = authenticate(request);
      if (typeof target === "string") {
        send(response, 200, contentType, JSON.stringify(await answerJson(request, call, target, body)));
      } else {
        const { op, result } = await answerQuery(call, body);
        send(response, 200, "text/xml", queryAnswer(op, result, requestId));
      }
    } catch (error) {
      if (error instanceof ConnectionReset) {
        request.socket.destroy();
        return;
      }
      const known = error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
      if (typeof target === "string") {
        response.setHeader("x-amzn-errortype", known.code);
        if (service?.queryError !== undefined) response.setHeader("x-amzn-query-error", service.queryError(known));
        const shape = { __type: known.code, message: known.message, Message: known.message, ...known.members };
        send(response, known.status, contentType, JSON.stringify(shape));
      } else {
        send(response, known.status, "text/xml", queryError(known, requestId));
      }
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    identityStore,
    sagemaker,
    ssoAdmin,
    sts,
    sqs,
    callers,
    authorizer,
    usage,
    faults,
    calls,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** What is known of a call as soon as its input is understood. */
type Performed = Pick<LoggedCall, "summary" | "requires">;

class ConnectionReset extends Error {}

function faultError(fault: Fault, throttle: AwsError): Error {
  if (fault === "throttle") return throttle;
  if (fault === "reset") return new ConnectionReset();
  if (fault === "denied") return new AwsError("AccessDenied", "The permission is not known yet", 403);
  return new AwsError("InternalFailure", "The request processing has failed because of an unknown error.", 500);
}

function readInput(body: string): JsonObject {
  let input: unknown;
  try {
    input = parseJson(body === "" ? "{}" : body);
  } catch {
    throw serializationError();
  }
  if (!isObject(input)) throw serializationError();
  return input;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

const STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

function queryAnswer(op: string, result: XmlResult, requestId: string): string {
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `<${op}Response xmlns="${STS_NAMESPACE}"><${op}Result>${xml(result)}</${op}Result>${metadata}</${op}Response>`;
}

/** The query protocol writes some codes without the word Exception. */
function queryError(error: AwsError, requestId: string): string {
  const codes: Record<string, string> = {
    UnrecognizedClientException: "InvalidClientTokenId",
    ThrottlingException: "Throttling",
    ValidationException: "ValidationError",
    ExpiredTokenException: "ExpiredToken",
  };
  const type = error.status < 500 ? "Sender" : "Receiver";
  const detail = xml({ Type: type, Code: codes[error.code] ?? error.code, Message: error.message });
  return `<ErrorResponse xmlns="${STS_NAMESPACE}"><Error>${detail}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function xml(value: XmlResult): string {
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${typeof inner === "string" ? escapeXml(inner) : xml(inner)}</${name}>`)
    .join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
