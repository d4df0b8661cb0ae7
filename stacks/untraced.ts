/**
 * Does something without stack traces: CDKTF takes a full one for every reference it makes, which with a thousand groups
 * is most of the time of a synthesis. What is thrown has its trace.
 */
export function untraced<Result>(work: () => Result): Result {
  const traced = Error.prepareStackTrace;
  Error.prepareStackTrace = () => "";
  try {
    return work();
  } finally {
    Error.prepareStackTrace = traced;
  }
}
