import { z } from "zod";

const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const DOMAIN_ID = /^d-(-*[a-z0-9]){1,61}$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;

function pattern(regex: RegExp, max: number) {
  return z
    .string()
    .max(max, `Member must have length less than or equal to ${max}`)
    .regex(regex, `Member must satisfy regular expression pattern: ${regex.source}`);
}

/** The name of a domain, profile, space or app. */
export const resourceName = pattern(NAME, 63);

/** The id of a domain. */
export const domainId = pattern(DOMAIN_ID, 63);

/** The ARN of a role. */
const roleArn = pattern(ROLE_ARN, 2048);

/** The types of apps that SageMaker knows. */
export const appType = z.enum([
  "JupyterServer",
  "KernelGateway",
  "DetailedProfiler",
  "TensorBoard",
  "CodeEditor",
  "JupyterLab",
  "RStudioServerPro",
  "RSessionGateway",
  "Canvas",
]);

/** The settings of a profile, as far as they are looked at here. */
export const userSettings = z.looseObject({
  ExecutionRole: roleArn.optional(),
  StudioWebPortal: z.enum(["ENABLED", "DISABLED"]).optional(),
  SecurityGroups: z.array(z.string()).max(5).optional(),
});

/** How a List operation sorts. */
export const sortShape = {
  SortBy: z.enum(["CreationTime", "LastModifiedTime"]).optional(),
  SortOrder: z.enum(["Ascending", "Descending"]).optional(),
};
