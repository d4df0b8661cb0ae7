/** What a query returned, and what it cost. */
export interface Returned {
  /** Column → text; a column that is null is absent. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly scannedBytes: number;
}

/** The most that the queries return: their LIMIT. */
export const ROW_LIMIT = 10_000;
