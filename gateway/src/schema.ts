import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { EventHandler } from './api';
import { ClientError } from './client-error';
import { after } from './replies';

/** What is told of a payload that does not fit: so many issues, and so much of each. */
const MAX_ISSUES = 3;
const MAX_PATH = 100;
const MAX_TEXT = 200;

/** A handler that is called only with what the schema makes of the payload; others are refused as `invalid_payload`. */
export function validated<Schema extends StandardSchemaV1>(
  schema: Schema,
  handler: EventHandler<StandardSchemaV1.InferOutput<Schema>>,
): EventHandler {
  const { validate } = schema['~standard'];
  return (data, context) =>
    after(validate(data) as Result | PromiseLike<Result>, (result) => {
      if (result.issues) throw new ClientError('invalid_payload', describe(result.issues));
      return handler(result.value as StandardSchemaV1.InferOutput<Schema>, context);
    });
}

type Result = StandardSchemaV1.Result<unknown>;

/** @throws {TypeError} for what is no schema of that kind. */
export function checkSchema(schema: unknown): void {
  const standard = (schema as Partial<StandardSchemaV1> | null | undefined)?.['~standard'];
  if (typeof standard?.validate === 'function') return;
  throw new TypeError('schema must be a Standard Schema, such as one of zod, valibot or arktype.');
}

function describe(issues: readonly StandardSchemaV1.Issue[]): string {
  const told = issues.slice(0, MAX_ISSUES).map(({ path = [], message }) => {
    const text = cut(String(message), MAX_TEXT);
    return path.length === 0 ? text : `${cut(pathOf(path), MAX_PATH)}: ${text}`;
  });
  const more = issues.length - told.length;
  return told.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function pathOf(path: NonNullable<StandardSchemaV1.Issue['path']>): string {
  let text = '';
  for (const segment of path) {
    if (text.length > MAX_PATH) break;
    const key = typeof segment === 'object' ? segment.key : segment;
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? String(key) : `.${String(key)}`;
  }
  return text;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
