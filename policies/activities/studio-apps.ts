import { openStudio } from "../open-studio";
import { ownThings, TAGS_OWN } from "../own-team";
import type { Statement } from "../statement";
import { domainArn, type StudioScope } from "../studio-scope";

/**
 * Run the apps that hang on one's own profile and not on a space, such as Canvas, and keep the team's image settings.
 * Of such an app AWS sends neither owner nor sharing type: its ARN says whose it is. An app in a space of that name has
 * both, and stays closed.
 */
export function studioApps(studio: StudioScope): readonly Statement[] {
  return [
    ...openStudio(studio),
    {
      Sid: "AppsOfOwnProfile",
      Effect: "Allow",
      Action: ["sagemaker:CreateApp", "sagemaker:DeleteApp"],
      Resource: [domainArn(studio, "app", "/${sagemaker:UserProfileName}/*")],
      Condition: { Null: { "sagemaker:OwnerUserProfileArn": "true", "sagemaker:SpaceSharingType": "true" } },
      wildcard: "an app's type and name are Studio's choice; the profile is one's own",
    },
    {
      Sid: "TagNewApps",
      Effect: "Allow",
      Action: ["sagemaker:AddTags"],
      Resource: [domainArn(studio, "app", "/${sagemaker:UserProfileName}/*")],
      Condition: {
        StringEquals: { "sagemaker:TaggingAction": "CreateApp" },
        StringEqualsIfExists: TAGS_OWN.StringEquals,
      },
      wildcard: "an app's type and name are Studio's choice; only while creating, and only with the own team's tag",
    },
    ...ownThings(studio, {
      types: ["app-image-config"],
      creates: ["CreateAppImageConfig"],
      uses: ["DeleteAppImageConfig", "DescribeAppImageConfig", "UpdateAppImageConfig"],
      lists: ["ListAppImageConfigs"],
    }),
  ];
}
