/** Levels that data may be nested. Deeper data overflows the stack of what encodes it here, or of what decodes it in other clients. */
export const MAX_NESTING = 200;

/** Whether any of an event's arguments is nested deeper than `MAX_NESTING`. */
export function isTooDeep(args: readonly unknown[]): boolean {
  for (const arg of args) if (exceeds(arg, MAX_NESTING)) return true;
  return false;
}

/** Recursive, as it goes no deeper than so many levels. */
function exceeds(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const each of value) if (exceeds(each, levels - 1)) return true;
    return false;
  }
  // What was decoded from JSON inherits no fields.
  for (const key in value) if (exceeds((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}
