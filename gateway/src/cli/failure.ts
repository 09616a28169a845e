/** Ends the command with one line on standard error and an exit code. */
export class Failure extends Error {
  constructor(
    message: string,
    /** 1: it could not be done. 2: it was asked for wrongly. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

/** The code of a system error, such as `ECONNREFUSED`, also where it is wrapped. */
export function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return systemCode(at.errors[0]);
  }
  return undefined;
}

/** What a failed connection means to the one who typed the address. */
export function connectionProblem(error: unknown, url: string): string {
  const code = systemCode(error);
  if (code === 'ECONNREFUSED') return `nothing listens at ${url}; is the gateway running?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host of ${url} is not known`;
  if (code !== undefined) return `${url} can't be reached (${code})`;
  return `${url} can't be reached (${error instanceof Error ? error.message : String(error)})`;
}

/** An http(s) address that the user typed. */
export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Failure(
    `--url is ${JSON.stringify(text)}: it must be an address such as http://127.0.0.1:3000`,
    2,
  );
}
