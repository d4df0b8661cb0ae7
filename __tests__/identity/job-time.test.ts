import { jobTimeLimit } from "../../policies/job-time";
import { type Context, decide } from "../../rehearsal/policy-simulator";
import type { Role } from "../../rehearsal/world";
import { sageMakerActions } from "../policies/service-data";
import { FRAUD, identityScene } from "./scene";

/** How long a job may go on as its person: the page's config says two days. */
const scene = identityScene("docs/identity/background-sessions.yaml");
const TWO_DAYS = 2 * 24 * 60 * 60;
const TYPE: Readonly<Record<string, string>> = {
  CreateHyperParameterTuningJob: "hyper-parameter-tuning-job",
  CreateProcessingJob: "processing-job",
  CreateTrainingJob: "training-job",
};
async function start(role: Role, action: string, seconds: number | undefined): Promise<string> {
  const context: Context = {
    "aws:RequestTag/team": "fraud",
    "aws:TagKeys": ["team"],
    ...(seconds !== undefined && { "sagemaker:MaxRuntimeInSeconds": String(seconds) }),
  };
  const resource = `arn:aws:sagemaker:eu-west-1:444455556666:${TYPE[action]}/x`;
  return (await decide(scene.world, { who: { kind: "role", role }, action: `sagemaker:${action}`, resource, context }))
    .verdict;
}

test.each(Object.keys(TYPE))("nobody starts one that may run longer, or for any time: %s", async (action) => {
  const person = scene.roleOf(FRAUD);
  expect(await start(person, action, TWO_DAYS)).toBe("Allowed");
  // A job starts none by itself; should a policy of the group's own allow it, the same holds.
  for (const role of [person, scene.computeRole("fraud")]) {
    expect(await start(role, action, TWO_DAYS + 1)).toBe("ExplicitlyDenied");
    expect(await start(role, action, undefined)).toBe("ExplicitlyDenied");
  }
});

test("everything that takes a longest time is limited, but what runs on a schedule and so as nobody", async () => {
  const limited = jobTimeLimit(1).flatMap(({ Action }) => Action);
  const taking = (await sageMakerActions()).filter(({ keys }) => keys.includes("sagemaker:MaxRuntimeInSeconds"));
  const others = taking.map(({ name }) => name).filter((name) => !limited.includes(`sagemaker:${name}`));
  expect(limited.map((action) => action.replace("sagemaker:", "")).sort()).toEqual(Object.keys(TYPE));
  expect(others.filter((name) => !/JobDefinition$|MonitoringSchedule$/.test(name))).toEqual([]);
});
