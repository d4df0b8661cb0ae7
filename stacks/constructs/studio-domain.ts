/** A studio's domain, made here or there before. What Terraform fills in are tokens. */
export interface StudioDomain {
  readonly id: string;
  readonly url: string;
  /** The domain's application in Identity Center, to which groups are assigned. */
  readonly applicationArn: string;
  readonly homeFileSystemId: string;
}
