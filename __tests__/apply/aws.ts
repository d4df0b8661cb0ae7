import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";

/** What calls are signed with. The stand-ins look at the key's id alone. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Where the stand-ins listen. */
export interface Endpoints {
  /** Everything that only needs to be there. */
  readonly moto: string;
  /** SageMaker, Identity Center and STS. */
  readonly emulator: string;
}

/** What looks at what was deployed in an account and Region. */
export interface Clients {
  readonly iam: IAMClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
  readonly sageMaker: SageMakerClient;
  /** Calls an operation of a service without a client of its own here. */
  call(service: "logs" | "monitoring", operation: string): Promise<unknown>;
  /** Calls S3. */
  s3(method: "GET" | "PUT", path: string, body?: string): Promise<string>;
}

/** The targets of the JSON protocol, by the service's name in signatures. */
const TARGETS = { logs: "Logs_20140328", monitoring: "GraniteServiceVersion20100801" } as const;

/** An access key that every stand-in takes for that of an account's administrator. */
export function administratorOf(accountId: string): AccessKey {
  return { accessKeyId: `AKIA${accountId}ROOT`, secretAccessKey: "administrator" };
}

/** An administrator's clients in an account and Region. */
export function clientsIn(
  { accountId, region }: { readonly accountId: string; readonly region: string },
  { moto, emulator }: Endpoints,
): Clients {
  const credentials = administratorOf(accountId);
  const settings = { region, endpoint: moto, credentials };

  async function signed(service: string, path: string, request: RequestInit): Promise<Response> {
    const credential = `${credentials.accessKeyId}/20200101/${region}/${service}/aws4_request`;
    const headers = new Headers(request.headers);
    headers.set("Authorization", `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`);
    const answer = await fetch(`${moto}${path}`, { ...request, headers });
    if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  return {
    iam: new IAMClient(settings),
    sqs: new SQSClient(settings),
    lambda: new LambdaClient(settings),
    events: new EventBridgeClient(settings),
    sageMaker: new SageMakerClient({ ...settings, endpoint: emulator }),
    call: async (service, operation) => {
      const headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `${TARGETS[service]}.${operation}`,
      };
      return (await signed(service, "/", { method: "POST", headers, body: "{}" })).json();
    },
    s3: async (method, path, body) => (await signed("s3", path, { method, ...(body && { body }) })).text(),
  };
}
