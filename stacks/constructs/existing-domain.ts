import { DataAwsCloudcontrolapiResource } from "@cdktf/provider-aws/lib/data-aws-cloudcontrolapi-resource";
import { Fn, type TerraformStack, Token } from "cdktf";
import { noAccessRoleArn } from "../../naming";
import type { StudioConfig } from "../config/schema";
import type { StudioDomain } from "./studio-domain";

/** What is asked of a domain: a condition as Terraform writes it, and what is wrong where it does not hold. */
interface Assertion {
  readonly condition: string;
  readonly errorMessage: string;
}

/**
 * A domain that somebody else made. It is read and left as it is; one that cannot do what the project relies on fails
 * the plan, one that could be safer warns. Terraform has no data source for domains: Cloud Control describes them, in
 * CloudFormation's words.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-domain.html
 */
export function existingDomain(stack: TerraformStack, studio: StudioConfig, domainId: string): StudioDomain {
  const described = new DataAwsCloudcontrolapiResource(stack, "domain", {
    typeName: "AWS::SageMaker::Domain",
    identifier: domainId,
  });
  const assertion = (expression: string, message: string): Assertion => ({
    condition: `\${${expression}}`,
    errorMessage: `studio ${studio.name}, domain ${domainId}: ${message}`,
  });
  // AWS leaves out what is not set.
  const is = (property: string, value: string, message: string, of = "self") =>
    assertion(`try(jsondecode(${of}.properties).${property}, "") == "${value}"`, message);

  described.lifecycle = {
    postcondition: [
      is("AuthMode", "SSO", "it must be in SSO mode. AWS cannot change that: make a new domain"),
      assertion(
        `try(jsondecode(self.properties).SingleSignOnApplicationArn, "") != ""`,
        "it has no SingleSignOnApplicationArn. AWS assigns groups to domains from before October 2023 in the console only",
      ),
      ...asConfigured(studio).map(({ key, property, value }) =>
        is(property, value, `its ${property} is not ${value}, as ${key} of the config says`),
      ),
      ...(studio.subnetIds
        ? [
            assertion(
              `toset(try(jsondecode(self.properties).SubnetIds, [])) == toset(${JSON.stringify(studio.subnetIds)})`,
              `its SubnetIds are not ${studio.subnetIds.join(", ")}, as subnetIds of the config says`,
            ),
          ]
        : []),
    ],
  };
  // What the domain's owner should mend, and nobody here may: warnings, in every plan.
  const shouldBe = (property: string, value: string, message: string) => is(property, value, message, described.fqn);
  const advice = [
    shouldBe(
      "DefaultUserSettings.ExecutionRole",
      noAccessRoleArn(studio),
      `its default role should be ${noAccessRoleArn(studio)}: who signs in before their profile is made has the default role`,
    ),
    shouldBe(
      "DomainSettings.ExecutionRoleIdentityConfig",
      "USER_PROFILE_NAME",
      "its ExecutionRoleIdentityConfig should be USER_PROFILE_NAME, so that CloudTrail names the person. Set it while no app runs",
    ),
    shouldBe(
      "TagPropagation",
      "ENABLED",
      "its TagPropagation should be ENABLED, so that apps bear the tags of their profile",
    ),
    shouldBe(
      "DefaultUserSettings.DefaultLandingUri",
      "studio::",
      "its DefaultLandingUri should be studio::, because nobody is given Studio Classic's apps",
    ),
  ];
  stack.addOverride("check.domain.assert", advice.map(asTerraform));

  const read = (property: string) =>
    Token.asString(Fn.try([Fn.lookupNested(Fn.jsondecode(described.properties), [property]), ""]));
  return {
    id: domainId,
    url: read("Url"),
    applicationArn: read("SingleSignOnApplicationArn"),
    homeFileSystemId: read("HomeEfsFileSystemId"),
  };
}

/** What the config says of the domain, and must be so. */
function asConfigured({ vpcId, kmsKeyArn, networkAccess }: StudioConfig) {
  return [
    { key: "vpcId", property: "VpcId", value: vpcId },
    { key: "kmsKeyArn", property: "KmsKeyId", value: kmsKeyArn },
    { key: "networkAccess", property: "AppNetworkAccessType", value: networkAccess },
  ].flatMap(({ value, ...rest }) => (value ? [{ ...rest, value }] : []));
}

function asTerraform({ condition, errorMessage }: Assertion) {
  return { condition, error_message: errorMessage };
}
