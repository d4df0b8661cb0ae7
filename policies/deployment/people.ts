import { identityStoreArns } from "./identity-center";
import { allow, type Needs } from "./needs";
import { arnIn, blocksOf, namesOf, type Stack } from "./stack";

/**
 * What `npm run plan` and `npm run apply` need besides Terraform, as whom they work: to see who has which role, and what
 * a sweep would do. For a stack with a domain, its profiles; for one that looks groups up, who is in them. A test makes
 * every call of pipeline/people.ts with this.
 */
export function people(stack: Stack): Needs {
  const profiles = profilesOf(stack);
  return {
    read: [
      ...allow(
        "ListProfiles",
        ["sagemaker:ListApps", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
        profiles.length > 0 ? ["*"] : [],
        { wildcard: "AWS knows no resource type for these actions" },
      ),
      ...allow("ReadProfiles", ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"], profiles, {
        wildcard: "profile names follow from user names, and AWS makes up the id of a domain that the stack makes",
      }),
      ...allow(
        "ReadMemberships",
        ["identitystore:DescribeUser", "identitystore:ListGroupMemberships", "identitystore:ListUsers"],
        identityStoreArns(stack, "group", "membership", "user"),
        {
          wildcard:
            "anybody may be in a group, and user, group and membership ARNs name no store; the store is named by its id, " +
            "and may be owned by the management account where another one administers it",
        },
      ),
    ],
    write: [],
  };
}

/** The profiles of the stack's domain: of one that was there before, by its id. */
function profilesOf(stack: Stack): readonly string[] {
  const made = blocksOf(stack, "aws_sagemaker_domain").map(() => "*");
  const existed = namesOf(stack, "data.aws_cloudcontrolapi_resource", "identifier").map((id) => `${id}/*`);
  return [...made, ...existed].map((profiles) => arnIn(stack.place, "sagemaker", `user-profile/${profiles}`));
}
