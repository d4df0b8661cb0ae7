import { partitionOf } from "../../naming";
import type { Context } from "../../rehearsal/policy-simulator";
import { minutesOf } from "../../stacks/config/minutes-of";
import type { StudioConfig } from "../../stacks/config/schema";
import type { Question } from "../question";
import { type KnownAction, supports } from "../service-data";

/** A value that the studio prescribes for a condition key, and one that it does not. */
interface Prescribed {
  readonly key: string;
  readonly value: string | readonly string[];
  readonly other: string | readonly string[];
  /** What the key is looked at with. */
  readonly given?: Context;
}

/** The network, the keys and the longest time that a studio prescribes, as far as an action can say them. */
export function prescribedContext(studio: StudioConfig, action: KnownAction): Context {
  return Object.fromEntries(prescribed(studio, action).map(({ key, value }) => [key, value]));
}

/** A request of one's own with what is prescribed, with something else, and with nothing, for each such key. */
export function withoutPrescribed(studio: StudioConfig, action: KnownAction, question: Question): Question[] {
  const { own } = question.asks;
  if (own === undefined) return [];
  return prescribed(studio, action).map(({ key, value, other, given }) => {
    const { [key]: _, ...context } = own.context;
    const rest = { ...context, ...given };
    return {
      on: `${question.on}, by ${key}`,
      asks: {
        own: { ...own, context: { ...rest, [key]: value } },
        anothers: { ...own, context: { ...rest, [key]: other } },
        nobodys: { ...own, context: rest },
      },
    };
  });
}

function prescribed(studio: StudioConfig, { keys }: KnownAction): Prescribed[] {
  const { network, encryption, region, accountId, trustedIdentityPropagation } = studio;
  const longest = 60 * minutesOf(trustedIdentityPropagation?.longestJob ?? "");
  const otherKey = `arn:${partitionOf(region)}:kms:${region}:${accountId}:key/another`;
  const all: Prescribed[] = [
    ...(network
      ? [
          { key: "sagemaker:VpcSubnets", value: network.subnetIds, other: ["subnet-another"] },
          { key: "sagemaker:VpcSecurityGroupIds", value: network.securityGroupIds, other: ["sg-another"] },
        ]
      : []),
    ...(encryption
      ? [
          { key: "sagemaker:VolumeKmsKeyArn", value: encryption.volumeKeyArns[0] ?? "", other: otherKey },
          { key: "sagemaker:OutputKmsKeyArn", value: encryption.outputKeyArns[0] ?? "", other: otherKey },
          {
            key: "sagemaker:FeatureGroupOnlineStoreKmsKeyArn",
            value: encryption.outputKeyArns[0] ?? "",
            other: otherKey,
            given: { "sagemaker:FeatureGroupEnableOnlineStore": "true" },
          },
          {
            key: "sagemaker:FeatureGroupOfflineStoreKmsKeyArn",
            value: encryption.outputKeyArns[0] ?? "",
            other: otherKey,
            given: { "sagemaker:FeatureGroupOfflineStoreConfig": "{}" },
          },
        ]
      : []),
    ...(longest > 0
      ? [{ key: "sagemaker:MaxRuntimeInSeconds", value: String(longest), other: String(longest + 1) }]
      : []),
  ];
  return all.filter(({ key }) => supports(keys, key));
}
