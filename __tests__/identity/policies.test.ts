import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Context, decide, type Request, type Verdict } from "../../rehearsal/policy-simulator";
import type { World } from "../../rehearsal/world";
import { configOf, synthesize } from "../stacks/synthesize";
import { mistakes } from "../stacks/mistakes";
import { policyDocuments } from "../policies/documents";
import { lint, oversized } from "../policies/lint";
import { EXAMPLE, FRAUD, identityScene, PLATFORM } from "./scene";
