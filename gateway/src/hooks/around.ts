import { isErrorReply, isThenable } from '../replies';
import type { Outcome, Run } from './hooks';

type OnError = (error: unknown) => void;

/** Does something within a hook, and gives what came of it as if there were none: at once what comes at once. */
export function around<Info, Result>(
  hook: (info: Info, run: Run) => unknown,
  info: Info,
  act: () => Result,
  onError: OnError,
): Result {
  let done: { readonly value: Result } | { readonly error: unknown } | undefined;
  const once = () => {
    done ??= attempt(act);
    return done;
  };
  try {
    const returned = hook(info, () => outcomeOf(once()));
    if (isThenable(returned)) returned.then(undefined, onError);
  } catch (error) {
    onError(error);
  }
  const result = once();
  if ('error' in result) throw result.error;
  return result.value;
}

function attempt<Result>(act: () => Result): { readonly value: Result } | { readonly error: unknown } {
  try {
    return { value: act() };
  } catch (error) {
    return { error };
  }
}

async function outcomeOf(done: { readonly value: unknown } | { readonly error: unknown }): Promise<Outcome> {
  if ('error' in done) return failure(done.error);
  try {
    const value = await done.value;
    return isErrorReply(value) ? { error: value.error } : {};
  } catch (error) {
    return failure(error);
  }
}

function failure(cause: unknown): Outcome {
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
  return {
    error: {
      code: typeof code === 'string' ? code : 'internal',
      message: typeof message === 'string' ? message : 'something was thrown that is no error',
    },
    cause,
  };
}
