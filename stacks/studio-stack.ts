import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Annotations, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  executionRoleArn,
  MANAGED_BY,
  ONBOARDING_PATH,
  onboardingRoleArn,
  partitionOf,
  provisionerRoleName,
  readerRoleName,
  studioStackName,
  sweepRoleArn,
  TAG,
} from "../naming";
import { provisioner } from "../policies/provisioner";
import { readProfiles } from "../policies/read-profiles";
import { policyDocument, type Statement } from "../policies/statement";
import type { StudioScope } from "../policies/studio-scope";
import { executionRoleTrust, functionTrust } from "../policies/trust";
import type { Config, StudioConfig } from "./config/schema";
import { accessGrants } from "./constructs/access-grants";
import { dataLake } from "./constructs/data-lake";
import { directoryGroups } from "./constructs/directory-groups";
import { domain } from "./constructs/domain";
import { existingDomain } from "./constructs/existing-domain";
import { grantedPlaces } from "./constructs/granted-data";
import { noAccessRole } from "./constructs/no-access-role";
import { outsideIdentityCenter } from "./constructs/outside-identity-center";
import { teamRoles } from "./constructs/team-roles";
import { escapeIamVariables } from "./constructs/terraform-json";
import { policyScope } from "./policy-scope";
import { identityCenterProvider, usesAccount } from "./provider";

/** One Studio account and Region: the domain, a role per group and team, and the roles that the functions act through. */
export class StudioStack extends TerraformStack {
  readonly studio: StudioConfig;
  /** Filled in by Terraform. */
  readonly domainId: string;
  /** The domain's application in Identity Center, to which groups are assigned. Filled in by Terraform. */
  readonly applicationArn: string;

  constructor(scope: Construct, studio: StudioConfig, config: Config, planOnly: boolean) {
    super(scope, studioStackName(studio.name));
    usesAccount(this, studio, config, planOnly);
    const { region: home } = config.identityCenter;
    if (studio.region !== home) {
      Annotations.of(this).addWarning(
        `studio ${studio.name} is in ${studio.region}, Identity Center in ${home}: a domain in SSO mode needs an instance in its own Region, which must be replicated there`,
      );
    }
    const partition = partitionOf(studio.region);
    const trust = policyDocument(
      executionRoleTrust({ ...studio, partition, propagatesIdentity: studio.trustedIdentityPropagation !== undefined }),
    );

    const noAccess = noAccessRole(this, studio, trust);
    const studioDomain = studio.existingDomainId
      ? existingDomain(this, studio, studio.existingDomainId)
      : domain(this, studio, noAccess.arn);
    this.studio = studio;
    this.domainId = studioDomain.id;
    this.applicationArn = studioDomain.applicationArn;

    const limits = policyScope(studio, studioDomain);
    teamRoles(this, studio, limits, trust, grantedPlaces(config.studios.flatMap(({ groups }) => groups)));
    if (studio.trustedIdentityPropagation) this.propagatesIdentity(limits, config, planOnly);
    if (studio.outsideIdentityCenter) outsideIdentityCenter(this, limits, studio.outsideIdentityCenter);
    this.functionRole("provisioner", {
      name: provisionerRoleName(studio.name),
      description: "Keeps the user profiles of the Studio domain; assumed by the onboarding function",
      trusted: onboardingRoleArn(config.identityCenter),
      permissions: provisioner(limits, config.deprovisioning.sharedSpaces === "delete"),
      config,
    });
    this.functionRole("reader", {
      name: readerRoleName(studio.name),
      description: "Looks at the user profiles of the Studio domain; assumed by the sweep",
      trusted: sweepRoleArn(config.identityCenter),
      permissions: readProfiles(limits),
      config,
    });

    new TerraformOutput(this, "domain-id", { value: studioDomain.id });
    new TerraformOutput(this, "domain-url", { value: studioDomain.url });
    new TerraformOutput(this, "execution-role-arns", {
      value: Object.fromEntries(studio.groups.map(({ adGroup }) => [adGroup, executionRoleArn(studio, adGroup)])),
    });
  }

  /** What groups reach as their people: granted to the directory's groups, which are looked up where Identity Center is. */
  private propagatesIdentity(scope: StudioScope, { identityCenter }: Config, planOnly: boolean): void {
    const { identityStoreId, instanceArn } = identityCenter;
    const grants = this.studio.groups.some(({ accessGrants, dataLake }) => accessGrants ?? dataLake);
    if (!grants) return;
    const idOf = directoryGroups(this, identityStoreId, identityCenterProvider(this, identityCenter, planOnly));
    accessGrants(this, this.studio, scope, instanceArn, idOf);
    dataLake(this, this.studio, scope, instanceArn, idOf);
  }

  /** A role through which a function of the onboarding stack acts here. */
  private functionRole(id: string, { name, description, trusted, permissions, config }: FunctionRoleProps): void {
    const role = new IamRole(this, id, {
      name,
      path: ONBOARDING_PATH,
      description,
      assumeRolePolicy: policyDocument(functionTrust(config.identityCenter, trusted)),
      tags: { [TAG.managedBy]: MANAGED_BY },
      ...(this.studio.permissionsBoundaryArn && { permissionsBoundary: this.studio.permissionsBoundaryArn }),
    });
    new IamRolePolicy(this, `${id}_profiles`, {
      name: "profiles",
      role: role.name,
      policy: escapeIamVariables(policyDocument(permissions)),
    });
  }
}

interface FunctionRoleProps {
  readonly name: string;
  readonly description: string;
  /** The ARN of the function's own role. */
  readonly trusted: string;
  readonly permissions: readonly Statement[];
  readonly config: Config;
}
