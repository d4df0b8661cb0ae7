import type { Statement } from "./statement";
import { domainArn, type StudioScope } from "./studio-scope";

/** Why no profile can be named. */
export const ANY_PROFILE = "profile names follow from user names, which are not known before people join";

/** Look at the profiles of a studio's domain, and at what hangs on them. */
export function readProfiles(studio: StudioScope): readonly Statement[] {
  return [
    {
      Sid: "ListProfiles",
      Effect: "Allow",
      Action: ["sagemaker:ListApps", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
      Resource: ["*"],
      wildcard: "AWS knows no resource type for these actions",
    },
    {
      Sid: "ReadProfiles",
      Effect: "Allow",
      Action: ["sagemaker:DescribeUserProfile", "sagemaker:ListTags"],
      Resource: [domainArn(studio, "user-profile", "/*")],
      wildcard: ANY_PROFILE,
    },
  ];
}
