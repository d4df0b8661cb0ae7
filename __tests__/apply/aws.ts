import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Credentials that every stand-in takes for an administrator's. */
export const ADMINISTRATOR = { accessKeyId: "AKIAADMINISTRATOR000", secretAccessKey: "administrator" } as const;

/** What looks at what was deployed. */
export interface Clients {
  readonly iam: IAMClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
  sageMaker(region: string): SageMakerClient;
  /** Calls an operation of a service without a client of its own here. */
  call(service: "logs" | "monitoring", operation: string): Promise<unknown>;
}

/** The targets of the JSON protocol, by the service's name in signatures. */
const TARGETS = { logs: "Logs_20140328", monitoring: "GraniteServiceVersion20100801" } as const;

/** An administrator's clients in a Region. */
export function clientsOf(region: string, moto: string, emulator: string): Clients {
  const settings = { region, endpoint: moto, credentials: ADMINISTRATOR };
  return {
    iam: new IAMClient(settings),
    sqs: new SQSClient(settings),
    lambda: new LambdaClient(settings),
    events: new EventBridgeClient(settings),
    sageMaker: (place) => new SageMakerClient({ ...settings, endpoint: emulator, region: place }),
    call: async (service, operation) => {
      const credential = `${ADMINISTRATOR.accessKeyId}/20200101/${region}/${service}/aws4_request`;
      const answer = await fetch(moto, {
        method: "POST",
        headers: {
          "Content-Type": "application/x-amz-json-1.1",
          "X-Amz-Target": `${TARGETS[service]}.${operation}`,
          Authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`,
        },
        body: "{}",
      });
      return answer.json();
    },
  };
}
