import type { Statement } from "../statement";
import { domainArn, ownProfileArn, type StudioScope } from "../studio-scope";

/**
 * Connect a desktop editor to one's own spaces. Studio tags every space with the profile that made it.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access-remote-setup.html
 */
export function remoteSessions(studio: StudioScope): readonly Statement[] {
  return [
    {
      Sid: "ConnectToOwnSpaces",
      Effect: "Allow",
      Action: ["sagemaker:StartSession"],
      Resource: [domainArn(studio, "space", "/*")],
      Condition: { StringEquals: { "sagemaker:ResourceTag/sagemaker:user-profile-arn": ownProfileArn(studio) } },
      wildcard: "a space's name is the person's choice; the condition limits it to their own",
    },
  ];
}
