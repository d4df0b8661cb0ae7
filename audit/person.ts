import {
  DescribeUserCommand,
  GetUserIdCommand,
  type IdentitystoreClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-identitystore";
import { profileName } from "../naming";
import { UsageError } from "../scripts/usage-error";

/** Whose doings are asked for. */
export interface Person {
  /** The id in the identity store: it outlives every name. */
  readonly userId: string;
  /** Absent for somebody who is gone and whose name was not given. */
  readonly userName?: string;
  /** The Studio profiles, in lower case: AWS does not tell cases apart. */
  readonly profileNames: readonly string[];
  /** What sessions are called that bear the user name; absent if the name says nothing about the person. */
  readonly sessionName?: string;
}

/** Whom the command line names. */
export interface Named {
  readonly userName?: string | undefined;
  readonly userId?: string | undefined;
  /** Names of profiles besides the one that follows from the user name: adopted ones, and those of a former name. */
  readonly profiles: readonly string[];
}

/** What STS takes as a session's name. */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** Everybody's sessions have this name where a domain does not put the user's into it. */
const STATIC_SESSION_NAME = "sagemaker";

/**
 * The person that the command line names. Nothing is looked up if it gives both name and id.
 * @throws UsageError if nobody has the name, or what AWS answers
 */
export async function personOf(named: Named, identityStoreId: string, client: IdentitystoreClient): Promise<Person> {
  const { userName, userId } = named;
  if (userId !== undefined) return person(userId, userName ?? (await nameOf(userId, identityStoreId, client)), named);
  if (userName === undefined) throw new UsageError("say whose doings are asked for: --user <name> or --user-id <id>");
  const found = await idOf(userName, identityStoreId, client);
  // As the directory spells it: a profile's name depends on the spelling.
  return person(found, (await nameOf(found, identityStoreId, client)) ?? userName, named);
}

/** The names that a person's sessions have. Pure. */
export function person(userId: string, userName: string | undefined, { profiles }: Pick<Named, "profiles">): Person {
  const own = userName === undefined ? [] : [profileName(userName)];
  const sessionName = userName?.toLowerCase();
  return {
    userId,
    ...(userName !== undefined && { userName }),
    profileNames: [...new Set([...own, ...profiles].map((name) => name.toLowerCase()))],
    ...(sessionName !== undefined &&
      SESSION_NAME.test(sessionName) &&
      sessionName !== STATIC_SESSION_NAME && { sessionName }),
  };
}

async function idOf(userName: string, IdentityStoreId: string, client: IdentitystoreClient): Promise<string> {
  try {
    const { UserId } = await client.send(
      new GetUserIdCommand({
        IdentityStoreId,
        AlternateIdentifier: { UniqueAttribute: { AttributePath: "userName", AttributeValue: userName } },
      }),
    );
    if (UserId) return UserId;
  } catch (error) {
    if (!isMissingUser(error)) throw error;
  }
  throw new UsageError(
    `nobody in identity store ${IdentityStoreId} has the user name ${userName}; for somebody who is gone, give --user-id: ` +
      "their profile's tag studio:user-id has it until the profile is removed, and so have CloudTrail's events of the time",
  );
}

async function nameOf(UserId: string, IdentityStoreId: string, client: IdentitystoreClient) {
  try {
    const { UserName } = await client.send(new DescribeUserCommand({ IdentityStoreId, UserId }));
    // Deleted users can linger without a name.
    return UserName || undefined;
  } catch (error) {
    if (isMissingUser(error)) return undefined;
    throw error;
  }
}

/** A store that is not found says nothing about its people. */
function isMissingUser(error: unknown): boolean {
  return error instanceof ResourceNotFoundException && error.ResourceType !== "IDENTITY_STORE";
}
