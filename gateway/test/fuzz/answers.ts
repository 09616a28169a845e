/** Longest wait for anything that the gateway owes an answer to; a guard against tests that hang, not a measure. */
export const GUARD = 15_000;

/** What no answer may hold: a stack, or a path of the machine. */
const INSIDES = /node_modules|\n\s+at |\.[cm]?js:\d+|file:\/\//;

export function leaks(answer: string): boolean {
  return INSIDES.test(answer);
}

/** Rejects, with what was waited for, where a promise takes longer than the guard. */
export async function guarded<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to ${what}`)), GUARD);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

let barriers = 0;

/** An event that is always answered, and its answer's beginning: shows that all before it has been dealt with. */
export function barrier(): { question: string; answer: string } {
  barriers += 1;
  const id = 860_000_000_000_000 + barriers;
  return { question: `42${id}["toporia:hello"]`, answer: `43${id}[` };
}
