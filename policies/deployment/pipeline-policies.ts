import { partitionOf } from "../../naming";
import type { Statement } from "../statement";
import { allow } from "./needs";

/** What a config says of how Terraform is run. */
export interface PipelineConfig {
  readonly identityCenter: TerraformRoles;
  readonly studios: readonly TerraformRoles[];
  readonly terraform: { readonly backend: { readonly s3?: S3Backend | undefined } };
}

interface TerraformRoles {
  readonly deployRoleArn?: string | undefined;
  readonly planRoleArn?: string | undefined;
}

/** As Terraform names the settings. */
interface S3Backend {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly kms_key_id?: string | undefined;
  readonly use_lockfile: boolean;
  readonly dynamodb_table?: string | undefined;
  readonly role_arn?: string | undefined;
}

/** The policies of what runs Terraform, and assumes the roles in the accounts. */
export interface PipelinePolicies {
  /** Of the pipeline that deploys what was reviewed. */
  readonly deploy: readonly Statement[];
  /** Of the pipeline that plans what nobody has reviewed yet: it can change neither accounts nor states. */
  readonly plan: readonly Statement[];
  /** Of the role through which both reach the states, if there is one. */
  readonly states: readonly Statement[];
}

/** What the pipelines themselves need: roles to assume, and the states. */
export function pipelinePolicies({ identityCenter, studios, terraform }: PipelineConfig): PipelinePolicies {
  const places = [identityCenter, ...studios];
  const deployRoles = known(places.map(({ deployRoleArn }) => deployRoleArn));
  // Where an account has no role for plans, Terraform plans as the one that deploys.
  const planRoles = known(places.map(({ deployRoleArn, planRoleArn }) => planRoleArn ?? deployRoleArn));
  const { s3 } = terraform.backend;
  const throughRole = s3?.role_arn;
  const states = (writes: boolean) => {
    if (!s3) return [];
    return throughRole ? allow("ReachStates", ["sts:AssumeRole"], [throughRole]) : stateStatements(s3, writes);
  };
  return {
    deploy: [...allow("AssumeDeployRoles", ["sts:AssumeRole"], deployRoles), ...states(true)],
    plan: [...allow("AssumePlanRoles", ["sts:AssumeRole"], planRoles), ...states(false)],
    states: s3 && throughRole ? stateStatements(s3, true) : [],
  };
}

/**
 * Reads states and locks them, which a plan does too.
 * @param writes - whether the states may be changed
 * @see https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
 */
function stateStatements(s3: S3Backend, writes: boolean): readonly Statement[] {
  const partition = partitionOf(s3.region);
  const bucket = `arn:${partition}:s3:::${s3.bucket}`;
  const states = `${bucket}/${s3.key}/*.tfstate`;
  const locks = `${states}.tflock`;
  const wildcard = "each stack has a state in this folder, and a lock beside it";
  const tables = s3.dynamodb_table ? [`arn:${partition}:dynamodb:${s3.region}:*:table/${s3.dynamodb_table}`] : [];
  return [
    // Without it, S3 does not tell a state that is not there yet from one that may not be read.
    ...allow("ListStates", ["s3:ListBucket"], [bucket]),
    ...allow("ReadStates", ["s3:GetObject"], [states, ...(s3.use_lockfile ? [locks] : [])], { wildcard }),
    ...(writes ? allow("WriteStates", ["s3:PutObject"], [states], { wildcard }) : []),
    ...(s3.use_lockfile ? allow("LockStates", ["s3:DeleteObject", "s3:PutObject"], [locks], { wildcard }) : []),
    ...allow(
      "LockInTable",
      ["dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem"],
      tables,
      {
        wildcard: "the config does not say in which account the table is",
      },
    ),
    ...allow("UseKeyOfStates", ["kms:Decrypt", "kms:GenerateDataKey"], s3.kms_key_id ? [s3.kms_key_id] : []),
  ];
}

function known(arns: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(arns.flatMap((arn) => arn ?? []))].sort();
}
