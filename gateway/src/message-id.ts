/** Whether a message can have this id, when it is chosen by who sends it. */
export function isClientMessageId(id: unknown): id is string {
  return typeof id === 'string' && /^[\w.:-]{1,64}$/.test(id);
}

/** Says what is wrong with such an id, or `undefined` where nothing is. */
export function messageIdProblem(id: unknown): string | undefined {
  if (isClientMessageId(id)) return undefined;
  if (typeof id !== 'string') return 'it must be a string';
  return 'it must have 1 to 64 characters of A-Z a-z 0-9 . _ - :';
}
