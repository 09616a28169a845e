/** What stands in a log in place of a secret. */
export const CENSOR = '[redacted]';

// What clients send may be in a line. So none of these begins anew in the middle of what it has looked at already, which
// would take time by the square of its length.

/** Names of what must not be logged, in any spelling and at any depth. */
const SECRET_NAME =
  '(?:[\\w-]{0,40}(?:token|secret|password|passphrase|api[_-]?keys?|signature)|(?:proxy-)?authorization|(?:set-)?cookie|auth|jwt|x-api-key)';

/** The beginning of `"name":"value"` in JSON, and in JSON that is text within JSON, where more backslashes stand before the quotes. */
const FIELD = new RegExp(`(?<!\\\\)(\\\\*)"${SECRET_NAME}\\1"\\s*:\\s*\\1"`, 'gi');
/** `name=value` in a query string or a form. */
const PARAMETER = new RegExp(`((?<![\\w-])${SECRET_NAME}=)[^&\\s"'\\\\#]+`, 'gi');
/** What follows `Bearer` and `Basic`, unless it looks like a word. */
const CREDENTIALS = /\b(Bearer|Basic)\s+(?=\S*[\d=]|\S{20})[\w.~+/=:-]{4,}/gi;
/** A JWT, wherever it stands. */
const JWT = /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g;
/** The name and password in an address. */
const USERINFO = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"@\\]+@/gi;

/** Shortest secret that is looked for by its value; a shorter one would be found in innocent words. */
const SHORTEST = 6;

/**
 * Gives what takes secrets out of a line of the log: those that are known by their value, and whatever has the looks or the
 * name of one. It works on the line as it is written, so that no depth, spelling or library's error object gets around it.
 */
export function redactor(known: Iterable<string>): (line: string) => string {
  const values = [...new Set(known)]
    .filter((value) => value.length >= SHORTEST)
    // As they stand in JSON; the longest first, as one may be the beginning of another.
    .map((value) => JSON.stringify(value).slice(1, -1))
    .sort((a, b) => b.length - a.length);

  return (line) => {
    let text = line;
    for (const value of values) text = text.replaceAll(value, CENSOR);
    text = text
      .replace(CREDENTIALS, `$1 ${CENSOR}`)
      .replace(JWT, CENSOR)
      .replace(PARAMETER, `$1${CENSOR}`)
      .replace(USERINFO, `$1${CENSOR}@`);
    return withoutFields(text);
  };
}

function withoutFields(line: string): string {
  let result = '';
  let done = 0;
  for (const match of line.matchAll(FIELD)) {
    const start = match.index + match[0].length;
    if (match.index < done) continue;
    const end = endOfText(line, start, (match[1] ?? '').length);
    result += line.slice(done, start) + (end > start ? CENSOR : '');
    done = end;
  }
  return result + line.slice(done);
}

/**
 * Where a text of JSON ends that began after so many backslashes and a quote. One more level doubles what stands before a
 * quote: one that belongs to the text has at least twice as many before it as the one that ends it.
 */
function endOfText(line: string, start: number, depth: number): number {
  const quote = /(?<!\\)(\\*)"/g;
  quote.lastIndex = start;
  for (let found = quote.exec(line); found; found = quote.exec(line)) {
    const backslashes = (found[1] ?? '').length;
    const at = found.index + backslashes;
    if (backslashes % (2 * (depth + 1)) <= depth) return at - Math.min(backslashes, depth);
  }
  return line.length;
}
