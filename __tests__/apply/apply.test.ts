import { readFileSync, rmSync } from "node:fs";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListPoliciesCommand } from "@aws-sdk/client-iam";
import { ListEventSourceMappingsCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { DeleteUserProfileCommand, ListTagsCommand } from "@aws-sdk/client-sagemaker";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { unzipSync } from "fflate";
import { z } from "zod";
import {
  executionRoleArn,
  executionRoleTags,
  groupSlug,
  noAccessRoleName,
  ONBOARDING_FUNCTION,
  onboardingRoleArn,
  profileTags,
  provisionerRoleArn,
  studioStackName,
} from "../../naming";
import { ACTIVITIES, PERSONAS } from "../../policies/personas";
import { provisioner } from "../../policies/provisioner";
import { policyDocument } from "../../policies/statement";
import { teamBuckets } from "../../policies/team-buckets";
import { executionRoleTrust, provisionerTrust } from "../../policies/trust";
import type { ApplicationAssignment } from "../../rehearsal/world";
import { EVENT_PATTERNS } from "../../stacks/constructs/event-patterns";
import {
  ALARM_TOPIC,
  BOUNDARY,
  CONFIG,
  CONFIG_WITH_PRICING,
  FRAUD,
  HOME,
  IDENTITY_STORE,
  MLOPS,
  MODELS,
  PRICING,
  PROVIDER_VERSION,
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
import { recorded } from "./recorded";
import { type SeenProfile, STACKS, type Stage, sha256, startStage } from "./stage";
import { prepareFolder } from "./workspace";

const MINUTE = 60_000;
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

  const queueUrl = () => String(stage.outputs("onboarding")["queue-url"]);
  const deadLettersUrl = () => String(stage.outputs("onboarding")["dead-letters-url"]);

  describe("what came to be", () => {
    test("is what the rehearsal reads in the stacks", async () => {
      const { aws, emulator, roles } = stage;
      const world = stage.world();
      // The document of the boundary is in no stack.
      const found = [...roles.values()].map(({ boundary, ...role }) => ({
        ...role,
        boundary: boundary && { arn: boundary.arn },
      }));
      expect(sortedBy(found, ({ arn }) => arn)).toEqual(sortedBy([...world.roles.values()], ({ arn }) => arn));
      expect(sorted(emulator.sagemaker.domains().map((each) => each.arn))).toEqual(
        sorted(world.domains.map((each) => each.arn)),
      );
      expect(sorted(emulator.ssoAdmin.assignments().map(assigned))).toEqual(sorted(world.assignments.map(assigned)));
      expect(await deployedRules(aws.events)).toEqual(sortedBy(world.rules, ({ name }) => name));
      const queues = await Promise.all([deadLettersUrl(), queueUrl()].map((url) => deployedQueue(aws.sqs, url)));
      expect(queues.map(({ url: _, ...queue }) => queue)).toEqual(world.queues.map(({ url: _, ...queue }) => queue));
      const [synthesized] = world.functions;
      const place = { ...HOME, name: ONBOARDING_FUNCTION };
      expect(await deployedFunction(aws.lambda, place, synthesized?.archive ?? "")).toEqual(synthesized);
      expect([await deployedMapping(aws.lambda, ONBOARDING_FUNCTION)]).toEqual(world.eventSources);
    });

    test("a role per group, at the ARN that its name leads to", async () => {
      for (const studio of stage.config().studios) {
        const { DomainId: domainId = "" } = await stage.domain(studio.name);
        const scope = { ...studio, partition: "aws", domainId, kmsKeyArn: studio.kmsKeyArn };
        for (const group of studio.groups) {
          const activities = group.activities ?? (group.persona && PERSONAS[group.persona]) ?? [];
          const role = stage.roles.get(executionRoleArn(studio, group.adGroup));
          expect(role?.trust).toEqual(document(executionRoleTrust(scope)));
          expect(role?.tags).toEqual({ ...executionRoleTags(group), "cost-center": "ml-platform" });
          expect(role?.boundary?.arn).toBe(studio.permissionsBoundaryArn);
          expect(role?.policies).toEqual([
            ...(group.buckets ? [{ name: "team-buckets", document: document(teamBuckets("aws", group.buckets)) }] : []),
            ...activities.map((name) => ({
              name: `${studioStackName(studio.name)}-${name}`,
              document: document(ACTIVITIES[name](scope)),
            })),
          ]);
        }
      }
    });

    test("the roles that the onboarding works with, and no others", async () => {
      const groups = stage
        .config()
        .studios.flatMap((studio) => studio.groups.map(({ adGroup }) => executionRoleArn(studio, adGroup)));
      const others = [onboardingRoleArn(HOME)];
      for (const studio of stage.config().studios) {
        const { DomainId: domainId = "", DefaultUserSettings } = await stage.domain(studio.name);
        const noAccess = given(DefaultUserSettings?.ExecutionRole, "the domain has no role");
        expect(stage.roles.get(noAccess)).toMatchObject({ name: noAccessRoleName(studio.name), policies: [] });
        const acting = stage.roles.get(provisionerRoleArn(studio));
        const scope = { ...studio, partition: "aws", domainId, kmsKeyArn: studio.kmsKeyArn };
        expect(acting?.trust).toEqual(document(provisionerTrust(HOME)));
        expect(acting?.policies.map((policy) => policy.document)).toEqual([document(provisioner(scope))]);
        expect(acting?.boundary?.arn).toBe(studio.permissionsBoundaryArn);
        others.push(noAccess, provisionerRoleArn(studio));
      }
      expect(sorted([...stage.roles.keys()])).toEqual(sorted([...groups, ...others]));
    });

    test("a domain per studio, as its config says", async () => {
      const research = await stage.domain("research");
      const { vpcId, subnetIds, securityGroupIds, kmsKeyArn, region } = stage.studio("research");
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
      expect(sorted(research.SubnetIds ?? [])).toEqual(sorted(subnetIds));
      const tags = new ListTagsCommand({ ResourceArn: research.DomainArn });
      expect((await stage.aws.sageMaker(region).send(tags)).Tags).toEqual([
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

    test("rules that let hints through into an encrypted queue, which takes from them alone", async () => {
      const { aws } = stage;
      const rules = await deployedRules(aws.events);
      const queue = await queueAttributes(aws.sqs, queueUrl());
      const deadLetters = await queueAttributes(aws.sqs, deadLettersUrl());
      expect(rules.map(({ name, pattern }) => [name, pattern])).toEqual(
        sortedBy(Object.entries(EVENT_PATTERNS), ([name]) => name).map(([name, pattern]) => [
          `studio-membership-${name}`,
          pattern,
        ]),
      );
      for (const rule of rules) {
        expect(rule.enabled).toBe(true);
        expect(rule.targets).toMatchObject([{ arn: queue.QueueArn, deadLetterArn: deadLetters.QueueArn }]);
      }
      const { Timeout = 0 } = await stage.function();
      expect(Number(queue.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * Timeout);
      expect(json(queue.RedrivePolicy)).toMatchObject({ deadLetterTargetArn: deadLetters.QueueArn });
      for (const { QueueArn, SqsManagedSseEnabled, Policy } of [queue, deadLetters]) {
        expect(SqsManagedSseEnabled).toBe("true");
        expect(json(Policy)).toMatchObject({
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: ["sqs:SendMessage"],
              Resource: [QueueArn],
              Condition: { ArnEquals: { "aws:SourceArn": rules.map(({ arn }) => arn) } },
            },
            { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
          ],
        });
      }
    });

    test("the function, with the groups in its archive, mapped to the queue", async () => {
      const { archive } = given(stage.world().functions[0], "no function");
      const configuration = await stage.function();
      expect(configuration).toMatchObject({
        Role: onboardingRoleArn(HOME),
        Runtime: CONFIG.functions.runtime,
        Handler: "index.handler",
        Architectures: ["arm64"],
        CodeSha256: sha256(archive),
        Environment: { Variables: { IDENTITY_STORE_ID: IDENTITY_STORE } },
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
      const { QueueArn } = await queueAttributes(stage.aws.sqs, queueUrl());
      expect(await deployedMapping(stage.aws.lambda, ONBOARDING_FUNCTION)).toMatchObject({
        queueArn: QueueArn,
        functionArn: configuration.FunctionArn,
        reportsBatchItemFailures: true,
        enabled: true,
      });
    });

    test("logs that are kept for a while, and alarms that tell somebody", async () => {
      expect(await stage.aws.call("logs", "DescribeLogGroups")).toMatchObject({
        logGroups: [{ logGroupName: `/aws/lambda/${ONBOARDING_FUNCTION}`, retentionInDays: 90 }],
      });
      const answer = z
        .object({ MetricAlarms: z.array(z.looseObject({ AlarmName: z.string() })) })
        .parse(await stage.aws.call("monitoring", "DescribeAlarms"));
      expect(sorted(answer.MetricAlarms.map(({ AlarmName }) => AlarmName))).toEqual([
        "studio-dead-letters",
        "studio-failed-hints",
        "studio-function-errors",
        "studio-function-throttles",
        "studio-oldest-message",
      ]);
      for (const alarm of answer.MetricAlarms) {
        expect(alarm).toMatchObject({ AlarmActions: [ALARM_TOPIC], TreatMissingData: "notBreaching" });
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
      expect(stage.outputs("onboarding")).toMatchObject({ "function-name": ONBOARDING_FUNCTION });
    });
  });

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
      const bodies = await stage.play([...noHints, ...hints]);
      // Every hint once, whichever rules it matches, and nothing else.
      const details = bodies.map((body) => z.object({ detail: z.unknown() }).parse(json(body)).detail);
      expect(sorted(details)).toEqual(sorted(hints.map(({ Detail }) => json(Detail))));

      expect(await stage.profile("research", ana.userName)).toEqual(memberOf("research", ana, FRAUD));
      expect(await stage.profile("lab", ana.userName)).toEqual(memberOf("lab", ana, FRAUD));
      expect(await stage.profile("research", bert.userName)).toEqual(memberOf("research", bert, MLOPS));
      expect(await stage.profile("lab", chen.userName)).toEqual(memberOf("lab", chen, MODELS));
      expect(stage.emulator.sagemaker.profiles()).toHaveLength(4);
      // The deployed roles allow whatever the function did.
      expect(stage.emulator.calls.slice(before).filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "a second plan changes nothing",
    async () => {
      const plans = await Promise.all(STACKS.map((stack) => stage.workspace.plan(stack)));
      expect(plans).toEqual(STACKS.map(() => NO_CHANGES));
      expect(await stage.workspace.cdktf("plan", "onboarding", "--skip-synth")).toContain("No changes.");
    },
    3 * MINUTE,
  );

  test(
    "a new group at the top of the list changes nothing of the others",
    async () => {
      const { workspace, emulator } = stage;
      const slug = groupSlug(PRICING.adGroup);
      stage.configure(CONFIG_WITH_PRICING);
      await workspace.cdktf("synth");
      // While the directory has no such group nothing is deployed: the name may be misspelt.
      await expect(workspace.plan("onboarding")).rejects.toThrow(`data.aws_identitystore_group.group_${slug}`);
      emulator.identityStore.createGroup(PRICING.adGroup);

      const [research, lab, onboarding] = await Promise.all([
        workspace.plan("studio-research"),
        workspace.plan("studio-lab"),
        workspace.plan("onboarding"),
      ]);
      const created = { actions: ["create"], attributes: expect.anything() };
      const activities = PERSONAS[PRICING.persona];
      expect(lab).toEqual(NO_CHANGES);
      expect(research.changes).toEqual({
        [`aws_iam_role.role_${slug}`]: created,
        [`aws_iam_role_policy.role_${slug}_team-buckets`]: created,
        ...Object.fromEntries(
          activities.map((name) => [`aws_iam_role_policy_attachment.role_${slug}_${name}`, created]),
        ),
      });
      expect(research.outputs).toEqual(["execution-role-arns"]);
      const assignment = `aws_ssoadmin_application_assignment.assignment_research_${slug}`;
      expect(onboarding.changes).toEqual({
        [assignment]: created,
        "aws_lambda_function.onboarding": {
          actions: ["update"],
          attributes: ["filename", "last_modified", "source_code_hash"],
        },
      });
      expect(onboarding.after[assignment]).toMatchObject({ principal_id: stage.groupId(PRICING.adGroup) });
      expect(onboarding.outputs).toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "the reviewed plan is applied, and whoever joins the new group gets its role",
    async () => {
      await stage.workspace.apply("studio-research");
      await stage.workspace.apply("onboarding");
      await stage.look();
      const bert = stage.join("bert", PRICING.adGroup);
      const hint = recorded("create-group-membership", bert.userId, stage.groupId(PRICING.adGroup));
      expect(await stage.play([hint])).toHaveLength(1);
      // He is in both groups now, and the new one is listed first.
      expect(await stage.profile("research", bert.userName)).toEqual(memberOf("research", bert, PRICING.adGroup));
    },
    3 * MINUTE,
  );

  test(
    "destroying leaves nothing",
    async () => {
      const { aws, emulator, workspace } = stage;
      // Nobody deletes a domain in which people have profiles, AWS neither: emptying it is a decision of its own.
      for (const { domain, name } of emulator.sagemaker.profiles()) {
        const command = new DeleteUserProfileCommand({ DomainId: domain.id, UserProfileName: name });
        await aws.sageMaker(domain.region).send(command);
      }
      await workspace.cdktf("destroy", "studio-*", "onboarding", "--auto-approve", "--skip-synth");
      await stage.look();
      expect([...stage.roles.keys()]).toEqual([]);
      const { Policies = [] } = await aws.iam.send(new ListPoliciesCommand({ Scope: "Local" }));
      expect(Policies.map(({ Arn }) => Arn)).toEqual([BOUNDARY.arn]);
      expect((await aws.sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
      expect((await aws.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
      expect((await aws.lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings).toEqual([]);
      expect((await aws.events.send(new ListRulesCommand({}))).Rules).toEqual([]);
      expect(await aws.call("logs", "DescribeLogGroups")).toMatchObject({ logGroups: [] });
      expect(await aws.call("monitoring", "DescribeAlarms")).toMatchObject({ MetricAlarms: [] });
      expect(emulator.sagemaker.domains()).toEqual([]);
      expect(emulator.ssoAdmin.assignments()).toEqual([]);
    },
    3 * MINUTE,
  );

  /** The profile that a member of a group should have. */
  function memberOf(studioName: string, user: { userName: string; userId: string }, adGroup: string): SeenProfile {
    const studio = stage.studio(studioName);
    const { team = "" } = studio.groups.find((group) => group.adGroup === adGroup) ?? {};
    return {
      status: "InService",
      user: user.userName,
      role: executionRoleArn(studio, adGroup),
      tags: profileTags({ ...user, adGroup, team }),
    };
  }
}

/** What IAM is to hold for these statements. */
function document(statements: Parameters<typeof policyDocument>[0]): unknown {
  return JSON.parse(policyDocument(statements));
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
