import { applicationsOf } from "./identity-center";
import { allow, type Needs } from "./needs";
import { blocksOf, type Stack } from "./stack";

/**
 * What `npm run background-sessions` needs, which works as Terraform does: for a stack with a domain, to find it, and for
 * one with assignments, to switch.
 */
export function backgroundSessions(stack: Stack): Needs {
  if (!stack.propagatesIdentity) return { read: [], write: [] };
  const domains = blocksOf(stack, "aws_sagemaker_domain").length > 0;
  const { applications, wildcard } = applicationsOf(stack);
  const switched = blocksOf(stack, "aws_ssoadmin_application_assignment").length > 0 ? applications : [];
  return {
    read: [
      ...allow("FindDomains", ["sagemaker:ListDomains"], domains ? ["*"] : [], {
        wildcard: "a list names what is there, and takes no resource",
      }),
      ...allow("ReadBackgroundSessions", ["sso:GetApplicationSessionConfiguration"], switched, { wildcard }),
    ],
    write: allow("SwitchBackgroundSessions", ["sso:PutApplicationSessionConfiguration"], switched, { wildcard }),
  };
}
