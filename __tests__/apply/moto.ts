import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Json, parseJson } from "../../rehearsal/json";
import type { InvokeResult } from "../../rehearsal/lambda";
import { createMender, type MotoRequest } from "./moto-answers";

/** The services of AWS that only need to be there: IAM, SQS, EventBridge, Lambda, CloudWatch and its logs, S3. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/** A request that moto was sent, and how it was answered. */
export interface SeenRequest extends MotoRequest {
  readonly accessKeyId: string;
  /** The service's name in signatures. */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly answer: string;
}

/** What moto leaves to others. */
export interface MotoSettings {
  /** Runs a function that is invoked: moto could only do so in a container. */
  invoke(functionName: string, input: Json): Promise<InvokeResult>;
  /** The account of an access key; `undefined` for one that is not good. Moto keeps each account's things apart. */
  accountOf(accessKeyId: string): string | undefined;
  /** Is told of every request. */
  seen(request: SeenRequest): void;
}

/** Where S3 is for whoever calls it through the proxy. */
export const S3_HOST = "s3.stand-in.test";

const START_TIMEOUT = 60_000;

/** Where Lambda's `Invoke` is sent to. */
const INVOCATION = /^\/2015-03-31\/functions\/([^/?]+)\/invocations/;

/** Starts `moto_server` on a free port, behind a proxy that answers as AWS does where moto does not. */
export async function startMoto(settings: MotoSettings): Promise<Moto> {
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
    // Moto would run the function in a container of its own for every message; without Docker the message stays.
    env: { ...process.env, DOCKER_HOST: "tcp://127.0.0.1:1" },
  });
  const killed = () => child.kill();
  process.once("exit", killed);
  const port = await listening(child);
  const proxy = createServer(answerer(port, settings));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${portOf(proxy.address())}`,
    stop: async () => {
      const closed = new Promise((resolve) => proxy.close(resolve));
      proxy.closeAllConnections();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      process.off("exit", killed);
      if (child.exitCode === null && child.signalCode === null && child.kill()) await ended;
      await closed;
    },
  };
}

function listening(child: ChildProcess): Promise<number> {
  let written = "";
  return new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(new Error(`moto_server did not start: ${written}`));
    }, START_TIMEOUT);
    const read = (chunk: Buffer) => {
      // Read to the end, or moto would wait for it once the pipe is full.
      written = (written + chunk.toString()).slice(-10_000);
      const [, port] = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(written) ?? [];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`moto_server ended with ${code}: ${written}`));
    });
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return address.port;
}

function answerer(
  port: number,
  { invoke, accountOf, seen }: MotoSettings,
): (incoming: IncomingMessage, response: ServerResponse) => void {
  const mend = createMender();

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const { headers, method = "" } = incoming;
    const { path, host } = askedFor(incoming);
    const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "");
    const [, accessKeyId = "", region = "", service = ""] = scope ?? [];
    const target = String(headers["x-amz-target"] ?? "");
    const accountId = accountOf(accessKeyId);
    if (accountId === undefined) {
      refuse(response, accessKeyId);
      return;
    }
    const asked = { accountId, accessKeyId, service, region, method, path, target, body: body.toString() };
    const [, invoked] = INVOCATION.exec(path) ?? [];
    if (invoked !== undefined) {
      seen({ ...asked, status: 200, answer: "" });
      answerInvocation(response, await invoke(decodeURIComponent(invoked), parseJson(body.toString())));
      return;
    }
    const sent = { ...headers, host, "x-moto-account-id": accountId };
    const answered = await forward(port, { method, path, headers: sent }, body);
    const isGood = answered.status >= 200 && answered.status < 300;
    const mended = isGood ? mend(asked, answered.body.toString()) : undefined;
    const content = mended === undefined ? answered.body : Buffer.from(mended);
    const { "transfer-encoding": _, ...rest } = answered.headers;
    seen({ ...asked, status: answered.status, answer: content.toString() });
    // The length of what is left out in the answer to a HEAD is a file's.
    const length = method === "HEAD" ? rest["content-length"] : String(content.length);
    response.writeHead(answered.status, { ...rest, ...(length !== undefined && { "content-length": length }) });
    response.end(content);
  }

  return (incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      response.writeHead(502);
      response.end(String(error));
    });
  };
}

/** As AWS answers whom it does not know. */
function refuse(response: ServerResponse, accessKeyId: string): void {
  response.writeHead(403, { "content-type": "application/json", "x-amzn-errortype": "UnrecognizedClientException" });
  response.end(JSON.stringify({ message: `The security token ${accessKeyId} included in the request is invalid.` }));
}

/** As Lambda answers a caller who waits: a function that failed is an answer, too. */
function answerInvocation(response: ServerResponse, ended: InvokeResult): void {
  const content = Buffer.from(JSON.stringify(ended.ok ? ended.result : ended.error));
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": String(content.length),
    "x-amz-executed-version": "$LATEST",
    ...(!ended.ok && { "x-amz-function-error": "Unhandled" }),
  });
  response.end(content);
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** The same request to moto, under the proxy's name: moto makes the queues' URLs from it. */
function forward(
  port: number,
  { method, path, headers }: { method: string; path: string; headers: OutgoingHttpHeaders },
  body: Buffer,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers }, (answered) => {
      readAll(answered).then(
        (content) => resolve({ status: answered.statusCode ?? 502, headers: answered.headers, body: content }),
        reject,
      );
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

/**
 * The path and the host that are asked for. Terraform puts a bucket into the host's name, which no resolver knows here:
 * such a request comes by way of `HTTP_PROXY`, with the whole URL, and moto is asked for the bucket in the path.
 */
function askedFor({ url = "", headers: { host = "" } }: IncomingMessage): { path: string; host: string } {
  if (url.startsWith("/")) return { path: url, host };
  const { hostname, pathname, search } = new URL(url);
  const [bucket = ""] = hostname.split(`.${S3_HOST}`);
  return { path: `/${bucket}${pathname}${search}`, host: "127.0.0.1" };
}
