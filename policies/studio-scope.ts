/** What the policies of one studio are limited to. */
export interface StudioScope {
  readonly name: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** The domain's id; in a stack, the token that Terraform fills in. */
  readonly domainId: string;
  /** The customer managed key of the domain's volumes, if there is one. */
  readonly kmsKeyArn: string | undefined;
}

/** The ARN of something in the studio's domain, such as `space/<domain>/*`. */
export function domainArn(studio: StudioScope, type: "domain" | "user-profile" | "space" | "app", rest = ""): string {
  return `arn:${studio.partition}:sagemaker:${studio.region}:${studio.accountId}:${type}/${studio.domainId}${rest}`;
}
