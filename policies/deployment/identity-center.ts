import { partitionOf } from "../../naming";
import { allow, type Needs } from "./needs";
import { namesOf, type Stack } from "./stack";

const ANY_APPLICATION =
  "AWS makes up the id of a domain's application, and which account owns it is not documented; the instance is this one's";

/** The applications of the instance, whoever owns them. */
export function applicationsOf({ place, instanceArn }: Stack) {
  const instance = instanceArn.split("/").at(-1) ?? "";
  const applications = [`arn:${partitionOf(place.region)}:sso::*:application/${instance}/*`];
  return { applications, wildcard: ANY_APPLICATION };
}

/** What `aws_ssoadmin_application_assignment` needs. */
export function applicationAssignments(stack: Stack): Needs {
  const { applications, wildcard } = applicationsOf(stack);
  return {
    read: allow("ReadAssignments", ["sso:DescribeApplicationAssignment"], applications, { wildcard }),
    write: allow(
      "ChangeAssignments",
      ["sso:CreateApplicationAssignment", "sso:DeleteApplicationAssignment"],
      applications,
      { wildcard },
    ),
  };
}

/** The identity stores that the stack looks groups up in, and everything of these kinds in them; nothing without one. */
export function identityStoreArns(
  stack: Stack,
  ...kinds: readonly ("group" | "membership" | "user")[]
): readonly string[] {
  const ids = namesOf(stack, "data.aws_identitystore_group", "identity_store_id");
  if (ids.length === 0) return [];
  const identityStore = `arn:${partitionOf(stack.place.region)}:identitystore:`;
  return [
    ...ids.map((id) => `${identityStore}:*:identitystore/${id}`),
    ...kinds.map((kind) => `${identityStore}::${kind}/*`),
  ];
}

/** What `data.aws_identitystore_group` needs: any group's id by its name. */
export function groups(stack: Stack): Needs {
  return {
    read: allow(
      "FindGroups",
      ["identitystore:DescribeGroup", "identitystore:GetGroupId"],
      identityStoreArns(stack, "group"),
      {
        wildcard:
          "groups are found by name, and their ARNs name no store; the store is named by its id, and may be owned by " +
          "the management account where another one administers it",
      },
    ),
    write: [],
  };
}
