import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyPayload } from '../../src/client/payload-copy';

describe('copyPayload', () => {
  it('is what JSON makes of the value, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(copyPayload(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('shares nothing that can change with the original', () => {
    const original = { list: [{ name: 'a' }], map: { deep: [1, 2] } };
    const before = JSON.stringify(original);
    const copy = copyPayload(original);
    original.list[0] = { name: 'changed' };
    original.list.length = 0;
    original.map.deep.push(3);
    expect(JSON.stringify(copy)).toBe(before);
  });

  it('takes a date and other values that have a form in JSON at their value of now', () => {
    const date = new Date(0);
    const copy = copyPayload({ date, price: { toJSON: () => ({ cents: 5 }) } });
    date.setFullYear(2000);
    expect(copy).toEqual({ date: '1970-01-01T00:00:00.000Z', price: { cents: 5 } });
  });

  it('keeps the fields of an instance, without its class', () => {
    class Draft {
      text = 'hello';
      length() {
        return this.text.length;
      }
    }
    const copy = copyPayload(new Draft());
    expect(copy).toEqual({ text: 'hello' });
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('copies the bytes of binary data, also of a view of a part', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(50), (bytes, start) => {
        const expected = [...bytes];
        const view = bytes.subarray(Math.min(start, bytes.length));
        const copies = [bytes.buffer, bytes, view, Buffer.from(bytes)].map((value) => copyPayload(value));
        const [buffer, whole, part, node] = copies as [ArrayBuffer, Uint8Array, Uint8Array, Uint8Array];
        bytes.fill(0);
        expect([...new Uint8Array(buffer)]).toEqual(expected);
        expect([...whole]).toEqual(expected);
        expect([...part]).toEqual(expected.slice(Math.min(start, bytes.length)));
        expect([...node]).toEqual(expected);
      }),
    );
  });

  it('copies the bytes of a view of larger numbers', () => {
    const numbers = new Float64Array([1.5, 2.5]);
    const copy = copyPayload({ numbers }) as { numbers: Uint8Array };
    expect([...copy.numbers]).toEqual([...new Uint8Array(numbers.buffer)]);
  });

  it('leaves a Blob, which cannot change, as it is', () => {
    const blob = new Blob(['text']);
    expect(copyPayload([blob])).toEqual([blob]);
    expect((copyPayload([blob]) as unknown[])[0]).toBe(blob);
  });

  it.each([undefined, null, '', 'text', 0, -1.5, true, 1n])('leaves %s as it is', (value) => {
    expect(copyPayload(value)).toBe(value);
  });

  it('takes __proto__ for an ordinary key', () => {
    const copy = copyPayload(JSON.parse('{ "__proto__": { "isAdmin": true } }')) as { isAdmin?: boolean };
    expect(copy.isAdmin).toBeUndefined();
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"isAdmin":true}}');
  });

  it('refuses what holds itself, rather than to run for ever', () => {
    const self: Record<string, unknown> = { name: 'loop' };
    self.self = self;
    const list: unknown[] = [];
    list.push([list, list]);
    for (const value of [self, list]) {
      expect(() => copyPayload(value)).toThrow(expect.objectContaining({ code: 'invalid_payload' }));
    }
  });
});
