import { configSchema } from "../../stacks/config/schema";
import { MOTO_ACCOUNT } from "./moto";

/** Identity Center's account and Region. */
export const HOME = { accountId: MOTO_ACCOUNT, region: "eu-west-1" } as const;

export const IDENTITY_STORE = "d-906716eb24";

/** The organization's boundary: wider than what any of the roles may do, so that it takes nothing away. */
export const BOUNDARY = {
  name: "studio-boundary",
  arn: `arn:aws:iam::${MOTO_ACCOUNT}:policy/studio-boundary`,
  document: {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" },
      { Sid: "NoUsers", Effect: "Deny", Action: "iam:*User*", Resource: "*" },
    ],
  },
} as const;

export const ALARM_TOPIC = `arn:aws:sns:${HOME.region}:${MOTO_ACCOUNT}:studio-alarms`;

/** In both studios. */
export const FRAUD = "ML Fraud Scientists";
/** In the research studio only; its name is changed and cut into a role's. */
export const MLOPS = "ML Platform MLOps";
/** In the lab only; its name has characters that neither roles nor tags take. */
export const MODELS = "Données & Modèles (EU)";

/** Two studios in two Regions: one with everything that can be set, one with as little as can be. */
export const CONFIG = {
  identityCenter: {
    ...HOME,
    identityStoreId: IDENTITY_STORE,
    instanceArn: "arn:aws:sso:::instance/ssoins-1234567890abcdef",
  },
  studios: [
    {
      name: "research",
      ...HOME,
      vpcId: "vpc-0123456789abcdef0",
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
      securityGroupIds: ["sg-0123456789abcdef0"],
      kmsKeyArn: `arn:aws:kms:${HOME.region}:${MOTO_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
      permissionsBoundaryArn: BOUNDARY.arn,
      groups: [
        { adGroup: MLOPS, team: "platform", persona: "mlops" },
        { adGroup: FRAUD, team: "fraud", persona: "data-scientist", buckets: ["acme-fraud-data"] },
      ],
    },
    {
      name: "lab",
      accountId: MOTO_ACCOUNT,
      region: "us-east-1",
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
  terraform: { ...(process.env.AWS_PROVIDER_VERSION && { awsProviderVersion: process.env.AWS_PROVIDER_VERSION }) },
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

/** The config with {@link PRICING} at the top of the research studio's list. */
export const CONFIG_WITH_PRICING = {
  ...CONFIG,
  studios: CONFIG.studios.map((studio) =>
    studio.name === "research" ? { ...studio, groups: [PRICING, ...studio.groups] } : studio,
  ),
};
