import { z } from "zod";
import { isTagValue, ROLE_TAG, TAG } from "../../naming";
import { ACTIVITY_NAMES, PERSONA_NAMES } from "../../policies/personas";
import { minutesOf } from "./minutes-of";

/** The longest studio name that leaves a role name room for a readable group (64 characters in all). */
const STUDIO_NAME_LIMIT = 24;

/** The studios' domain ids travel in the function's environment, which AWS limits to 4 KB. */
const STUDIO_LIMIT = 50;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html */
const LONGEST_JOB_DAYS = 28;

/** IAM attaches 10 managed policies to a role; one at least is the project's. */
const OWN_POLICY_LIMIT = 9;

const text = (what: string, like: string, valid: (value: string) => boolean) =>
  z.string({ error: ({ input }) => notText(input, what, like) }).refine(valid, {
    error: ({ input }) => `${shown(input)} is not ${what}; expected something like ${like}`,
  });

const matching = (what: string, like: string, pattern: RegExp) =>
  z.string({ error: ({ input }) => notText(input, what, like) }).regex(pattern, {
    error: ({ input }) => `${shown(input)} is not ${what}; expected something like ${like}`,
  });

/** An object whose unknown keys are refused with the list of those it knows. */
const section = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => {
      const known = Object.keys(shape).join(", ");
      if (issue.code === "unrecognized_keys") return `unknown key; known here: ${known}`;
      return issue.input === undefined
        ? `missing; expected a mapping with ${known}`
        : `expected a mapping with ${known}`;
    },
  });

const listOf = <Item extends z.ZodType>(item: Item, what: string, most: number) =>
  z
    .array(item, { error: ({ input }) => `${input === undefined ? "missing; " : ""}expected a list of ${what}` })
    .min(1, { error: `an empty list; expected at least one of ${what}` })
    .max(most, { error: `more than ${most} of ${what}` });

const interval = matching(
  "an interval",
  '"1 hour" or "30 minutes"',
  /^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$/,
);

const accountId = matching("an account id", '"111122223333" (12 digits, in quotes)', /^[0-9]{12}$/);
const region = matching("a Region", "eu-west-1", /^[a-z]{2}(-[a-z]+)+-[1-9]$/);
const tagValue = (what: string) =>
  text(
    what,
    "fraud (1 to 256 letters, digits, spaces and _ . : / = + - @)",
    (value) => isTagValue(value) && isTrimmed(value),
  );

const keyArn = matching(
  "the ARN of a KMS key",
  "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]+$/,
);

const policyArn = matching(
  "the ARN of an IAM policy",
  "arn:aws:iam::444455556666:policy/studio-boundary",
  /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
);

const roleArn = matching(
  "the ARN of an IAM role",
  "arn:aws:iam::444455556666:role/studio-deploy",
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
);

/** Whom Terraform works as in an account. Without these it uses the credentials that it is run with. */
const TERRAFORM_ROLES = {
  deployRoleArn: roleArn
    .optional()
    .describe("The role of this account that Terraform assumes, so that one pipeline serves many accounts."),
  planRoleArn: roleArn
    .optional()
    .describe("The role that it assumes instead where STUDIO_PLAN_ONLY is true: one that can only read."),
};

const domainId = (like: string) => matching("the id of a SageMaker domain", like, /^d-(-*[a-z0-9]){1,61}$/);

const subnetIds = listOf(
  matching("a subnet id", "subnet-0123456789abcdef0", /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/),
  "subnet ids",
  16,
);

const securityGroupIds = listOf(
  matching("a security group id", "sg-0123456789abcdef0", /^sg-([0-9a-f]{8}|[0-9a-f]{17})$/),
  "security group ids",
  5,
);

const s3Location = matching(
  "a place in S3",
  "s3://acme-fraud-data or s3://acme-fraud-data/curated/",
  /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w!.()'=+,:@&;/-]*)?(\/\*)?$/,
);

