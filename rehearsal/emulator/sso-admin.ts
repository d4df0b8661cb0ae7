import { z } from "zod";
import type { JsonObject } from "../json";
import type { ApplicationAssignment } from "../world";
import { AwsError } from "./errors";
import { type Operations, operation, type Requirement } from "./operation";
import { page, pagingShape } from "./pages";

const assignmentShape = {
  ApplicationArn: z
    .string()
    .regex(/^arn:aws(-[a-z]{1,5}){0,3}:sso::\d{12}:application\/(sso)?ins-[a-zA-Z0-9-.]{16}\/apl-[a-zA-Z0-9]{16}$/),
  PrincipalId: z
    .string()
    .max(47)
    .regex(/^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/),
  PrincipalType: z.enum(["USER", "GROUP"]),
};

interface Stored extends ApplicationAssignment {
  readonly sequence: number;
}

/** The assignments of users and groups to Identity Center's applications. */
export interface SsoAdmin {
  readonly operations: Operations;
  assign(assignment: ApplicationAssignment): void;
  isAssigned(applicationArn: string, principalIds: readonly string[]): boolean;
  assignments(): readonly ApplicationAssignment[];
}

/** The part of Identity Center's administration that assigns groups to a domain's application. */
export function createSsoAdmin(): SsoAdmin {
  const assignments = new Map<string, Stored>();
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

  function assign(assignment: ApplicationAssignment): void {
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
  };

  return {
    operations,
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
