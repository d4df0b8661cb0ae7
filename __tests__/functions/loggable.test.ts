import { IdentitystoreServiceException } from "@aws-sdk/client-identitystore";
import { TryLater } from "../../functions/membership/failures";
import { loggable } from "../../functions/membership/loggable";

function awsError(name: string): Error {
  const error = new IdentitystoreServiceException({
    name,
    message: "User jane (Jane Doe, jane@corp.example) is not valid",
    $fault: "client",
    $metadata: { requestId: "r-1", httpStatusCode: 400 },
  });
  return Object.assign(error, { EmailAddress: "jane@corp.example" });
}

test("of AWS's errors nothing is logged that may be somebody's name or address", () => {
  expect(loggable(awsError("ValidationException"))).toEqual({
    name: "ValidationException",
    requestId: "r-1",
    status: 400,
  });
});

test("what on-call needs of a missing permission is logged: it names actions and ARNs", () => {
  expect(loggable(awsError("AccessDeniedException"))).toHaveProperty("message");
});

test("our own errors are told in full, and several one by one", () => {
  const error = new AggregateError([new TryLater("later"), awsError("InternalFailure")], "2 studios failed");
  expect(loggable(error)).toMatchObject({
    errors: [
      { name: "TryLater", message: "later" },
      { name: "InternalFailure", requestId: "r-1" },
    ],
  });
});
