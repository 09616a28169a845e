import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitPayload } from '../../src/client/payload-limit';

/** As much of a Socket.IO manager as is limited; what is encoded is what it is given. */
function managerWith(maxPayload?: number, transport = 'websocket') {
  let greet = (_handshake: { maxPayload?: number }) => {};
  const manager = {
    open: (_callback?: unknown): unknown => 'opened',
    encoder: { encode: (parts: unknown) => parts as (string | Uint8Array | ArrayBuffer | Blob)[] },
    engine: {
      once(_event: 'handshake', listener: typeof greet) {
        greet = listener;
      },
      transport: { name: transport },
    },
  };
  limitPayload(manager);
  expect(manager.open()).toBe('opened');
  greet(maxPayload === undefined ? {} : { maxPayload });
  return { manager, greet: (next: number) => greet({ maxPayload: next }) };
}

const isTaken = ({ manager }: ReturnType<typeof managerWith>, ...parts: unknown[]) => {
  try {
    expect(manager.encoder.encode(parts)).toEqual(parts);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'payload_too_large', retryable: false });
    return false;
  }
};

// Engine.IO's packet type is one byte more.
const onTheWire = (text: string) => Buffer.byteLength(text) + 1;

describe('payload limit', () => {
  it('counts a text in bytes, as the gateway does', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 200 }), (value, limit) => {
        expect(isTaken(managerWith(limit), value)).toBe(onTheWire(value) <= limit);
      }),
      { numRuns: 300 },
    );
  });

  it('is exact to the byte', () => {
    const atTheEdges = ['\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}'];
    for (const text of [
      ...atTheEdges.map((letter) => letter.repeat(20)),
      'a'.repeat(99),
      'é'.repeat(40),
      '€'.repeat(33),
      '😀'.repeat(25),
      'a€é😀',
    ]) {
      expect(isTaken(managerWith(onTheWire(text)), text)).toBe(true);
      expect(isTaken(managerWith(onTheWire(text) - 1), text)).toBe(false);
    }
  });

  it('counts each binary attachment, and more of it where it travels as text', () => {
    const bytes = new Uint8Array(90);
    for (const part of [bytes, bytes.buffer, new Blob([bytes])]) {
      expect(isTaken(managerWith(90), '51-[]', part)).toBe(true);
      expect(isTaken(managerWith(89), '51-[]', part)).toBe(false);
      expect(isTaken(managerWith(121, 'polling'), '51-[]', part)).toBe(true);
      expect(isTaken(managerWith(120, 'polling'), '51-[]', part)).toBe(false);
    }
  });

  it('is a million bytes until the gateway tells another', () => {
    const most = 'a'.repeat(999_999);
    expect(isTaken(managerWith(), most)).toBe(true);
    expect(isTaken(managerWith(), `${most}a`)).toBe(false);
  });

  it('is the one of the last handshake', () => {
    const connected = managerWith(10);
    expect(isTaken(connected, 'a'.repeat(50))).toBe(false);
    connected.greet(100);
    expect(isTaken(connected, 'a'.repeat(50))).toBe(true);
  });
});
