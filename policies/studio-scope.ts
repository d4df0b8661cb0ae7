/** What the policies of one studio are limited to. */
export interface StudioScope {
  readonly name: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** The domain's id; in a stack, the token that Terraform fills in. */
  readonly domainId: string;
  /** The id of the EFS file system with everybody's homes; in a stack, a token too. */
  readonly homeFileSystemId: string;
  /** The customer managed key of the domain's volumes, if there is one. */
  readonly kmsKeyArn: string | undefined;
  /** Where jobs, models and endpoints must run, if that is prescribed. */
  readonly network: StudioNetwork | undefined;
  /** What jobs and endpoints must encrypt with, if that is prescribed. */
  readonly encryption: StudioEncryption | undefined;
  /** How long a job may run at the most, in seconds, if that is limited. */
  readonly longestJob: number | undefined;
}

/** Subnets and security groups. */
export interface StudioNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** KMS keys. */
export interface StudioEncryption {
  /** Of the volumes of jobs and endpoints. */
  readonly volumeKeyArns: readonly string[];
  /** Of what jobs write to S3. */
  readonly outputKeyArns: readonly string[];
}

/** The ARN of something in the studio's domain, such as `space/<domain>/*`. */
export function domainArn(studio: StudioScope, type: "domain" | "user-profile" | "space" | "app", rest = ""): string {
  return sageMakerArn(studio, `${type}/${studio.domainId}${rest}`);
}

/** The ARN of the profile that calls from a Studio app: AWS fills in its name. */
export function ownProfileArn(studio: StudioScope): string {
  return domainArn(studio, "user-profile", "/${sagemaker:UserProfileName}");
}

/** The ARN of something of SageMaker in the studio's account and Region. */
export function sageMakerArn({ partition, region, accountId }: StudioScope, resource: string): string {
  return `arn:${partition}:sagemaker:${region}:${accountId}:${resource}`;
}

/** The ARN of the Access Grants instance: an account has one in a Region, and its name is the same everywhere. */
export function accessGrantsInstanceArn({ partition, region, accountId }: StudioScope): string {
  return `arn:${partition}:s3:${region}:${accountId}:access-grants/default`;
}
