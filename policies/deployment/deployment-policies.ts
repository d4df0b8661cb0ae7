import { studioStackName } from "../../naming";
import type { Statement } from "../statement";
import { accountPolicies } from "./account-policies";
import { type PipelineConfig, pipelinePolicies } from "./pipeline-policies";
import { type Block, type Place, readBlocks, type Stack } from "./stack";

/** What of a config decides the deployment's permissions. */
export interface DeploymentConfig extends PipelineConfig {
  readonly identityCenter: PipelineConfig["identityCenter"] & Place & { readonly instanceArn: string };
  readonly studios: readonly (PipelineConfig["studios"][number] &
    Place & { readonly name: string; readonly trustedIdentityPropagation?: object | undefined })[];
}

/** A document for IAM. */
export interface DeploymentPolicy {
  /** A name that says whose it is, without an ending. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/**
 * Every policy that a deployment of the stacks needs: for each account one of the role that deploys and one of the role
 * that plans, and those of the pipelines that assume these. What AWS would not take in one document is in several.
 * @param texts - the text of each stack's `cdk.tf.json`, by the stack's name
 * @throws Error for a stack that is not of the config, or a resource of a type that nothing is known of
 */
export function deploymentPolicies(
  config: DeploymentConfig,
  texts: ReadonlyMap<string, string>,
): readonly DeploymentPolicy[] {
  const stacks = [...texts].flatMap(([name, text]): Stack[] => {
    const { instanceArn } = config.identityCenter;
    const propagatesIdentity = config.studios.some(
      (studio) => studio.trustedIdentityPropagation && (name === "onboarding" || studioStackName(studio.name) === name),
    );
    const blocks = readBlocks(text);
    // What a studio's stack looks up in Identity Center, it looks up there.
    const [here, there] = [false, true].map((isThere) => blocks.filter((block) => isElsewhere(block) === isThere));
    return [
      { name, place: placeOf(config, name), instanceArn, propagatesIdentity, blocks: here ?? [] },
      { name, place: config.identityCenter, instanceArn, propagatesIdentity, blocks: there ?? [] },
    ];
  });
  const { deploy, plan, states } = pipelinePolicies(config);
  return [
    ...accountPolicies(stacks).flatMap((account) => [
      ...inFiles(`${account.accountId}-deploy`, account.deploy),
      ...inFiles(`${account.accountId}-plan`, account.plan),
    ]),
    ...inFiles("pipeline-deploy", [deploy]),
    ...inFiles("pipeline-plan", [plan]),
    ...inFiles("states", [states]),
  ];
}

function placeOf({ identityCenter, studios }: DeploymentConfig, stack: string): Place {
  if (stack === "onboarding") return identityCenter;
  const studio = studios.find(({ name }) => studioStackName(name) === stack);
  if (studio === undefined) throw new Error(`${stack} is no stack of the config`);
  return studio;
}

/** Whether a block's provider is that of Identity Center's account. */
function isElsewhere({ arguments: { provider } }: Block): boolean {
  return provider !== undefined;
}

function inFiles(name: string, documents: readonly (readonly Statement[])[]): readonly DeploymentPolicy[] {
  const filled = documents.filter(({ length }) => length > 0);
  return filled.map((statements, index) => ({
    name: filled.length === 1 ? name : `${name}-${index + 1}`,
    statements,
  }));
}
