import type { Statement } from "./statement";
import { domainArn, ownProfileArn, type StudioScope } from "./studio-scope";

/** Open Studio's screens: what is in the domain, by name, and one's own profile. */
export function openStudio(studio: StudioScope): readonly Statement[] {
  return [
    {
      Sid: "ListStudio",
      Effect: "Allow",
      Action: ["sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
      Resource: ["*"],
      wildcard: "AWS knows no resource type for these actions, and Studio's screens call them",
    },
    {
      Sid: "DescribeDomain",
      Effect: "Allow",
      Action: ["sagemaker:DescribeDomain"],
      Resource: [domainArn(studio, "domain")],
    },
    {
      // AWS serves presigned URLs in IAM mode only; Studio's screens ask for the permission in SSO mode all the same.
      Sid: "OpenOwnProfile",
      Effect: "Allow",
      Action: ["sagemaker:CreatePresignedDomainUrl", "sagemaker:DescribeUserProfile"],
      Resource: [ownProfileArn(studio)],
    },
    {
      Sid: "DescribeSpacesAndApps",
      Effect: "Allow",
      Action: ["sagemaker:DescribeApp", "sagemaker:DescribeSpace"],
      Resource: [domainArn(studio, "app", "/*"), domainArn(studio, "space", "/*")],
      wildcard: "AWS gives these actions no owner to compare with; they show settings, no content",
    },
  ];
}
