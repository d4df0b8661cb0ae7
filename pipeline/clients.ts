import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { STSClient } from "@aws-sdk/client-sts";
import { assumedRole } from "../functions/membership/assumed-role";
import { type TerraformRoles, terraformRole } from "../stacks/terraform-role";

/** Nobody waits for these calls but the pipeline, and SageMaker throttles. */
const SETTINGS = {
  maxAttempts: 10,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

/** A place in the config, and as whom Terraform works there. */
export interface Place extends TerraformRoles {
  readonly region: string;
}

/** SageMaker in a studio's account, as whom the stack's provider is there. */
export function sageMaker(place: Place, planOnly: boolean): SageMakerClient {
  return new SageMakerClient(settingsFor(place, planOnly));
}

/** The identity store in Identity Center's account, as whom the stack's provider is there. */
export function identityStoreClient(place: Place, planOnly: boolean): IdentitystoreClient {
  return new IdentitystoreClient(settingsFor(place, planOnly));
}

/** As the provider; without a role, the credentials of the environment do. */
function settingsFor(place: Place, planOnly: boolean) {
  const { region } = place;
  const RoleArn = terraformRole(place, planOnly);
  const sts = new STSClient({ ...SETTINGS, region });
  const credentials = () => assumedRole(sts, { RoleArn, RoleSessionName: "studio-pipeline" });
  return { ...SETTINGS, region, ...(RoleArn && { credentials }) };
}
