import { readFileSync, rmSync } from "node:fs";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListPoliciesCommand } from "@aws-sdk/client-iam";
import { ListEventSourceMappingsCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { DeleteUserProfileCommand, ListTagsCommand } from "@aws-sdk/client-sagemaker";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { unzipSync } from "fflate";
import { z } from "zod";
import {
  computeRoleArn,
  computeRoleTags,
  executionRoleArn,
  executionRoleTags,
  groupSlug,
  noAccessRoleArn,
  noAccessRoleName,
  ONBOARDING_FUNCTION,
  onboardingRoleArn,
  profileName,
  profileTags,
  provisionerRoleArn,
  readerRoleArn,
  SWEEP_FUNCTION,
  studioStackName,
  sweepRoleArn,
  TAG,
} from "../../naming";
import { bundle } from "../../policies/bundle";
import { deploymentPolicies } from "../../policies/deployment/deployment-policies";
import { guardrails } from "../../policies/guardrails";
import { type ActivityName, COMPUTE, grants, PERSONAS } from "../../policies/personas";
import { provisioner } from "../../policies/provisioner";
import { readProfiles } from "../../policies/read-profiles";
import { policyDocument } from "../../policies/statement";
import type { StudioScope } from "../../policies/studio-scope";
import { teamData } from "../../policies/team-data";
import { executionRoleTrust, functionTrust } from "../../policies/trust";
import { accountOfArn } from "../../rehearsal/emulator/callers";
import type { ApplicationAssignment, FunctionConfig, QueueConfig, Role } from "../../rehearsal/world";
import type { Config } from "../../stacks/config/schema";
import { EVENT_PATTERNS } from "../../stacks/constructs/event-patterns";
import { policyScope } from "../../stacks/policy-scope";
import {
  ACCOUNTS,
  ALARM_TOPIC,
  BOUNDARY,
  CHANGED_CONFIG,
  CONFIG,
  CONFIG_WITH_PRICING,
  FRAUD,
  HOME,
  IDENTITY_STORE,
  MLOPS,
  MODELS,
  PIPELINE,
  PRICING,
  PROVIDER_VERSION,
  STATES,
} from "./config";
import {
  deployedFunction,
  deployedMapping,
  deployedQueue,
  deployedRules,
  given,
  queueAttributes,
  sortedBy,
} from "./deployed";
import { judge } from "./judgement";
import { countedIn } from "./metrics";
import { FUNCTIONS, type Handled } from "./player";
import { recorded } from "./recorded";
import { type SeenProfile, STACKS, type Stage, sha256, startStage } from "./stage";
import { UNUSED } from "./unused-permissions";
import { prepareFolder } from "./workspace";

const MINUTE = 60_000;

/** What asks for a sweep, except by schedule: a deployment that changed the groups, and the onboarding function. */
const SWEEP_REQUEST = { scope: "everyone" };

/** A state for each stack, in the bucket. */
const STATE_FILES = [...STACKS].sort().map((stack) => `${STATES.key}/${stack}.tfstate`);

const NO_CHANGES = { isEmpty: true, changes: {}, after: {}, outputs: [] };

const prepared = prepareFolder(PROVIDER_VERSION);

if ("folder" in prepared) {
  describe(`a real apply, with version ${PROVIDER_VERSION} of the AWS provider`, () => realApply(prepared.folder));
} else if (process.env.CI === "true" || process.env.STUDIO_REQUIRE_TERRAFORM === "1") {
  test("a real apply", () => {
    throw new Error(prepared.missing);
  });
} else {
  process.stderr.write(`The apply test is skipped: ${prepared.missing}\n`);
  test.skip("a real apply", () => undefined);
}

/** One deployment for all of them: every queue costs the provider 25 seconds. Later tests need what earlier ones did. */
function realApply(folder: string): void {
  let stage: Stage;
  const started: Stage[] = [];

  beforeAll(async () => {
    stage = await startStage(folder);
    started.push(stage);
    await stage.deploy(CONFIG);
  }, 10 * MINUTE);

  afterAll(async () => {
    for (const each of started) await each.close();
    rmSync(folder, { recursive: true });
  });

  const url = (output: "queue-url" | "sweep-queue-url" | "dead-letters-url") =>
    String(stage.outputs("onboarding")[output]);
  /** The messages of a queue: seen, taken and delayed. */
  const messagesIn = async (queueUrl: string) => {
    const attributes = await queueAttributes(stage.aws.sqs, queueUrl);
    return ["", "NotVisible", "Delayed"].map((state) => Number(attributes[`ApproximateNumberOfMessages${state}`]));
  };

  /** Nothing is left for later, and nothing was given up. */
  const expectEmptyQueues = async () => {
    for (const queue of ["queue-url", "sweep-queue-url", "dead-letters-url"] as const) {
      expect([queue, ...(await messagesIn(url(queue)))]).toEqual([queue, 0, 0, 0]);
    }
  };

  describe("what came to be", () => {
    test("is what the rehearsal reads in the stacks", async () => {
      const { aws, emulator, roles } = stage;
      const world = stage.world();
      // The document of the boundary is in no stack.
      const found = [...roles.values()].map(({ boundary, ...role }) => ({
        ...role,
        boundary: boundary && { arn: boundary.arn },
      }));
      expect(sortedBy(found.map(byPolicy), ({ arn }) => arn)).toEqual(
        sortedBy([...world.roles.values()].map(byPolicy), ({ arn }) => arn),
      );
      expect(sorted(emulator.sagemaker.domains().map((each) => each.arn))).toEqual(
        sorted(world.domains.map((each) => each.arn)),
      );
      expect(sorted(emulator.ssoAdmin.assignments().map(assigned))).toEqual(sorted(world.assignments.map(assigned)));
      expect(await deployedRules(aws.events)).toEqual(sortedBy(world.rules, ({ name }) => name));
      const urls = [url("dead-letters-url"), url("queue-url"), url("sweep-queue-url")];
      const queues = await Promise.all(urls.map((each) => deployedQueue(aws.sqs, each)));
      const withoutUrl = ({ url: _, ...queue }: QueueConfig) => queue;
      expect(sorted(queues.map(withoutUrl))).toEqual(sorted(world.queues.map(withoutUrl)));
      const functions = world.functions.map(({ name, archive }) =>
        deployedFunction(aws.lambda, { ...HOME, name }, archive),
      );
      expect((await Promise.all(functions)).map(withoutUrls)).toEqual(world.functions.map(withoutUrls));
      const mappings = await Promise.all(FUNCTIONS.map((name) => deployedMapping(aws.lambda, name)));
      expect(sorted(mappings)).toEqual(sorted(world.eventSources));
      expect(stage.invocations).toEqual(world.invocations);
    });

    test("everything in the account of its stack, by that account's own role; the states in the pipeline's", async () => {
      expect(new Set([...ACCOUNTS, PIPELINE]).size).toBe(4);
      const calls = stage.terraformCalls();
      const inAccounts = calls.filter(({ by }) => by === "deploy");
      expect(sorted([...new Set(inAccounts.map(({ accountId }) => accountId))])).toEqual(sorted(ACCOUNTS));
      // Groups and applications are Identity Center's, which says in no ARN of theirs whose account that is.
      const strayed = inAccounts.flatMap(({ accountId, requires }) =>
        requires.filter(({ action, resource }) => {
          const owner = resource.split(":")[4] ?? "";
          return owner !== "" && owner !== accountId && !/^(sso|identitystore):/.test(action);
        }),
      );
      expect(strayed).toEqual([]);
      const ofPipeline = calls.flatMap(({ by, requires }) => (by === "pipeline" ? requires : []));
      const assumed = ofPipeline.filter(({ action }) => action === "sts:AssumeRole").map(({ resource }) => resource);
      const { identityCenter, studios } = stage.config();
      const roles = [identityCenter, ...studios].map(({ deployRoleArn }) => deployRoleArn);
      expect(sorted([...new Set(assumed)])).toEqual(sorted(roles));
      const rest = ofPipeline.map(({ action }) => action).filter((action) => action !== "sts:AssumeRole");
      expect(rest.filter((action) => !action.startsWith("s3:"))).toEqual([]);
      for (const { name, accountId, region } of studios) {
        expect((await stage.domain(name)).DomainArn).toContain(`:${region}:${accountId}:`);
      }
      expect(await stage.states()).toEqual(STATE_FILES);
    });

    test("a role per group, at the ARN that its name leads to", async () => {
      for (const studio of stage.config().studios) {
        const scope = await scopeOf(studio);
        for (const group of studio.groups) {
          const activities = group.activities ?? (group.persona && PERSONAS[group.persona]) ?? [];
          const access = group.persona ?? activities.join();
          const role = stage.roles.get(executionRoleArn(studio, group.adGroup));
          expect(role?.trust).toEqual(document(executionRoleTrust(scope)));
          expect(role?.tags).toEqual({ ...executionRoleTags(studio.name, group), ...CONFIG.tags });
          expect(role?.boundary?.arn).toBe(studio.permissionsBoundaryArn);
          expect(sortedBy(role?.policies ?? [], ({ name }) => name)).toEqual(
            expectedPolicies(scope, access, activities, teamData(scope, group, true)),
          );
        }
      }
    });

    test("a compute role per team, with the data of its groups", async () => {
      for (const studio of stage.config().studios) {
        const scope = await scopeOf(studio);
        for (const team of new Set(studio.groups.map((group) => group.team))) {
          const role = stage.roles.get(computeRoleArn(studio, team));
          const buckets = studio.groups.flatMap((group) => (group.team === team ? (group.buckets ?? []) : []));
          const data = teamData(scope, buckets.length > 0 ? { buckets } : {}, true);
          expect(role?.trust).toEqual(document(executionRoleTrust(scope)));
          expect(role?.tags).toEqual({ ...computeRoleTags(studio.name, team), ...CONFIG.tags });
          expect(role?.boundary?.arn).toBe(studio.permissionsBoundaryArn);
          expect(sortedBy(role?.policies ?? [], ({ name }) => name)).toEqual(
            expectedPolicies(scope, "compute", COMPUTE, data),
          );
        }
      }
    });

    test("the roles that the onboarding works with, and no others", async () => {
      const groups = stage
        .config()
        .studios.flatMap((studio) => [
          ...studio.groups.map(({ adGroup }) => executionRoleArn(studio, adGroup)),
          ...new Set(studio.groups.map(({ team }) => computeRoleArn(studio, team))),
        ]);
      const others = [onboardingRoleArn(HOME), sweepRoleArn(HOME)];
      for (const studio of stage.config().studios) {
        const { DefaultUserSettings } = await stage.domain(studio.name);
        const noAccess = given(DefaultUserSettings?.ExecutionRole, "the domain has no role");
        expect(stage.roles.get(noAccess)).toMatchObject({ name: noAccessRoleName(studio.name), policies: [] });
        const scope = await scopeOf(studio);
        const acting = [
          { arn: provisionerRoleArn(studio), trusted: onboardingRoleArn(HOME), may: provisioner(scope, false) },
          { arn: readerRoleArn(studio), trusted: sweepRoleArn(HOME), may: readProfiles(scope) },
        ];
        for (const { arn, trusted, may } of acting) {
          const role = stage.roles.get(arn);
          expect(role?.trust).toEqual(document(functionTrust(HOME, trusted)));
          expect(role?.policies.map((policy) => policy.document)).toEqual([document(may)]);
          expect(role?.boundary?.arn).toBe(studio.permissionsBoundaryArn);
        }
        others.push(noAccess, ...acting.map(({ arn }) => arn));
      }
      expect(sorted([...stage.roles.keys()])).toEqual(sorted([...groups, ...others]));
    });

    test("a domain per studio, as its config says", async () => {
      const research = await stage.domain("research");
      const { vpcId, subnetIds, securityGroupIds, kmsKeyArn } = stage.studio("research");
      expect(research).toMatchObject({
        DomainName: "research",
        Status: "InService",
        AuthMode: "SSO",
        VpcId: vpcId,
        AppNetworkAccessType: "VpcOnly",
        KmsKeyId: kmsKeyArn,
        TagPropagation: "ENABLED",
        DomainSettings: { ExecutionRoleIdentityConfig: "USER_PROFILE_NAME" },
        DefaultUserSettings: {
          SecurityGroups: securityGroupIds,
          StudioWebPortal: "ENABLED",
          DefaultLandingUri: "studio::",
        },
      });
      expect(sorted(research.SubnetIds ?? [])).toEqual(sorted(subnetIds ?? []));
      const tags = new ListTagsCommand({ ResourceArn: research.DomainArn });
      expect((await stage.in(stage.studio("research")).sageMaker.send(tags)).Tags).toEqual([
        { Key: "cost-center", Value: "ml-platform" },
      ]);
      const lab = await stage.domain("lab");
      expect(lab).toMatchObject({ DomainName: "lab", AuthMode: "SSO", AppNetworkAccessType: "PublicInternetOnly" });
      expect(lab.KmsKeyId).toBeUndefined();
    });

    test("an assignment of every group to its domain's application", async () => {
      const expected: string[] = [];
      for (const { name, groups } of stage.config().studios) {
        const { SingleSignOnApplicationArn } = await stage.domain(name);
        for (const { adGroup } of groups)
          expected.push(`${SingleSignOnApplicationArn} GROUP ${stage.groupId(adGroup)}`);
      }
      const found = stage.emulator.ssoAdmin.assignments();
      expect(sorted(found.map(assigned))).toEqual(sorted(expected));
    });

    test("rules that let hints and the schedule through into encrypted queues, which take from them alone", async () => {
      const { aws } = stage;
      const rules = await deployedRules(aws.events);
      const hints = rules.filter(({ pattern }) => pattern !== undefined);
      const schedules = rules.filter(({ schedule }) => schedule !== undefined);
      const queue = await queueAttributes(aws.sqs, url("queue-url"));
      const sweeps = await queueAttributes(aws.sqs, url("sweep-queue-url"));
      const deadLetters = await queueAttributes(aws.sqs, url("dead-letters-url"));
      expect(hints.map(({ name, pattern }) => [name, pattern])).toEqual(
        sortedBy(Object.entries(EVENT_PATTERNS), ([name]) => name).map(([name, pattern]) => [
          `studio-membership-${name}`,
          pattern,
        ]),
      );
      for (const rule of hints) {
        expect(rule.enabled).toBe(true);
        const target = { arn: queue.QueueArn, input: undefined, deadLetterArn: deadLetters.QueueArn };
        expect(rule.targets).toMatchObject([target]);
      }
      expect(schedules).toMatchObject([
        {
          name: "studio-sweep",
          enabled: true,
          schedule: `rate(${stage.config().sweep.every})`,
          pattern: undefined,
          targets: [
            {
              arn: sweeps.QueueArn,
              input: JSON.stringify({ scope: "everyone", trigger: "schedule" }),
              deadLetterArn: deadLetters.QueueArn,
            },
          ],
        },
      ]);
      const fed = [
        { attributes: queue, by: ONBOARDING_FUNCTION },
        { attributes: sweeps, by: SWEEP_FUNCTION },
      ] as const;
      for (const { attributes, by } of fed) {
        const { Timeout = 0 } = await stage.function(by);
        expect(Number(attributes.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * Timeout);
        expect(json(attributes.RedrivePolicy)).toMatchObject({ deadLetterTargetArn: deadLetters.QueueArn });
      }
      const senders = [
        { attributes: queue, from: hints },
        { attributes: sweeps, from: schedules },
        { attributes: deadLetters, from: rules },
      ];
      for (const { attributes, from } of senders) {
        const { QueueArn, SqsManagedSseEnabled, Policy } = attributes;
        expect(SqsManagedSseEnabled).toBe("true");
        expect(json(Policy)).toMatchObject({
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: ["sqs:SendMessage"],
              Resource: [QueueArn],
              Condition: { ArnEquals: { "aws:SourceArn": from.map(({ arn }) => arn) } },
            },
            { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
          ],
        });
      }
    });

    test.each([
      { name: ONBOARDING_FUNCTION, roleArn: onboardingRoleArn(HOME), queue: "queue-url", gathers: [10, 0] },
      { name: SWEEP_FUNCTION, roleArn: sweepRoleArn(HOME), queue: "sweep-queue-url", gathers: [100, 20] },
    ] as const)("$name, with the groups in its archive, mapped to its queue", async ({ name, roleArn, ...fed }) => {
      const synthesized = stage.world().functions.find((each) => each.name === name);
      const { archive } = given(synthesized, `no function ${name}`);
      const configuration = await stage.function(name);
      expect(configuration).toMatchObject({
        Role: roleArn,
        Runtime: CONFIG.functions.runtime,
        Handler: "index.handler",
        Architectures: ["arm64"],
        CodeSha256: sha256(archive),
        Environment: {
          Variables: {
            IDENTITY_STORE_ID: IDENTITY_STORE,
            MEMBERSHIP_QUEUE_URL: url("queue-url"),
            SWEEP_QUEUE_URL: url("sweep-queue-url"),
          },
        },
      });
      expect(json(configuration.Environment?.Variables?.STUDIO_DOMAIN_IDS)).toEqual({
        research: (await stage.domain("research")).DomainId,
        lab: (await stage.domain("lab")).DomainId,
      });
      const settings = unzipSync(readFileSync(archive))["settings.json"] ?? new Uint8Array();
      expect(json(Buffer.from(settings).toString())).toMatchObject({
        studios: CONFIG.studios.map(({ name, groups }) => ({
          name,
          groups: groups.map(({ adGroup, team }) => ({ adGroup, team })),
        })),
      });
      const { QueueArn } = await queueAttributes(stage.aws.sqs, url(fed.queue));
      const [batchSize, batchingWindowSeconds] = fed.gathers;
      expect(await deployedMapping(stage.aws.lambda, name)).toMatchObject({
        queueArn: QueueArn,
        batchSize,
        batchingWindowSeconds,
        functionArn: configuration.FunctionArn,
        reportsBatchItemFailures: true,
        enabled: true,
      });
    });

    test("logs that are kept for a while, and alarms that tell somebody", async () => {
      expect(await stage.aws.call("logs", "DescribeLogGroups")).toMatchObject({
        logGroups: FUNCTIONS.map((name) => ({ logGroupName: `/aws/lambda/${name}`, retentionInDays: 90 })),
      });
      const answer = z
        .object({ MetricAlarms: z.array(z.looseObject({ AlarmName: z.string() })) })
        .parse(await stage.aws.call("monitoring", "DescribeAlarms"));
      expect(sorted(answer.MetricAlarms.map(({ AlarmName }) => AlarmName))).toEqual([
        "studio-dead-letters",
        "studio-failed-hints",
        "studio-failing-lab",
        "studio-failing-research",
        "studio-function-errors",
        "studio-function-throttles",
        "studio-groups-missing",
        "studio-oldest-message",
        "studio-profiles-ownerless",
        "studio-removal-stalled",
        "studio-removals-withheld",
        "studio-spaces-kept",
        "studio-sweep-errors",
        "studio-sweep-failing-lab",
        "studio-sweep-failing-research",
        "studio-sweep-overdue-lab",
        "studio-sweep-overdue-research",
        "studio-sweep-waiting",
      ]);
      for (const alarm of answer.MetricAlarms) {
        // Where a sweep should have told that it came to its end, silence is what is wrong.
        const TreatMissingData = alarm.AlarmName.startsWith("studio-sweep-overdue") ? "breaching" : "notBreaching";
        expect(alarm).toMatchObject({ AlarmActions: [ALARM_TOPIC], TreatMissingData });
      }
    });

    test("outputs that a person needs", async () => {
      const { DomainId, Url } = await stage.domain("research");
      const studio = stage.studio("research");
      expect(stage.outputs("studio-research")).toEqual({
        "domain-id": DomainId,
        "domain-url": Url,
        "execution-role-arns": Object.fromEntries(
          studio.groups.map(({ adGroup }) => [adGroup, executionRoleArn(studio, adGroup)]),
        ),
      });
      expect(stage.outputs("onboarding")).toMatchObject({
        "function-name": ONBOARDING_FUNCTION,
        "sweep-function-name": SWEEP_FUNCTION,
      });
    });
  });

  test(
    "the deployment asked for one sweep, which found nothing to do",
    async () => {
      expect(stage.invocations).toEqual([{ functionName: SWEEP_FUNCTION, input: { later: true } }]);
      const handled = await stage.play([]);
      expect(handled.map(parsed)).toEqual([{ by: SWEEP_FUNCTION, body: SWEEP_REQUEST }]);
      expect(stage.emulator.sagemaker.profiles()).toEqual([]);
    },
    MINUTE,
  );

  test(
    "hints go through rules and queue to the bundle, and become profiles",
    async () => {
      const ana = stage.join("ana.silva@example.com", FRAUD);
      const bert = stage.join("bert", MLOPS);
      const chen = stage.join("Chén", MODELS);
      const hints = [
        recorded("create-group-membership", ana.userId, stage.groupId(FRAUD)),
        recorded("add-member-to-group", bert.userId, stage.groupId(MLOPS)),
        recorded("notification-membership", chen.userId, stage.groupId(MODELS)),
      ];
      const noHints = [
        recorded("failed-add-member", chen.userId, stage.groupId(MLOPS)),
        recorded("unrelated-call", chen.userId, stage.groupId(MLOPS)),
      ];
      const before = stage.emulator.calls.length;
      const handled = await stage.play([...noHints, ...hints]);
      // Every hint once, whichever rules it matches, and nothing else: these leave nothing to a sweep.
      expect(handled.map(({ by }) => by)).toEqual(hints.map(() => ONBOARDING_FUNCTION));
      const details = handled.map(({ body }) => z.object({ detail: z.unknown() }).parse(json(body)).detail);
      expect(sorted(details)).toEqual(sorted(hints.map(({ Detail }) => json(Detail))));

      expect(await stage.profile("research", ana.userName)).toEqual(memberOf("research", ana, FRAUD));
      expect(await stage.profile("lab", ana.userName)).toEqual(memberOf("lab", ana, FRAUD));
      expect(await stage.profile("research", bert.userName)).toEqual(memberOf("research", bert, MLOPS));
      expect(await stage.profile("lab", chen.userName)).toEqual(memberOf("lab", chen, MODELS));
      expect(stage.emulator.sagemaker.profiles()).toHaveLength(4);
      // The deployed roles allow whatever the functions did.
      expect(stage.emulator.calls.slice(before).filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "a member whose event was lost is found by a sweep, and onboarded",
    async () => {
      const dora = stage.join("dora", FRAUD);
      const before = stage.emulator.calls.length;
      const handled = await stage.play([recorded("scim-patch-group", dora.userId, stage.groupId(FRAUD))]);
      expect(handled.slice(0, 2).map(parsed)).toEqual([
        { by: ONBOARDING_FUNCTION, body: expect.objectContaining({ source: "aws.identitystore-scim" }) },
        { by: SWEEP_FUNCTION, body: SWEEP_REQUEST },
      ]);
      // A sweep reads the studios at once: either may be done first.
      expect(sorted(handled.slice(2).map(parsed))).toEqual(
        sorted(
          ["research", "lab"].map((studio) => ({
            by: ONBOARDING_FUNCTION,
            body: { scope: "user", userId: dora.userId, studio, bySweep: true },
          })),
        ),
      );
      expect(await stage.profile("research", dora.userName)).toEqual(memberOf("research", dora, FRAUD));
      expect(await stage.profile("lab", dora.userName)).toEqual(memberOf("lab", dora, FRAUD));

      // All is as it should be now: the schedule finds nothing to hand on.
      await stage.tick();
      expect((await stage.play([])).map(parsed)).toEqual([
        { by: SWEEP_FUNCTION, body: { scope: "everyone", trigger: "schedule" } },
      ]);
      expect(stage.emulator.sagemaker.profiles()).toHaveLength(6);
      expect(stage.emulator.calls.slice(before).filter(({ outcome }) => outcome !== "ok")).toEqual([]);
      await expectEmptyQueues();
    },
    2 * MINUTE,
  );

  test(
    "who moves to a group of another account's studio is onboarded there, and cut off where they were",
    async () => {
      const gus = stage.join("gus", MLOPS);
      await stage.play([recorded("add-member-to-group", gus.userId, stage.groupId(MLOPS))]);
      expect(await stage.profile("research", gus.userName)).toEqual(memberOf("research", gus, MLOPS));
      const before = stage.emulator.calls.length;

      stage.leave(gus.userName, MLOPS);
      stage.join(gus.userName, MODELS);
      await stage.play([
        recorded("remove-member-from-group", gus.userId, stage.groupId(MLOPS)),
        recorded("add-member-to-group", gus.userId, stage.groupId(MODELS)),
      ]);
      expect(await stage.profile("lab", gus.userName)).toEqual(memberOf("lab", gus, MODELS));
      const left = memberOf("research", gus, MLOPS);
      expect(await stage.profile("research", gus.userName)).toEqual({
        ...left,
        role: noAccessRoleArn(stage.studio("research")),
        portal: "DISABLED",
        tags: { ...left.tags, [TAG.removeAfter]: expect.any(String) },
      });
      // Whether their apps are gone is looked at later: there were none.
      const again = { scope: "user", userId: gus.userId, studio: "research", profile: profileName(gus.userName) };
      expect(stage.delayed().map(json)).toEqual([{ ...again, since: expect.any(String) }]);
      await stage.hasten();
      await stage.play([]);
      expect(stage.delayed()).toEqual([]);
      await expectEmptyQueues();
      // Each account's profiles are that account's own provisioner's doing.
      const writes = stage.emulator.calls.slice(before).filter(({ op }) => /UserProfile$/.test(op) && isWrite(op));
      expect(sorted(writes.map(({ caller, op, outcome }) => `${accountOfArn(caller)} ${op} ${outcome}`))).toEqual(
        sorted([
          `${stage.studio("lab").accountId} CreateUserProfile ok`,
          `${stage.studio("research").accountId} UpdateUserProfile ok`,
        ]),
      );
    },
    2 * MINUTE,
  );

  test(
    "an account that is gone holds up nobody in the other, and what is to be done in it waits until it is back",
    async () => {
      const { emulator } = stage;
      const lost = provisionerRoleArn(stage.studio("lab"));
      emulator.faults.random({
        seed: 1,
        rate: 1,
        kinds: ["denied"],
        only: ({ op, input }) => op === "AssumeRole" && input.RoleArn === lost,
      });
      const hana = stage.join("hana", FRAUD);
      const profiles = emulator.sagemaker.profiles().length;
      const logged = stage.logs.length;
      const handled = await stage.play([recorded("create-group-membership", hana.userId, stage.groupId(FRAUD))]);
      expect(handled).toHaveLength(1);
      expect(await stage.profile("research", hana.userName)).toEqual(memberOf("research", hana, FRAUD));
      expect(emulator.sagemaker.profiles()).toHaveLength(profiles + 1);

      // A message of its own waits for the studio, and for as long as it takes: trying again does not wear it out.
      const [waiting, ...others] = stage.delayed();
      expect(others).toEqual([]);
      const failingSince = expect.any(String);
      expect(json(waiting)).toEqual({ scope: "user", userId: hana.userId, studio: "lab", failingSince });
      await stage.hasten();
      expect((await stage.play([])).map(({ body }) => body)).toEqual([waiting]);
      expect(stage.delayed()).toEqual([waiting]);
      expect(await messagesIn(url("queue-url"))).toEqual([0, 0, 1]);
      expect(await messagesIn(url("dead-letters-url"))).toEqual([0, 0, 0]);
      // The alarm of the studio, and of no other, has something to see.
      expect(countedIn(stage.logs.slice(logged), "studioFailing")).toEqual([
        { studio: "lab", service: ONBOARDING_FUNCTION, studioFailing: 1 },
        { studio: "lab", service: ONBOARDING_FUNCTION, studioFailing: 1 },
      ]);

      emulator.faults.clear();
      await stage.hasten();
      expect((await stage.play([])).map(({ body }) => body)).toEqual([waiting]);
      expect(await stage.profile("lab", hana.userName)).toEqual(memberOf("lab", hana, FRAUD));
      expect(stage.delayed()).toEqual([]);
      await expectEmptyQueues();
    },
    2 * MINUTE,
  );

  test(
    "a second plan changes nothing, and takes no more than the roles that can only read",
    async () => {
      const options = { planOnly: true };
      await stage.workspace.synth(options);
      const plans = await Promise.all(STACKS.map((stack) => stage.workspace.plan(stack, options)));
      expect(plans).toEqual(STACKS.map(() => NO_CHANGES));
      const accounts = stage.terraformCalls().flatMap(({ by, accountId }) => (by === "plan" ? [accountId] : []));
      expect(sorted([...new Set(accounts)])).toEqual(sorted(ACCOUNTS));
    },
    3 * MINUTE,
  );

  test(
    "what changes no group asks for no sweep",
    async () => {
      const invoked = [...stage.invocations];
      const told = await stage.redeploy(CHANGED_CONFIG);
      expect(told.match(/Resources: \d+ added, \d+ changed, \d+ destroyed/g)).toEqual(
        STACKS.map(() => expect.stringMatching(/: 0 added, [1-9]\d* changed, 0 destroyed$/)),
      );
      expect(stage.invocations).toEqual(invoked);
      const { DefaultUserSettings } = await stage.domain("research");
      expect(DefaultUserSettings?.SecurityGroups).toEqual(stage.studio("research").securityGroupIds);
      for (const { tags } of stage.roles.values()) expect(tags).toMatchObject(CHANGED_CONFIG.tags);
    },
    3 * MINUTE,
  );

  test(
    "a new group at the top of the list changes nothing of the others",
    async () => {
      const { workspace, emulator } = stage;
      const slug = groupSlug(PRICING.adGroup);
      stage.configure(CONFIG_WITH_PRICING);
      await workspace.synth();
      const [research, lab] = await Promise.all([
        workspace.plan("studio-research"),
        workspace.plan("studio-lab"),
        // While the directory has no such group nothing is deployed: the name may be misspelt.
        expect(workspace.plan("onboarding")).rejects.toThrow(`data.aws_identitystore_group.group_${slug}`),
      ]);
      emulator.identityStore.createGroup(PRICING.adGroup);
      const onboarding = await workspace.plan("onboarding");
      const created = { actions: ["create"], attributes: expect.anything() };
      const { team } = PRICING;
      const attached = stage.roles.get(executionRoleArn(stage.studio("research"), FRAUD))?.policies ?? [];
      const compute = stage.roles.get(computeRoleArn(stage.studio("research"), "fraud"))?.policies ?? [];
      const attachments = (id: string, policies: typeof attached) =>
        policies
          .filter(({ name }) => name !== "team-data")
          .map(({ name }) => [`aws_iam_role_policy_attachment.${id}_${name.replace("studio-research-", "")}`, created]);
      expect(lab).toEqual(NO_CHANGES);
      expect(research.changes).toEqual({
        [`aws_iam_role.role_${slug}`]: created,
        [`aws_iam_role.compute_${team}`]: created,
        [`aws_iam_role_policy.role_${slug}_team-data`]: created,
        [`aws_iam_role_policy.compute_${team}_team-data`]: created,
        ...Object.fromEntries([...attachments(`role_${slug}`, attached), ...attachments(`compute_${team}`, compute)]),
      });
      expect(research.outputs).toEqual(["execution-role-arns"]);
      const assignment = `aws_ssoadmin_application_assignment.assignment_research_${slug}`;
      const updated = { actions: ["update"], attributes: ["filename", "last_modified", "source_code_hash"] };
      expect(onboarding.changes).toEqual({
        [assignment]: created,
        "aws_lambda_function.onboarding": updated,
        "aws_lambda_function.sweep": updated,
        "aws_lambda_invocation.sweep-after-deployment": {
          actions: ["delete", "create"],
          attributes: ["id", "result", "triggers"],
        },
      });
      expect(onboarding.after[assignment]).toMatchObject({ principal_id: stage.groupId(PRICING.adGroup) });
      expect(onboarding.outputs).toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "the reviewed plan is applied, and whoever is in the new group or joins it gets its role",
    async () => {
      // He joined while nobody listened to events of this group, and is in another one besides, which is listed later.
      const bert = stage.join("bert", PRICING.adGroup);
      const invoked = [...stage.invocations];
      await stage.workspace.apply("studio-research");
      await stage.workspace.apply("onboarding");
      await stage.look();
      expect(stage.invocations).toEqual([...invoked, { functionName: SWEEP_FUNCTION, input: { later: true } }]);
      expect((await stage.play([])).map(parsed)).toEqual([
        { by: SWEEP_FUNCTION, body: SWEEP_REQUEST },
        {
          by: ONBOARDING_FUNCTION,
          body: {
            scope: "user",
            userId: bert.userId,
            studio: "research",
            profile: profileName(bert.userName),
            bySweep: true,
          },
        },
      ]);
      expect(await stage.profile("research", bert.userName)).toEqual(memberOf("research", bert, PRICING.adGroup));

      const emil = stage.join("emil", PRICING.adGroup);
      const hint = recorded("create-group-membership", emil.userId, stage.groupId(PRICING.adGroup));
      expect(await stage.play([hint])).toHaveLength(1);
      expect(await stage.profile("research", emil.userName)).toEqual(memberOf("research", emil, PRICING.adGroup));
    },
    3 * MINUTE,
  );

  test(
    "destroying leaves nothing",
    async () => {
      const { emulator, workspace } = stage;
      // Nobody deletes a domain in which people have profiles, AWS neither: emptying it is a decision of its own.
      for (const { domain, name } of emulator.sagemaker.profiles()) {
        const command = new DeleteUserProfileCommand({ DomainId: domain.id, UserProfileName: name });
        await stage.in(domain).sageMaker.send(command);
      }
      await workspace.cdktf("destroy", "studio-*", "onboarding", "--auto-approve", "--skip-synth");
      await stage.look();
      expect([...stage.roles.keys()]).toEqual([]);
      const places = [HOME, ...stage.config().studios];
      const policies = places.map(async (place) => {
        const { Policies = [] } = await stage.in(place).iam.send(new ListPoliciesCommand({ Scope: "Local" }));
        return Policies.map(({ Arn }) => Arn);
      });
      expect((await Promise.all(policies)).flat()).toEqual([BOUNDARY.arn]);
      for (const aws of places.map((place) => stage.in(place))) {
        expect((await aws.sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
        expect((await aws.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
        expect((await aws.lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings).toEqual([]);
        expect((await aws.events.send(new ListRulesCommand({}))).Rules).toEqual([]);
        expect(await aws.call("logs", "DescribeLogGroups")).toMatchObject({ logGroups: [] });
        expect(await aws.call("monitoring", "DescribeAlarms")).toMatchObject({ MetricAlarms: [] });
      }
      expect(emulator.sagemaker.domains()).toEqual([]);
      expect(emulator.ssoAdmin.assignments()).toEqual([]);
      // The states outlive what they were about; no lock does.
      expect(await stage.states()).toEqual(STATE_FILES);
    },
    3 * MINUTE,
  );

  test("the generated policies allow each role what Terraform did as it, and nothing else without a reason", async () => {
    const policies = deploymentPolicies(stage.config(), stage.texts());
    const where = { accounts: ACCOUNTS, pipeline: PIPELINE };
    const { refused, unused } = await judge(stage.world(), policies, stage.terraformCalls(), where);
    expect({ refused, unused: sorted(unused) }).toEqual({ refused: [], unused: sorted(Object.keys(UNUSED)) });
  });

  /** What the policies of a studio were made for. */
  async function scopeOf(studio: Config["studios"][number]): Promise<StudioScope> {
    const { DomainId: id = "", HomeEfsFileSystemId: homeFileSystemId = "" } = await stage.domain(studio.name);
    return policyScope(studio, { id, homeFileSystemId });
  }

  /** The profile that a member of a group should have. */
  function memberOf(studioName: string, user: { userName: string; userId: string }, adGroup: string): SeenProfile {
    const studio = stage.studio(studioName);
    const { team = "" } = studio.groups.find((group) => group.adGroup === adGroup) ?? {};
    return {
      accountId: studio.accountId,
      status: "InService",
      user: user.userName,
      role: executionRoleArn(studio, adGroup),
      portal: undefined,
      tags: profileTags({ ...user, adGroup, team }),
    };
  }
}

/** The policies of a role that may do these activities, by name. */
function expectedPolicies(
  scope: StudioScope,
  access: string,
  activities: readonly ActivityName[],
  data: ReturnType<typeof teamData>,
): unknown[] {
  // They were put together when Terraform did not know these ids yet.
  const [domainId, homeFileSystemId] = ["${TfToken[TOKEN.0]}", "${TfToken[TOKEN.1]}"];
  const unapplied = { ...scope, domainId, homeFileSystemId };
  const shared = (name: string, parts: Parameters<typeof bundle>[0]) =>
    bundle(parts).map((statements, index) => ({
      name: `${studioStackName(scope.name)}-${name}-${index + 1}`,
      document: JSON.parse(
        policyDocument(statements)
          .replaceAll(domainId, scope.domainId)
          .replaceAll(homeFileSystemId, scope.homeFileSystemId),
      ),
    }));
  const policies = [
    ...shared("guardrails", guardrails(unapplied)),
    ...shared(access, grants(unapplied, activities)),
    ...(data.length > 0 ? [{ name: "team-data", document: document(data) }] : []),
  ];
  return sortedBy(policies, ({ name }) => name);
}

/** What IAM is to hold for these statements. */
function document(statements: Parameters<typeof policyDocument>[0]): unknown {
  return JSON.parse(policyDocument(statements));
}

/** A role with its policies in the order of their names: Terraform attaches them in any. */
function byPolicy<Of extends Pick<Role, "policies">>(role: Of): Of {
  return { ...role, policies: sortedBy(role.policies, ({ name }) => name) };
}

/** What the message says. */
function parsed({ by, body }: Handled): { by: string; body: unknown } {
  return { by, body: json(body) };
}

/** A function but for the URLs of its queues, which lead to wherever it was deployed. */
function withoutUrls({ environment, ...rest }: FunctionConfig): FunctionConfig {
  const { MEMBERSHIP_QUEUE_URL: _, SWEEP_QUEUE_URL: __, ...others } = environment;
  return { ...rest, environment: others };
}

function isWrite(operation: string): boolean {
  return /^(Create|Update|Delete)/.test(operation);
}

function json(text: string | undefined): unknown {
  return JSON.parse(text ?? "null");
}

function assigned({ applicationArn, principalType, principalId }: ApplicationAssignment): string {
  return `${applicationArn} ${principalType} ${principalId}`;
}

/** In an order that depends on nothing but the items. */
function sorted<T>(items: readonly T[]): T[] {
  return sortedBy(items, (item) => JSON.stringify(item));
}
