import { ownThings } from "../own-team";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/** Ask the team's own endpoints. */
export function invokeEndpoints(studio: StudioScope): readonly Statement[] {
  return ownThings(studio, {
    types: [],
    alsoUses: ["endpoint", "inference-component"],
    uses: ["DescribeEndpoint", "InvokeEndpoint", "InvokeEndpointAsync", "InvokeEndpointWithResponseStream"],
    lists: ["ListEndpoints", "ListInferenceComponents"],
  });
}
