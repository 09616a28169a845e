/** The code of a system error, such as `ECONNREFUSED`, also where it is wrapped. */
export function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return systemCode(at.errors[0]);
  }
  return undefined;
}

/** What a failed connection means to the one who gave the address. */
export function connectionProblem(error: unknown, url: string): string {
  const code = systemCode(error);
  if (code === 'ECONNREFUSED') return `nothing listens at ${url}; is the gateway running?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host of ${url} is not known`;
  if (code !== undefined) return `${url} can't be reached (${code})`;
  return `${url} can't be reached (${error instanceof Error ? error.message : String(error)})`;
}
