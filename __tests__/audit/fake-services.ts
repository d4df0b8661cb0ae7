import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { Engine, TextRow } from "./engine";

/** A call that somebody made. */
export interface Call {
  readonly op: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** CloudTrail and Athena on a port of this machine. Queries run in the engine; whatever else is asked has an answer ready. */
export interface FakeServices {
  readonly url: string;
  readonly calls: readonly Call[];
  /** What an operation answers from now on. */
  answer(op: string, output: object | Refusal): void;
  close(): void;
}

/** An error of AWS's. */
export interface Refusal {
  readonly refused: string;
  readonly message: string;
}

/** Shorter than any answer, so that there is a next page. */
const PAGE = 4;

const input = z.record(z.string(), z.unknown());
const lakeStart = z.object({ QueryStatement: z.string().max(10_000) });
const athenaStart = z.object({
  QueryString: z.string(),
  // Athena's own limits.
  ExecutionParameters: z.array(z.string().min(1).max(1024)).min(1),
  WorkGroup: z.string(),
});
const next = z.looseObject({ NextToken: z.string().optional() });

/** Starts the services. A query is running when it is first looked at, and done when it is looked at again. */
export async function fakeServices(engine: Engine): Promise<FakeServices> {
  const calls: Call[] = [];
  const answers = new Map<string, object | Refusal>();
  let rows: readonly TextRow[] = [];
  let looks = 0;

  async function perform(op: string, given: Readonly<Record<string, unknown>>): Promise<object> {
    const ready = answers.get(op);
    if (ready) return ready;
    switch (op) {
      case "StartQuery":
        rows = await engine.lake(lakeStart.parse(given).QueryStatement);
        looks = 0;
        return { QueryId: "lake-query" };
      case "DescribeQuery":
        looks += 1;
        return { QueryStatus: looks === 1 ? "RUNNING" : "FINISHED", QueryStatistics: { BytesScanned: 12_345_678 } };
      case "StartQueryExecution": {
        const { QueryString, ExecutionParameters } = athenaStart.parse(given);
        rows = await engine.athena(QueryString, ExecutionParameters);
        looks = 0;
        return { QueryExecutionId: "athena-query" };
      }
      case "GetQueryExecution":
        looks += 1;
        return {
          QueryExecution: {
            Status: { State: looks === 1 ? "QUEUED" : "SUCCEEDED" },
            Statistics: { DataScannedInBytes: 9_876_543 },
          },
        };
      case "GetQueryResults": {
        const from = Number(next.parse(given).NextToken ?? 0);
        const more = from + PAGE < rows.length && { NextToken: String(from + PAGE) };
        const page = rows.slice(from, from + PAGE);
        if ("QueryId" in given) {
          const cells = (row: TextRow) => Object.entries(row).map(([column, value]) => ({ [column]: value }));
          return { QueryStatus: "FINISHED", QueryResultRows: page.map(cells), ...more };
        }
        const cells = (row: TextRow) => ({
          Data: Object.values(row).map((value) => (value === null ? {} : { VarCharValue: value })),
        });
        const header = { Data: Object.keys(rows[0] ?? {}).map((column) => ({ VarCharValue: column })) };
        return { ResultSet: { Rows: [...(from === 0 ? [header] : []), ...page.map(cells)] }, ...more };
      }
      default:
        return { refused: "UnknownOperationException", message: `${op} is not answered` };
    }
  }

  const server = createServer((request, response) => {
    const op = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    request.on("end", () => {
      const given = input.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      calls.push({ op, input: given });
      perform(op, given)
        .catch((error: unknown) => ({ refused: "InvalidRequestException", message: String(error) }))
        .then((output) => {
          const isRefused = "refused" in output && "message" in output;
          response.writeHead(isRefused ? 400 : 200, { "Content-Type": "application/x-amz-json-1.1" });
          response.end(JSON.stringify(isRefused ? { __type: output.refused, message: output.message } : output));
        });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    calls,
    answer: (op, output) => answers.set(op, output),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