const glueName = (what: string, like: string) => matching(what, like, /^[a-z0-9_-]{1,255}$/);

const accessGrant = section({
  location: s3Location.describe("A bucket, or a part of one, that Access Grants is told of."),
  prefix: matching(
    "a folder",
    "curated/ (letters, digits and !-_.()'=+,:@&;/)",
    /^[\w!.()'=+,:@&;-][\w!.()'=+,:@&;/-]{0,900}(\/\*)?$/,
  )
    .optional()
    .describe("What of the location is granted; all of it, if not given."),
  permission: z.enum(["READ", "WRITE", "READWRITE"], { error: "expected READ, WRITE or READWRITE" }),
});

const tablesOf = {
  database: glueName("the name of a Glue database", "fraud_features"),
  tables: listOf(glueName("the name of a table", "transactions"), "table names", 50)
    .optional()
    .describe("All of the database's, if not given."),
  columns: listOf(glueName("the name of a column", "amount"), "column names", 500)
    .optional()
    .describe("Of one table: all of them, if not given. They can only be read."),
  permissions: listOf(
    z.enum(["SELECT", "DESCRIBE", "INSERT", "DELETE", "ALTER"], {
      error: "expected SELECT, DESCRIBE, INSERT, DELETE or ALTER",
    }),
    "Lake Formation permissions",
    5,
  )
    .optional()
    .describe("SELECT and DESCRIBE, if not given; of columns, SELECT alone."),
};

const dataLake = section({
  ...tablesOf,
  also: listOf(section(tablesOf), "databases, each with its tables", 50)
    .optional()
    .describe("Further databases, or tables of which other columns are granted."),
  workgroup: section({
    results: s3Location.describe(
      "Where the group's Athena workgroup writes results: each person's under their own id.",
    ),
  }),
});

