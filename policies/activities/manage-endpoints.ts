import { createOwn, ownThings } from "../own-team";
import { runWithOwnRoles } from "../run-with-own-roles";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/** Deploy models: an endpoint from the team's own configuration, a component on its own endpoint. */
export function manageEndpoints(studio: StudioScope): readonly Statement[] {
  return [
    ...ownThings(studio, {
      types: ["endpoint", "endpoint-config", "inference-component"],
      creates: ["CreateEndpointConfig"],
      uses: [
        // On the configuration and the endpoint that they build on.
        "CreateEndpoint",
        "CreateInferenceComponent",
        "DeleteEndpoint",
        "DeleteEndpointConfig",
        "DeleteInferenceComponent",
        "DescribeEndpoint",
        "DescribeEndpointConfig",
        "DescribeInferenceComponent",
        "UpdateEndpoint",
        "UpdateEndpointWeightsAndCapacities",
        "UpdateInferenceComponent",
        "UpdateInferenceComponentRuntimeConfig",
      ],
      lists: ["ListEndpointConfigs", "ListEndpoints", "ListInferenceComponents"],
    }),
    createOwn(studio, "CreateOwnEndpoints", "CreateEndpoint", "endpoint"),
    createOwn(studio, "CreateOwnComponents", "CreateInferenceComponent", "inference-component"),
    ...runWithOwnRoles(studio),
  ];
}
