import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";

const app = new App();
const s = new TerraformStack(app, "a-b");
new AwsProvider(s, "aws", { region: "eu-west-1" });
for (let i = 0; i < 2; i++) new IamRole(s, "x" + i, { name: "a" + i, assumeRolePolicy: "{}" });
app.synth();
