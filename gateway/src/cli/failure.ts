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

/** An http(s) address that the user typed. */
export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Failure(
    `--url is ${JSON.stringify(text)}: it must be an address such as http://127.0.0.1:3000`,
    2,
  );
}
