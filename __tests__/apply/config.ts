import { SYNTHETIC_INSTANCE_ID } from "../../rehearsal/synthetic";
import { configSchema } from "../../stacks/config/schema";
import { TERRAFORM_ROLES } from "./ledger";

/** The account that the pipeline runs in, and the states are in: no stack may touch it. */
export const PIPELINE = "222233334444";

/** Identity Center's account and Region. */
export const HOME = { accountId: "111122223333", region: "eu-west-1" } as const;

/** The studios' accounts; one studio is in another Region than Identity Center. */
const RESEARCH = { accountId: "444455556666", region: HOME.region } as const;
const LAB = { accountId: "777788889999", region: "us-east-1" } as const;

/** Every account that a stack is in. */
export const ACCOUNTS = [HOME.accountId, RESEARCH.accountId, LAB.accountId] as const;

export const IDENTITY_STORE = "d-906716eb24";

/** Where the states are. */
export const STATES = { bucket: "acme-terraform-states", region: HOME.region, key: "studios" } as const;

/** The organization's boundary: wider than what any of the roles may do, so that it takes nothing away. */
export const BOUNDARY = {
  name: "studio-boundary",
  arn: `arn:aws:iam::${RESEARCH.accountId}:policy/studio-boundary`,
  document: {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" },
      { Sid: "NoUsers", Effect: "Deny", Action: "iam:*User*", Resource: "*" },
    ],
  },
} as const;

export const ALARM_TOPIC = `arn:aws:sns:${HOME.region}:${HOME.accountId}:studio-alarms`;

/** In both studios. */
export const FRAUD = "ML Fraud Scientists";
/** In the research studio only; its name is changed and cut into a role's. */
export const MLOPS = "ML Platform MLOps";
/** In the lab only; its name has characters that neither roles nor tags take. */
export const MODELS = "Données & Modèles (EU)";

/** The roles that Terraform works as in an account, whoever runs it. */
function terraformRoles(accountId: string) {
  return {
    deployRoleArn: `arn:aws:iam::${accountId}:role/${TERRAFORM_ROLES.deploy}`,
    planRoleArn: `arn:aws:iam::${accountId}:role/${TERRAFORM_ROLES.plan}`,
  };
}

/**
 * Identity Center and two studios, each in an account of its own: one studio with everything that can be set, one with as
 * little as can be.
 */
export const CONFIG = {
  identityCenter: {
    ...HOME,
    ...terraformRoles(HOME.accountId),
    identityStoreId: IDENTITY_STORE,
    instanceArn: `arn:aws:sso:::instance/${SYNTHETIC_INSTANCE_ID}`,
  },
  studios: [
    {
      name: "research",
      ...RESEARCH,
      ...terraformRoles(RESEARCH.accountId),
      vpcId: "vpc-0123456789abcdef0",
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
      securityGroupIds: ["sg-0123456789abcdef0"],
      kmsKeyArn: `arn:aws:kms:${RESEARCH.region}:${RESEARCH.accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
      permissionsBoundaryArn: BOUNDARY.arn,
      groups: [
        { adGroup: MLOPS, team: "platform", persona: "mlops" },
        { adGroup: FRAUD, team: "fraud", persona: "data-scientist", buckets: ["acme-fraud-data"] },
      ],
    },
    {
      name: "lab",
      ...LAB,
      ...terraformRoles(LAB.accountId),
      vpcId: "vpc-0abcdef0123456789",
      subnetIds: ["subnet-0abcdef0123456789"],
      networkAccess: "PublicInternetOnly",
      groups: [
        { adGroup: MODELS, team: "données", persona: "data-scientist" },
        { adGroup: FRAUD, team: "fraud", activities: ["private-spaces"] },
      ],
    },
  ],
  notifications: { alarmTopicArn: ALARM_TOPIC },
  // Version 5.100 of the AWS provider, which some machines have at hand, does not know nodejs24.x.
  functions: { runtime: "nodejs22.x" },
  terraform: {
    backend: { s3: STATES },
    ...(process.env.AWS_PROVIDER_VERSION && { awsProviderVersion: process.env.AWS_PROVIDER_VERSION }),
  },
  tags: { "cost-center": "ml-platform" },
} as const;

/** The AWS provider that the stacks ask for: the environment's, or the config's default. */
export const PROVIDER_VERSION = configSchema.parse(CONFIG).terraform.awsProviderVersion;

/** A group that is added later. */
export const PRICING = {
  adGroup: "ML Pricing Scientists",
  team: "pricing",
  persona: "data-scientist",
  buckets: ["acme-pricing-data"],
} as const;

/** The config with what may change without anybody's being onboarded anew: other tags, and the research studio's network. */
export const CHANGED_CONFIG = {
  ...CONFIG,
  tags: { unit: "ml-platform" },
  studios: CONFIG.studios.map((studio) =>
    studio.name === "research" ? { ...studio, securityGroupIds: ["sg-0fedcba9876543210"] } : studio,
  ),
};

/** And that with {@link PRICING} at the top of the research studio's list. */
export const CONFIG_WITH_PRICING = {
  ...CHANGED_CONFIG,
  studios: CHANGED_CONFIG.studios.map((studio) =>
    studio.name === "research" ? { ...studio, groups: [PRICING, ...studio.groups] } : studio,
  ),
};
