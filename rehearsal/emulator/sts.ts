import { z } from "zod";
import { parseJson } from "../json";
import { type PolicyDocument, parseIdentityPolicy } from "../policy-document";
import type { Role } from "../world";
import type { Authorizer } from "./authorize";
import { accountOf, accountOfArn, type Callers, type Principal, principalArn } from "./callers";
import type { Clock } from "./clock";
import { AwsError, validationError } from "./errors";
import type { Call, Requirement } from "./operation";
import type { Usage } from "./usage";

const assumeRole = z.object({
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: z
    .string()
    .min(2)
    .max(64)
    .regex(/^[\w+=,.@-]*$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  ExternalId: z.string().optional(),
  Policy: z.string().min(1).max(2048).optional(),
  SourceIdentity: z
    .string()
    .min(2)
    .max(64)
    .regex(/^[\w+=,.@-]*$/)
    .optional(),
});

/** An answer of a query-protocol service: nested elements of text. */
export interface XmlResult {
  readonly [element: string]: string | XmlResult;
}

/** A call of the Security Token Service, as its query protocol carries it. */
export type StsOperation = (parameters: Readonly<Record<string, string>>, call: Call) => Promise<XmlResult>;

/** The Security Token Service. */
export interface Sts {
  readonly operations: Readonly<Record<string, StsOperation>>;
}

/** STS over the given roles: a role is taken on only if its trust policy and the caller's own policies say so. */
export function createSts(settings: {
  readonly roles: ReadonlyMap<string, Role>;
  readonly authorizer: Authorizer;
  readonly usage: Usage;
  readonly callers: Callers;
  readonly clock: Clock;
}): Sts {
  const { roles, authorizer, usage, callers, clock } = settings;

  async function authorize(principal: Principal, role: Role, requirement: Requirement): Promise<void> {
    if (principal.kind === "admin") return;
    const decision = await authorizer.mayAssume(principal, role, requirement);
    if (!decision.allowed) throw accessDenied(principal, requirement.action, role.arn);
    for (const grant of decision.grants) usage.note(grant, requirement.action);
  }

  return {
    operations: {
      AssumeRole: async (parameters, { principal }) => {
        const parsed = assumeRole.safeParse(parameters);
        if (!parsed.success) throw validationError(z.prettifyError(parsed.error));
        const { RoleArn, RoleSessionName, DurationSeconds, ExternalId, SourceIdentity, Policy } = parsed.data;
        const role = roles.get(RoleArn);
        if (principal.kind === "role") {
          // AWS does not tell a role that does not exist from one that may not be assumed.
          if (role === undefined) throw accessDenied(principal, "sts:AssumeRole", RoleArn);
          const context = {
            "sts:RoleSessionName": RoleSessionName,
            ...(ExternalId === undefined ? {} : { "sts:ExternalId": ExternalId }),
            ...(SourceIdentity === undefined ? {} : { "sts:SourceIdentity": SourceIdentity }),
            ...Object.fromEntries(Object.entries(role.tags).map(([key, value]) => [`iam:ResourceTag/${key}`, value])),
          };
          await authorize(principal, role, { action: "sts:AssumeRole", resource: RoleArn, context });
          if (SourceIdentity !== undefined) {
            await authorize(principal, role, { action: "sts:SetSourceIdentity", resource: RoleArn, context });
          }
        }
        const session: Principal =
          principal.kind === "admin"
            ? { kind: "admin", accountId: accountOfArn(RoleArn), roleArn: RoleArn, sessionName: RoleSessionName }
            : {
                kind: "role",
                roleArn: RoleArn,
                sessionName: RoleSessionName,
                ...(SourceIdentity === undefined ? {} : { sourceIdentity: SourceIdentity }),
                ...(Policy === undefined ? {} : { policy: sessionPolicy(Policy) }),
              };
        const credentials = callers.issue(session, new Date(clock.now().getTime() + DurationSeconds * 1000));
        return {
          AssumedRoleUser: { AssumedRoleId: `AROAEXAMPLE:${RoleSessionName}`, Arn: principalArn(session) },
          Credentials: {
            AccessKeyId: credentials.accessKeyId,
            SecretAccessKey: credentials.secretAccessKey,
            SessionToken: credentials.sessionToken,
            Expiration: credentials.expiration.toISOString(),
          },
        };
      },
      GetCallerIdentity: async (_parameters, { principal }) => ({
        Arn: principalArn(principal),
        UserId: principal.kind === "role" ? `AROAEXAMPLE:${principal.sessionName}` : "AIDAEXAMPLE",
        Account: accountOf(principal),
      }),
    },
  };
}

/** @throws AwsError as STS refuses what is no policy */
function sessionPolicy(text: string): PolicyDocument {
  try {
    return parseIdentityPolicy(parseJson(text), "Policy");
  } catch {
    throw new AwsError("MalformedPolicyDocument", "The session policy is malformed.");
  }
}

function accessDenied(principal: Principal, action: string, resource: string): AwsError {
  return new AwsError(
    "AccessDenied",
    `User: ${principalArn(principal)} is not authorized to perform: ${action} on resource: ${resource}`,
    403,
  );
}
