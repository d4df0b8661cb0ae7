import {
  type CloudTrailClient,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
} from "@aws-sdk/client-cloudtrail";
import { UsageError } from "../scripts/usage-error";
import type { Source } from "./not-covered";
import { recordedByAdvanced, recordedByBasic } from "./recorded";

/** A trail, from its ARN. */
export interface Trail {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
}

/** @throws UsageError for what is not the ARN of a trail */
export function trailOf(arn: string): Trail {
  const parts = /^arn:aws[a-z-]*:cloudtrail:([a-z0-9-]+):(\d{12}):trail\/[\w.-]{3,128}$/.exec(arn);
  const [, region, accountId] = parts ?? [];
  if (region === undefined || accountId === undefined) {
    throw new UsageError(
      `--trail ${arn}: expected an ARN like arn:aws:cloudtrail:eu-west-1:111122223333:trail/organization`,
    );
  }
  return { arn, accountId, region };
}

/** What AWS says of a trail, for {@link notCovered}. */
export async function sourceOfTrail({ arn, accountId }: Trail, client: CloudTrailClient): Promise<Source> {
  const [{ Trail: described }, status, selectors] = await Promise.all([
    client.send(new GetTrailCommand({ Name: arn })),
    client.send(new GetTrailStatusCommand({ Name: arn })),
    client.send(new GetEventSelectorsCommand({ TrailName: arn })),
  ]);
  const { AdvancedEventSelectors: advanced = [], EventSelectors: basic = [] } = selectors;
  const { Name, IsMultiRegionTrail, IsOrganizationTrail, HomeRegion } = described ?? {};
  return {
    title: `trail ${Name ?? arn}`,
    recorded: advanced.length > 0 ? recordedByAdvanced(advanced) : recordedByBasic(basic),
    ...(status.IsLogging !== undefined && { isOn: status.IsLogging }),
    ...(IsMultiRegionTrail === false && HomeRegion && { regions: [HomeRegion] }),
    ...(IsOrganizationTrail === false && { accounts: [accountId] }),
  };
}
