import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePlan } from "../../pipeline/plan-json";
import { type TerraformOptions, terraform } from "../../pipeline/terraform";

/** A real Terraform, with the resource that it brings along: no provider, no AWS. */
const isThere = spawnSync("terraform", ["version"]).status === 0;
const isRequired = process.env.CI === "true" || process.env.STUDIO_REQUIRE_TERRAFORM === "1";
const whereThere = isThere || isRequired ? describe : describe.skip;

let folder: string;
let printed: string;

function runner(more: Partial<TerraformOptions> = {}) {
  return terraform({
    binary: "terraform",
    env: { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: join(folder, "none.tfrc") },
    folderOf: (stack) => join(folder, stack),
    planOnly: false,
    print: (text) => {
      printed += text;
    },
    ...more,
  });
}

function write(stack: string, input: string, more: object = {}): void {
  const content = {
    terraform: { backend: { local: { path: join(folder, `${stack}.tfstate`) } } },
    resource: { terraform_data: { thing: { input } } },
    ...more,
  };
  mkdirSync(join(folder, stack), { recursive: true });
  writeFileSync(join(folder, stack, "cdk.tf.json"), JSON.stringify(content));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terraform-"));
  writeFileSync(join(folder, "none.tfrc"), "");
  printed = "";
  write("one", "first");
});

afterEach(() => rmSync(folder, { recursive: true }));

whereThere("Terraform", () => {
  test("plans into a file, shows it, and applies that very file", async () => {
    const { init, plan, show, apply, isSettled } = runner();
    await init("one", false);
    expect(await plan("one")).toBe(true);
    const { changes } = parsePlan(await show("one"), "one");
    expect(changes.map(({ address, change }) => [address, change.actions.join()])).toEqual([
      ["terraform_data.thing", "create"],
    ]);
    // Whatever is written meanwhile, the plan is what was reviewed.
    write("one", "second");
    await init("one", true);
    expect(await apply("one")).toBe("applied");
    expect(await isSettled("one")).toBe(false);
    write("one", "first");
    expect(await isSettled("one")).toBe(true);
    expect(await plan("one")).toBe(false);
    expect(printed).toContain("one: terraform apply");
    expect(printed).toContain("1 added");
  });

  test("tells a plan that is stale from one that fails", async () => {
    const { init, plan, apply } = runner();
    await init("one", false);
    await plan("one");
    expect(await apply("one")).toBe("applied");
    expect(await apply("one")).toBe("stale");
    const provisioner = { "local-exec": { command: "exit 3" } };
    write("one", "first", { resource: { terraform_data: { thing: { input: "first" }, bad: { provisioner } } } });
    await plan("one");
    await expect(apply("one")).rejects.toThrow(/^terraform apply of one ended with 1:\n.*local-exec/s);
  });

  test("says what is wrong with a stack", async () => {
    write("one", "${var.nothing}");
    const { init, plan } = runner();
    await init("one", false);
    await expect(plan("one")).rejects.toThrow(/^terraform plan of one ended with 1:\n.*undeclared input variable/s);
  });

  test("needs no lock where it only looks", async () => {
    const { init } = runner();
    await init("one", false);
    const lock = { ID: "1", Operation: "OperationTypeApply", Who: "somebody", Version: "1", Created: "", Path: "" };
    const args: string[][] = [];
    const recording = (planOnly: boolean) => runner({ planOnly, print: (text) => args.push(text.split(" ")) });
    writeFileSync(join(folder, ".one.tfstate.lock.info"), JSON.stringify(lock));
    await recording(true).plan("one");
    await recording(false).plan("one");
    const flags = args.flat().filter((word) => word.startsWith("-lock"));
    expect(flags).toEqual(["-lock=false", "-lock-timeout=5m"]);
  });
});

test("a Terraform that is not there is named", async () => {
  await expect(runner({ binary: join(folder, "no-terraform") }).init("one", false)).rejects.toThrow(
    /no-terraform cannot be run: install Terraform, or name it in TERRAFORM_BINARY_NAME/,
  );
});
