/** AWS's errors say what was asked for and by whom; only these messages are sure to name nothing but ids and ARNs. */
const HARMLESS = ["AccessDeniedException", "AccessDenied", "ThrottlingException", "ResourceInUse", "ResourceNotFound"];

/**
 * What may be logged of an error. AWS's errors carry whatever the service put into them, which may be somebody's name or
 * address: their kind and request id lead to the rest in CloudTrail.
 */
export function loggable(error: unknown): Record<string, unknown> {
  if (error instanceof AggregateError) return { name: error.name, errors: error.errors.map(loggable) };
  if (!(error instanceof Error)) return { name: typeof error };
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  if (typeof metadata !== "object" || metadata === null) {
    return { name: error.name, message: error.message, stack: error.stack };
  }
  return {
    name: error.name,
    ...(HARMLESS.includes(error.name) && { message: error.message }),
    ...("requestId" in metadata && { requestId: metadata.requestId }),
    ...("httpStatusCode" in metadata && { status: metadata.httpStatusCode }),
  };
}