const group = section({
  adGroup: text(
    "a group's display name",
    "ML Fraud Scientists (1 to 1,024 characters, exactly as in Identity Center, no space around it, nothing invisible, no ${ or %{)",
    // Terraform would evaluate what stands in ${} or %{}, CDKTF what names a token; and nobody sees what is not printed.
    (value) => value.length <= 1024 && isTrimmed(value) && !/\p{C}|\uFFFD|[$%]\{|TfToken\[/u.test(value),
  ).describe("The group's display name in IAM Identity Center, exactly."),
  team: tagValue("a team").describe("The value of the team tag, on the role, the profiles and what they make."),
  persona: z
    .enum(PERSONA_NAMES, { error: `expected one of ${PERSONA_NAMES.join(", ")}` })
    .optional()
    .describe("A ready-made list of activities."),
  activities: listOf(
    z.enum(ACTIVITY_NAMES, { error: `expected one of ${ACTIVITY_NAMES.join(", ")}` }),
    "activities",
    ACTIVITY_NAMES.length,
  )
    .optional()
    .describe("Instead of a persona: what exactly the group may do."),
  buckets: listOf(
    matching(
      "a bucket's name",
      "acme-fraud-data (the name alone, no ARN)",
      /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    ),
    "bucket names",
    20,
  )
    .optional()
    .describe("S3 buckets that the group's role may read and write; a viewer's, only read."),
  keys: listOf(keyArn, "KMS key ARNs", 20).optional().describe("The KMS keys that these buckets are encrypted with."),
  repositories: listOf(
    matching(
      "the name of an ECR repository",
      "fraud/training (the name alone, no ARN)",
      /^(?=.{2,256}$)[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
    ),
    "repository names",
    20,
  )
    .optional()
    .describe("ECR repositories of the studio's account that the group pulls from and pushes to."),
  databases: listOf(
    matching("the name of a Glue database", "fraud_features", /^[a-z0-9_-]{1,255}$/),
    "database names",
    20,
  )
    .optional()
    .describe("Glue databases of the studio's account whose tables the group reads and keeps."),
  managedPolicyArns: listOf(policyArn, "policy ARNs", OWN_POLICY_LIMIT)
    .optional()
    .describe("Managed policies of your own for the group's role. The guardrails and the boundary hold for them too."),
  accessGrants: listOf(accessGrant, "grants", 50)
    .optional()
    .describe("With trusted identity propagation: places in S3 that the group's people reach as themselves."),
  dataLake: dataLake
    .optional()
    .describe("With trusted identity propagation: tables that the group's people query in Athena as themselves."),
});

const studio = section({
  name: matching(
    "a studio's name",
    `research (1 to ${STUDIO_NAME_LIMIT} lower-case letters, digits and single hyphens, beginning with a letter)`,
    new RegExp(`^(?=.{1,${STUDIO_NAME_LIMIT}}$)[a-z](-?[a-z0-9])*$`),
  ).describe("Part of the stack's, the domain's and every role's name. Renaming it replaces them all."),
  accountId: accountId.describe("The account of the Studio domain."),
  region: region.describe("The Region of the Studio domain."),
  ...TERRAFORM_ROLES,
  existingDomainId: domainId("d-abcdef012345")
    .optional()
    .describe("A domain that exists already: it is left as it is, and its groups, roles and profiles are managed."),
  takeOver: z
    .boolean({ error: "expected true or false" })
    .optional()
    .describe(
      "Whether sweeps may change an existing domain's profiles. Until then they only report what they would do.",
    ),
  vpcId: matching("a VPC id", "vpc-0123456789abcdef0", /^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/)
    .optional()
    .describe("The VPC of the domain. Changing it replaces the domain, with everybody's profiles."),
  subnetIds: subnetIds.optional(),
  securityGroupIds: securityGroupIds.optional().describe("Security groups of the apps."),
  kmsKeyArn: keyArn
    .optional()
    .describe(
      "Encrypts the domain's volumes; AWS's own key if not given. Changing it replaces the domain, with all profiles.",
    ),
  networkAccess: z
    .enum(["VpcOnly", "PublicInternetOnly"], { error: "expected VpcOnly or PublicInternetOnly" })
    .default("VpcOnly")
    .describe("Whether the apps reach the internet through your VPC or through SageMaker's own."),
  permissionsBoundaryArn: policyArn
    .optional()
    .describe("The permissions boundary of every role that this project makes in the studio."),
  network: section({ subnetIds, securityGroupIds })
    .optional()
    .describe("Jobs, models and endpoints must run in these subnets and with these security groups."),
  encryption: section({
    volumeKeyArns: listOf(keyArn, "KMS key ARNs", 5),
    outputKeyArns: listOf(keyArn, "KMS key ARNs", 5),
  })
    .optional()
    .describe("Jobs and endpoints must encrypt their volumes, and what they write, with one of these keys."),
  outsideIdentityCenter: section({
    domainId: domainId("d-0123456789ab").describe(
      "The domain in IAM mode that these people use: AWS opens a domain in SSO mode for nobody else.",
    ),
    samlProviderArns: listOf(
      matching(
        "the ARN of a SAML provider",
        "arn:aws:iam::444455556666:saml-provider/corporate",
        /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/[\w._-]{1,128}$/,
      ),
      "SAML provider ARNs",
      5,
    )
      .optional()
      .describe("Identity providers of federated roles: the outputs then hold what those roles' trust policies need."),
  })
    .optional()
    .describe("Makes policies for people with profiles made by hand: IAM users and federated sessions."),
  trustedIdentityPropagation: section({
    accessGrantsInstanceArn: matching(
      "the ARN of an S3 Access Grants instance",
      "arn:aws:s3:eu-west-1:444455556666:access-grants/default",
      /^arn:aws[a-z-]*:s3:[a-z0-9-]+:\d{12}:access-grants\/default$/,
    )
      .optional()
      .describe("The account's own instance, where somebody else keeps it; otherwise one is made for `accessGrants`."),
    lakeFormationApplicationArn: matching(
      "the ARN of an Identity Center application",
      "arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef",
      /^arn:aws[a-z-]*:sso::\d{12}:application\/(sso)?ins-[a-zA-Z0-9-.]{16}\/apl-[a-zA-Z0-9]{16}$/,
    )
      .optional()
      .describe(
        "Lake Formation's, where it is connected to Identity Center already; otherwise `dataLake` connects it.",
      ),
    longestJob: interval
      .refine((text) => minutesOf(text) <= LONGEST_JOB_DAYS * 24 * 60, {
        error: `expected ${LONGEST_JOB_DAYS} days or fewer, which is SageMaker's own limit`,
      })
      .optional()
      .describe("How long a training or processing job may run, and so act as its person after sign-out."),
  })
    .optional()
    .describe("Lets AWS services see the person behind a notebook or a job, and not only the role."),
  groups: listOf(group, "groups", 2000).describe(
    "The AD groups of this studio. Order matters: a person in several of them gets the role of the first listed.",
  ),
});

const deprovisioning = section({
  retainDays: z
    .int({ error: "expected a whole number of days" })
    .min(0, { error: "expected 0 days or more" })
    .max(3650, { error: "expected 3650 days or fewer" })
    .default(7)
    .describe("Days until the spaces and the profile of a person who left every group are removed."),
  sharedSpaces: z
    .enum(["keep", "delete"], { error: "expected keep or delete" })
    .default("keep")
    .describe("What happens to shared spaces that the person owns. Kept, they keep the profile too."),
});

const MAX_REMOVALS = 'expected a whole number or a percentage such as "5%"';

const sweep = section({
  every: interval.default("1 hour").describe("How often what events missed is repaired."),
  maxRemovals: z
    .union([z.int().min(0, { error: MAX_REMOVALS }), z.string().regex(/^(100|[1-9]?\d)%$/, { error: MAX_REMOVALS })], {
      error: MAX_REMOVALS,
    })
    .default(10)
    .describe("A sweep that would remove more people than this stops and raises an alarm."),
});

const word = (what: string, like: string) => text(what, like, (value) => /^[\w.-]{1,90}$/.test(value));

/** Terraform's own names of the settings. Credentials are none of them: they come from where Terraform runs. */
const backend = section({
  s3: section({
    bucket: text("a bucket's name", "acme-terraform-states", (value) =>
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value),
    ),
    region,
    key: text("a folder in the bucket", "sagemaker-studio", (value) =>
      /^(?!\/)(?!.*\.\.)[\w./-]{1,900}(?<!\/)$/.test(value),
    )
      .default("sagemaker-studio")
      .describe("The folder of the states: each stack has a file in it, <key>/<stack>.tfstate."),
    encrypt: z.boolean({ error: "expected true or false" }).default(true),
    kms_key_id: keyArn.optional(),
    use_lockfile: z
      .boolean({ error: "expected true or false" })
      .default(true)
      .describe("A lock beside the state, so that two pipelines never write it at once."),
    dynamodb_table: word("the name of a DynamoDB table", "terraform-locks").optional(),
    role_arn: roleArn.optional().describe("The role through which the bucket is reached: Terraform's assume_role."),
  }).optional(),
  remote: section({
    hostname: word("a host name", "app.terraform.io").default("app.terraform.io"),
    organization: word("an organization's name", "acme"),
    workspaces: section({
      prefix: text("the beginning of the workspaces' names", "sagemaker-", (value) =>
        /^[\w-]{1,60}$/.test(value),
      ).describe("Each stack has a workspace of its own, <prefix><stack>."),
    }),
  }).optional(),
});

const terraform = section({
  awsProviderVersion: matching(
    "a version constraint",
    '"~> 6.33"',
    /^(~>|>=|<=|=|!=|>|<)?\s*\d+(\.\d+){0,2}(\s*,\s*(~>|>=|<=|=|!=|>|<)?\s*\d+(\.\d+){0,2})*$/,
  )
    .default("~> 6.33")
    .describe("The version of Terraform's AWS provider, as Terraform writes constraints."),
  backend: backend.prefault({}).describe("Where the states are: s3, remote (HCP Terraform), or else a file here."),
});

const functions = section({
  runtime: matching(
    "a Node.js runtime of AWS Lambda that is not deprecated",
    "nodejs24.x",
    /^nodejs(2[2-9]|[3-9]\d)\.x$/,
  )
    .default("nodejs24.x")
    .describe("The runtime of the functions."),
});

const notifications = section({
  alarmTopicArn: matching(
    "the ARN of an SNS topic",
    "arn:aws:sns:eu-west-1:111122223333:studio-alarms",
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  )
    .nullable()
    .default(null)
    .describe("Where alarms go. Without it they are only seen in CloudWatch."),
});

const RESERVED_TAGS: readonly string[] = [...Object.values(TAG), ...Object.values(ROLE_TAG)].map((key) =>
  key.toLowerCase(),
);

/** AWS allows 50 tags; a role's own are five. */
const TAG_LIMIT = 40;

const tags = z
  .record(
    text(
      "a tag key",
      "cost-center (1 to 128 letters, digits, spaces and _ . : / = + - @; none of aws:…, studio:…, team, studiouserid)",
      (key) =>
        key !== "" &&
        key.length <= 128 &&
        isTagValue(key) &&
        !/^(aws|studio):/i.test(key) &&
        !RESERVED_TAGS.includes(key.toLowerCase()),
    ),
    tagValue("a tag's value"),
    {
      error: (issue) =>
        issue.code === "invalid_key" ? issue.issues[0]?.message : "expected a mapping of tag keys to values",
    },
  )
  .refine((given) => Object.keys(given).length <= TAG_LIMIT, { error: `more than ${TAG_LIMIT} tags` })
  .refine((given) => new Set(Object.keys(given).map((key) => key.toLowerCase())).size === Object.keys(given).length, {
    error: "two keys that differ by case alone: IAM takes them for the same",
  })
  .default({})
  .describe("Tags on everything that Terraform makes.");

/** The config file's schema: the contract with whoever writes `studio.yaml`. */
export const configSchema = section({
  identityCenter: section({
    accountId: accountId.describe("The account that administers IAM Identity Center."),
    region: region.describe("The home Region of IAM Identity Center."),
    identityStoreId: matching(
      "an identity store id",
      "d-906716eb24",
      /^(d-[0-9a-f]{10}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/,
    ),
    instanceArn: matching(
      "the ARN of an Identity Center instance",
      "arn:aws:sso:::instance/ssoins-1234567890abcdef",
      /^arn:aws[a-z-]*:sso:::instance\/(sso)?ins-[a-zA-Z0-9-.]{16}$/,
    ),
    ...TERRAFORM_ROLES,
    permissionsBoundaryArn: policyArn
      .optional()
      .describe("The permissions boundary of the functions' own roles, in Identity Center's account."),
  }),
  studios: listOf(studio, "studios", STUDIO_LIMIT),
  deprovisioning: deprovisioning.prefault({}),
  sweep: sweep.prefault({}),
  terraform: terraform.prefault({}),
  functions: functions.prefault({}),
  notifications: notifications.prefault({}),
  tags,
});

/** A valid config with every default filled in. */
export type Config = z.output<typeof configSchema>;
/** One studio of the config. */
export type StudioConfig = Config["studios"][number];
/** Where the states are. */
export type BackendConfig = Config["terraform"]["backend"];
/** One group of a studio. */
export type GroupConfig = StudioConfig["groups"][number];

function isTrimmed(value: string): boolean {
  return value !== "" && value === value.trim();
}

function notText(input: unknown, what: string, like: string): string {
  if (input === undefined) return `missing; expected ${what}, like ${like}`;
  return `${shown(input)} is not ${what}; expected a text like ${like}`;
}

function shown(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  return typeof input === "object" && input !== null ? "a mapping" : JSON.stringify(input);
}
