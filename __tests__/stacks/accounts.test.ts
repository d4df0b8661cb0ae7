import { executionRoleName, noAccessRoleArn, provisionerRoleArn } from "../../naming";
import { exampleConfig, PARTITIONS } from "../policies/synthesized";
import { configOf, type Synthesized, synthesize } from "./synthesize";

/** Where stacks go, as whom, where their states are, and whose domain they are about. */
const STUDIO = { name: "research", accountId: "444455556666", region: "eu-west-1" };
const DOMAIN = "d-abcdef012345";
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;

function stack(stacks: Record<string, Synthesized>, name: string): Synthesized {
  const found = stacks[name];
  if (!found) throw new Error(`no stack ${name}`);
  return found;
}

/** The stacks of a config with two studios, changed. */
function changed({ studio = {}, home = {}, ...rest }: Record<string, object>, planOnly = false) {
  const config = JSON.parse(configOf(["ML Fraud"], ["research", "lab"]));
  Object.assign(config.studios[0], studio);
  Object.assign(config.identityCenter, home);
  return synthesize(JSON.stringify({ ...config, ...rest }), planOnly);
}

const providers = (stacks: Record<string, Synthesized>) =>
  Object.fromEntries(
    Object.entries(stacks).map(([name, { json }]) => {
      const text = JSON.stringify(json.provider);
      return [name, /"role_arn":"([^"]*)"/.exec(text)?.[1]];
    }),
  );

describe("Terraform works in each account", () => {
  const roles = {
    studio: { deployRoleArn: role("444455556666", "deploy"), planRoleArn: role("444455556666", "plan") },
    home: { deployRoleArn: role("111122223333", "deploy") },
  };

  test("as the role that deploys there, or with the credentials that it is run with", () => {
    expect(providers(changed(roles))).toEqual({
      "studio-research": role("444455556666", "deploy"),
      "studio-lab": undefined,
      onboarding: role("111122223333", "deploy"),
    });
  });

  test("as the role that can only read, where nobody has reviewed yet what is planned", () => {
    expect(providers(changed(roles, true))).toEqual({
      "studio-research": role("444455556666", "plan"),
      "studio-lab": undefined,
      onboarding: role("111122223333", "deploy"),
    });
  });

  test("and in no other", () => {
    const accounts = Object.values(changed(roles)).map(
      ({ json }) => /"allowed_account_ids":\["(\d+)"\]/.exec(JSON.stringify(json.provider))?.[1],
    );
    expect(accounts).toEqual(["444455556666", "444455556666", "111122223333"]);
  });
});

