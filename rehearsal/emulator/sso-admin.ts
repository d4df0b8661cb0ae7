import { z } from "zod";
import type { JsonObject } from "../json";
import type { ApplicationAssignment } from "../world";
import { AwsError } from "./errors";
import { type Operations, operation, type Requirement } from "./operation";
import { page, pagingShape } from "./pages";

const applicationShape = {
  ApplicationArn: z
    .string()
    .regex(/^arn:aws(-[a-z]{1,5}){0,3}:sso::\d{12}:application\/(sso)?ins-[a-zA-Z0-9-.]{16}\/apl-[a-zA-Z0-9]{16}$/),
};

const assignmentShape = {
  ...applicationShape,
  PrincipalId: z
    .string()
    .max(47)
    .regex(/^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/),
  PrincipalType: z.enum(["USER", "GROUP"]),
};

interface Stored extends ApplicationAssignment {
  readonly sequence: number;
}

/** Whether jobs of an application go on as their person after sign-out. */
export type BackgroundSessions = "ENABLED" | "DISABLED";

const sessionShape = {
  ...applicationShape,
  UserBackgroundSessionApplicationStatus: z.enum(["ENABLED", "DISABLED"]).optional(),
};

/** Identity Center's applications: who is assigned to them, and whether they have background sessions. */
export interface SsoAdmin {
  readonly operations: Operations;
  /** Makes an application that nobody is assigned to; one with an assignment exists without it. */
  createApplication(applicationArn: string): void;
  /** `undefined` for an application that does not exist. */
  backgroundSessions(applicationArn: string): BackgroundSessions | undefined;
  assign(assignment: ApplicationAssignment): void;
  isAssigned(applicationArn: string, principalIds: readonly string[]): boolean;
  assignments(): readonly ApplicationAssignment[];
}

/** The part of Identity Center's administration that is about a domain's application. */
export function createSsoAdmin(): SsoAdmin {
  const assignments = new Map<string, Stored>();
  const applications = new Map<string, BackgroundSessions>();
  let sequence = 0;

  const keyOf = (each: ApplicationAssignment) => `${each.applicationArn} ${each.principalType} ${each.principalId}`;
  const read = (input: { ApplicationArn: string; PrincipalId: string; PrincipalType: "USER" | "GROUP" }) => ({
    applicationArn: input.ApplicationArn,
    principalId: input.PrincipalId,
    principalType: input.PrincipalType,
  });
  const write = (each: ApplicationAssignment): JsonObject => ({
    ApplicationArn: each.applicationArn,
    PrincipalId: each.principalId,
    PrincipalType: each.principalType,
  });
  const requires = (action: string, resource: string): Requirement[] => [{ action: `sso:${action}`, resource }];

  /** "User background sessions are enabled by default for supported AWS managed applications." */
  function createApplication(applicationArn: string): void {
    if (!applications.has(applicationArn)) applications.set(applicationArn, "ENABLED");
  }

  function sessionsOf(applicationArn: string): BackgroundSessions {
    const found = applications.get(applicationArn);
    if (found === undefined) throw new AwsError("ResourceNotFoundException", "Application not found");
    return found;
  }

  function assign(assignment: ApplicationAssignment): void {
    createApplication(assignment.applicationArn);
    sequence += 1;
    assignments.set(keyOf(assignment), { ...assignment, sequence });
  }

  const operations: Operations = {
    CreateApplicationAssignment: operation(z.object(assignmentShape), (input) => ({
      summary: input.PrincipalId,
      requires: requires("CreateApplicationAssignment", input.ApplicationArn),
      run: () => {
        // Assigning twice is no mistake in AWS either.
        if (!assignments.has(keyOf(read(input)))) assign(read(input));
        return {};
      },
    })),
    DescribeApplicationAssignment: operation(z.object(assignmentShape), (input) => ({
      summary: input.PrincipalId,
      requires: requires("DescribeApplicationAssignment", input.ApplicationArn),
      run: () => {
        const found = assignments.get(keyOf(read(input)));
        if (found === undefined) throw new AwsError("ResourceNotFoundException", "Application assignment not found");
        return write(found);
      },
    })),
    DeleteApplicationAssignment: operation(z.object(assignmentShape), (input) => ({
      summary: input.PrincipalId,
      requires: requires("DeleteApplicationAssignment", input.ApplicationArn),
      run: () => {
        assignments.delete(keyOf(read(input)));
        return {};
      },
    })),
    ListApplicationAssignments: operation(
      z.object({ ApplicationArn: assignmentShape.ApplicationArn, ...pagingShape }),
      (input) => ({
        summary: input.ApplicationArn,
        requires: requires("ListApplicationAssignments", input.ApplicationArn),
        run: () => {
          const all = [...assignments.values()].filter((each) => each.applicationArn === input.ApplicationArn);
          const { items, next } = page("ListApplicationAssignments", all, input);
          return { ApplicationAssignments: items.map(write), ...next };
        },
      }),
    ),
    GetApplicationSessionConfiguration: operation(z.object(applicationShape), (input) => ({
      summary: input.ApplicationArn,
      requires: requires("GetApplicationSessionConfiguration", input.ApplicationArn),
      run: () => ({ UserBackgroundSessionApplicationStatus: sessionsOf(input.ApplicationArn) }),
    })),
    PutApplicationSessionConfiguration: operation(z.object(sessionShape), (input) => ({
      summary: `${input.ApplicationArn} ${input.UserBackgroundSessionApplicationStatus ?? ""}`.trim(),
      requires: requires("PutApplicationSessionConfiguration", input.ApplicationArn),
      run: () => {
        const before = sessionsOf(input.ApplicationArn);
        applications.set(input.ApplicationArn, input.UserBackgroundSessionApplicationStatus ?? before);
        return {};
      },
    })),
  };

  return {
    operations,
    createApplication,
    backgroundSessions: (applicationArn) => applications.get(applicationArn),
    assign,
    isAssigned: (applicationArn, principalIds) =>
      principalIds.some((principalId) =>
        (["USER", "GROUP"] as const).some((principalType) =>
          assignments.has(keyOf({ applicationArn, principalId, principalType })),
        ),
      ),
    assignments: () => [...assignments.values()],
  };
}
