/** The roles with which Terraform works in an account. */
export interface TerraformRoles {
  readonly deployRoleArn?: string | undefined;
  /** May only read. */
  readonly planRoleArn?: string | undefined;
}

/**
 * The role that is assumed in an account, by the stack's provider and by whatever looks there beside it.
 * @param planOnly - for plans of what nobody has reviewed yet
 * @returns `undefined` where the credentials that Terraform is run with will do
 */
export function terraformRole({ deployRoleArn, planRoleArn }: TerraformRoles, planOnly: boolean): string | undefined {
  return (planOnly ? planRoleArn : undefined) ?? deployRoleArn;
}
