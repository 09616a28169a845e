import { isRecord } from '../../../src/protocol';

/** One message as one line: `room event data`, or all of it as a JSON object. */
export function formatMessage(event: string, data: unknown, meta: unknown, asJson: boolean): string {
  const room = roomOf(meta) ?? roomOf(data) ?? null;
  if (asJson) return printable(JSON.stringify({ room, event, data, meta }));
  return [room ?? '-', printable(event), printable(JSON.stringify(data) ?? '')].join(' ').trimEnd();
}

function roomOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value.channel === 'string' ? printable(value.channel) : undefined;
}

/** What others sent must neither break the line nor steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) =>
    Array.from(
      { length: char.length },
      (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
