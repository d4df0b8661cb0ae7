/**
 * A policy document as Terraform takes it: IAM's own variables (`${aws:PrincipalTag/team}`) are escaped, because
 * Terraform would read them as its own; its references and CDKTF's tokens have no colon and stay.
 */
export function escapeIamVariables(document: string): string {
  return document.replace(/\$\{(?=[a-z0-9-]+:)/gi, "$$${");
}
