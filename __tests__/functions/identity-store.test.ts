import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { identityStore } from "../../functions/membership/identity-store";

/** Answers of the Identity Store that say nothing about a person, and must not be taken to. */
async function storeThatAnswers(answers: Record<string, { status?: number; body: object }>) {
  const server = createServer((request, response) => {
    const op = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const { status = 200, body } = answers[op] ?? { status: 400, body: { __type: "ValidationException" } };
    response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const client = new IdentitystoreClient({
    endpoint: `http://127.0.0.1:${isAddress(address) ? address.port : 0}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    maxAttempts: 1,
  });
  const close = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { store: identityStore(client, "d-906716eb24", ["ML Fraud"], () => true, 60_000), close };
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

const USER = "93f7a2c4-0000-4000-8000-000000000001";
const GROUP = "93f7a2c4-0000-4000-8000-00000000000a";
const notFound = (type: string) => ({
  status: 400,
  body: { __type: "ResourceNotFoundException", Message: "not found", ResourceType: type },
});

test("a store that is not found says nothing about its people and groups", async () => {
  const answer = notFound("IDENTITY_STORE");
  const { store, close } = await storeThatAnswers({
    DescribeUser: answer,
    GetGroupId: answer,
    IsMemberInGroups: answer,
  });
  await expect(store.user(USER, true)).rejects.toThrow("not found");
  await expect(store.managedGroups()).rejects.toThrow("not found");
  await expect(store.groupsOf(USER)).rejects.toThrow("not found");
  close();
});

test("no answer about a group is not the answer that somebody is no member of it", async () => {
  const { store, close } = await storeThatAnswers({
    GetGroupId: { body: { GroupId: GROUP, IdentityStoreId: "d-906716eb24" } },
    IsMemberInGroups: { body: { Results: [] } },
  });
  await expect(store.groupsOf(USER)).rejects.toThrow("left groups out");
  close();
});

test("a user or a group that is not found is gone", async () => {
  const { store, close } = await storeThatAnswers({ DescribeUser: notFound("USER"), GetGroupId: notFound("GROUP") });
  expect(await store.user(USER, true)).toBeUndefined();
  expect((await store.managedGroups()).idByName.size).toBe(0);
  close();
});
