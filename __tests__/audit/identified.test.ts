import { type Caller, identifiedBy } from "../../audit/identified";
import { ownRoles } from "../../audit/own-roles";
import { person } from "../../audit/person";
import { ALICE } from "./config";

const ROLES = ownRoles([{ name: "research", accountId: "444455556666", region: "eu-west-1" }]);
const WHO = person(ALICE, "alice@example.com", { profiles: ["alice"] });
const BOB = "93f7a2c4-0000-4000-8000-000000000002";

const ownRole = "arn:aws:iam::444455556666:role/studio/research/studio-research.ml-fraud";
const session = (name: string, account = "444455556666") => `arn:aws:sts::${account}:assumed-role/some-role/${name}`;
const own: Caller = { type: "AssumedRole", role: ownRole, caller: session("SageMaker"), sourceIdentity: "alice" };
const service: Caller = { type: "AWSService" };

test.each([
  ["what AWS recorded for the person", { ...own, onBehalfOf: ALICE }, "propagated", "certain"],
  ["a token that a service made for them", { ...service, tokenFor: ALICE }, "propagated", "certain"],
  ["their profile's session", own, "source identity", "likely"],
  ["the name in capitals", { ...own, sourceIdentity: "ALICE" }, "source identity", "likely"],
  ["the name on another role", { ...own, role: "arn:aws:iam::444455556666:role/x" }, "source identity", "claimed"],
  [
    "a session of their name",
    { ...own, caller: session("Alice@example.com"), sourceIdentity: undefined },
    "session",
    "likely",
  ],
  [
    "a session of their name in a profile of another name",
    { ...own, caller: session("alice@example.com"), sourceIdentity: "old-alice" },
    "session",
    "claimed",
  ],
  ["a token for themselves", { ...own, tokenFor: ALICE }, "source identity", "likely"],
  ["a token for somebody else", { ...own, tokenFor: BOB }, "token", "claimed"],
  ["a token that another session asked for", { ...own, sourceIdentity: "bob", tokenFor: ALICE }, "token", "claimed"],
  [
    "a token that a service asked for with a session",
    { ...own, sourceIdentity: undefined, tokenFor: ALICE },
    "token",
    "claimed",
  ],
  [
    "a token from an account without a studio, whatever the session's name",
    { ...own, role: undefined, caller: session("SageMaker", "999988887777"), tokenFor: ALICE },
    "token",
    "claimed",
  ],
] as const)("%s", (_, found: Caller, identified, certainty) => {
  expect(identifiedBy(found, WHO, ROLES)).toEqual({ identified, certainty });
});
