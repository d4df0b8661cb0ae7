import { lend } from "../encryption";
import type { Statement } from "../statement";

/**
 * Use the KMS keys that a group's own buckets are encrypted with.
 * @param writes - whether something new may be encrypted too
 */
export function teamKeys(keyArns: readonly string[], writes: boolean): readonly Statement[] {
  return [
    {
      Sid: "TeamKeys",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey", ...(writes ? ["kms:Encrypt", "kms:GenerateDataKey"] : [])],
      Resource: keyArns,
    },
    ...(writes ? [lend("LendTeamKeys", keyArns)] : []),
  ];
}
