import { ownThings } from "../own-team";
import { runWithOwnRoles } from "../run-with-own-roles";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/**
 * Make models, and keep them in the team's part of the registry.
 *
 * A version of a model group takes no tags of its own and "uses the tags associated with the model group": it is made
 * where the group's tag shows, a package without a group where its own does. Sharing a group with other accounts is an
 * administrator's action.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
 */
export function manageModels(studio: StudioScope): readonly Statement[] {
  return [
    ...ownThings(studio, {
      types: ["model", "model-package", "model-package-group"],
      creates: ["CreateModel", "CreateModelPackage", "CreateModelPackageGroup"],
      uses: [
        "AccessModelPackage",
        "BatchDescribeModelPackage",
        "CreateModelPackage",
        "DeleteModel",
        "DeleteModelPackage",
        "DeleteModelPackageGroup",
        "DescribeModel",
        "DescribeModelPackage",
        "DescribeModelPackageGroup",
        "ListModelPackages",
        "UpdateModelPackage",
      ],
      lists: ["ListModelMetadata", "ListModelPackageGroups", "ListModels"],
    }),
    ...runWithOwnRoles(studio),
  ];
}
