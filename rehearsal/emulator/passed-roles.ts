import type { Role } from "../world";
import type { Authorizer } from "./authorize";
import { accountOfArn, type Principal } from "./callers";
import { validationError } from "./errors";
import type { Requirement } from "./operation";
import type { DomainState } from "./studio-state";

/** What SageMaker needs to know of the roles that it is given. */
export interface PassedRoles {
  /** Refuses, as AWS does, a role that is not there or does not let SageMaker in. An administrator's is not looked at. */
  check(principal: Principal, roleArn: string, domain: DomainState, resourceArn: string): Promise<void>;
  /** Whether SageMaker may take on the role under the profile's name, for an app. */
  startsApps(roleArn: string, domain: DomainState, resourceArn: string): Promise<boolean>;
}

/** What the caller must be allowed to do to give a role to SageMaker. */
export function passRole(roleArn: string | undefined): Requirement[] {
  if (roleArn === undefined) return [];
  const context = { "iam:PassedToService": "sagemaker.amazonaws.com" };
  return [{ action: "iam:PassRole", resource: roleArn, context }];
}

/** What a session that SageMaker asks for says of where it comes from: AWS's pages do not agree on it. */
export type SourceKeys = "both" | "account" | "arn";

/**
 * Looks at the roles' trust policies. AWS does not say whether it is the domain's ARN or the resource's that a trust
 * policy sees as `aws:SourceArn`, so both must be let in.
 */
export function createPassedRoles(
  roles: ReadonlyMap<string, Role>,
  authorizer: Authorizer,
  sourceKeys: SourceKeys,
): PassedRoles {
  async function trusts(role: Role, action: string, domain: DomainState, resourceArn: string): Promise<boolean> {
    for (const source of [domain.arn, resourceArn]) {
      const allowed = await authorizer.allowsService(role.trust, {
        service: "sagemaker.amazonaws.com",
        action,
        resource: role.arn,
        context: {
          ...(sourceKeys === "arn" ? {} : { "aws:SourceAccount": domain.accountId }),
          ...(sourceKeys === "account" ? {} : { "aws:SourceArn": source }),
        },
      });
      if (!allowed) return false;
    }
    return true;
  }

  return {
    check: async (principal, roleArn, domain, resourceArn) => {
      if (principal.kind === "admin") return;
      if (accountOfArn(roleArn) !== domain.accountId) throw validationError("Cross-account pass role is not allowed.");
      const role = roles.get(roleArn);
      if (role === undefined || !(await trusts(role, "sts:AssumeRole", domain, resourceArn))) {
        throw validationError(
          `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
        );
      }
    },
    startsApps: async (roleArn, domain, resourceArn) => {
      const role = roles.get(roleArn);
      if (role === undefined || !(await trusts(role, "sts:AssumeRole", domain, resourceArn))) return false;
      const settings = domain.settings.DomainSettings;
      const named =
        typeof settings === "object" &&
        settings !== null &&
        !Array.isArray(settings) &&
        settings.ExecutionRoleIdentityConfig === "USER_PROFILE_NAME";
      return !named || (await trusts(role, "sts:SetSourceIdentity", domain, resourceArn));
    },
  };
}