describe("a state is", () => {
  const states = (stacks: Record<string, Synthesized>) => ({
    own: Object.fromEntries(Object.entries(stacks).map(([name, { json }]) => [name, json.terraform.backend])),
    read: Object.values(stack(stacks, "onboarding").json.data?.terraform_remote_state ?? {}),
  });

  test("a file here, if nothing is said", () => {
    const { own, read } = states(changed({}));
    expect(JSON.stringify(own["studio-research"])).toMatch(
      /^{"local":{"path":".*terraform\.studio-research\.tfstate"}}$/,
    );
    expect(read.map(({ backend }) => backend)).toEqual(["local", "local"]);
  });

  test("in a bucket, encrypted and locked, and the onboarding reads the studios' there", () => {
    const key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
    const s3 = { bucket: "acme-states", region: "eu-west-1", key: "ml/studio", kms_key_id: key };
    const { own, read } = states(changed({ terraform: { backend: { s3 } } }));
    const settings = { bucket: "acme-states", region: "eu-west-1", encrypt: true, use_lockfile: true, kms_key_id: key };
    for (const name of ["studio-research", "studio-lab", "onboarding"]) {
      expect(own[name]).toEqual({ s3: { ...settings, key: `ml/studio/${name}.tfstate` } });
    }
    expect(read.map(({ backend, config }) => [backend, config])).toEqual(
      ["lab", "research"].map((name) => ["s3", { ...settings, key: `ml/studio/studio-${name}.tfstate` }]),
    );
  });

  test("locked in a table as well, and reached through a role, if that is asked for", () => {
    const s3 = {
      bucket: "acme-states",
      region: "eu-west-1",
      dynamodb_table: "locks",
      use_lockfile: false,
      role_arn: role("111122223333", "states"),
    };
    expect(states(changed({ terraform: { backend: { s3 } } })).own.onboarding).toEqual({
      s3: {
        bucket: "acme-states",
        region: "eu-west-1",
        key: "sagemaker-studio/onboarding.tfstate",
        encrypt: true,
        use_lockfile: false,
        dynamodb_table: "locks",
        assume_role: { role_arn: role("111122223333", "states") },
      },
    });
  });

  test("in a workspace of its own of HCP Terraform", () => {
    const remote = { organization: "acme", workspaces: { prefix: "ml-" } };
    const { own, read } = states(changed({ terraform: { backend: { remote } } }));
    const settings = (name: string) => ({
      hostname: "app.terraform.io",
      organization: "acme",
      workspaces: { name: `ml-${name}` },
    });
    expect(own["studio-lab"]).toEqual({ remote: settings("studio-lab") });
    expect(read.map(({ backend, config }) => [backend, config])).toEqual([
      ["remote", settings("studio-lab")],
      ["remote", settings("studio-research")],
    ]);
  });
});

describe("a domain that is there", () => {
  const stacks = changed({ studio: { existingDomainId: DOMAIN, vpcId: "vpc-0123456789abcdef0" } });
  const { json, text } = stack(stacks, "studio-research");

  test("is no resource of the stack, and everything else is about it", () => {
    expect(json.resource.aws_sagemaker_domain).toBeUndefined();
    expect(text).toContain(`:user-profile/${DOMAIN}/`);
    const names = Object.values(json.resource.aws_iam_role ?? {}).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["studio-research-no-access", executionRoleName("research", "ML Fraud")]),
    );
    const ids = Object.values(stack(stacks, "onboarding").json.resource.aws_lambda_function ?? {}).map(
      ({ environment }) => JSON.stringify(environment),
    );
    for (const each of ids) expect(each).toContain(DOMAIN);
  });

  test("is asked for what the project cannot do without, and what the config says of it", () => {
    const [described] = Object.values(json.data?.aws_cloudcontrolapi_resource ?? {});
    expect(described).toMatchObject({ type_name: "AWS::SageMaker::Domain", identifier: DOMAIN });
    const asked = JSON.stringify(described?.lifecycle);
    for (const each of ["AuthMode", "SingleSignOnApplicationArn", "VpcId", "AppNetworkAccessType", "SubnetIds"]) {
      expect(asked).toContain(`.${each}`);
    }
    expect(asked).not.toContain("KmsKeyId");
  });

  test("is advised to have the default role that may do nothing", () => {
    expect(JSON.stringify(json.check)).toContain(noAccessRoleArn(STUDIO));
  });
});

test("an ARN or an endpoint of another partition stands nowhere", () => {
  for (const partition of PARTITIONS) {
    const { tags: _, ...config } = exampleConfig(partition);
    for (const { text } of Object.values(synthesize(JSON.stringify(config)))) {
      const partitions = [...text.matchAll(/arn:(aws[a-z-]*):/g)].map(([, found]) => found);
      expect(new Set(partitions)).toEqual(new Set([partition]));
      // Services are called the same everywhere, by IAM too.
      expect(text).not.toContain(".amazonaws.com.cn");
    }
  }
});

test("every studio's roles can be assumed from its account's name alone", () => {
  for (const partition of PARTITIONS) {
    for (const studio of exampleConfig(partition).studios) {
      expect(provisionerRoleArn(studio).split(":").slice(0, 5)).toEqual([
        "arn",
        partition,
        "iam",
        "",
        studio.accountId,
      ]);
    }
  }
});
