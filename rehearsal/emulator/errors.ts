import type { JsonObject } from "../json";

/** An error as AWS answers it: a code that callers compare by name, a text, and an HTTP status. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** What else the error's shape holds, such as `ResourceType`. */
    readonly members: JsonObject = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** What AWS answers to input it does not take. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** What AWS answers to what is no JSON object. */
export function serializationError(): AwsError {
  return new AwsError("SerializationException", "The request is no JSON object");
}

/** SageMaker's answer for what does not exist. */
export function resourceNotFound(message: string): AwsError {
  return new AwsError("ResourceNotFound", message);
}

/** SageMaker's answer while something else is under way, or in the way. */
export function resourceInUse(message: string): AwsError {
  return new AwsError("ResourceInUse", message);
}
