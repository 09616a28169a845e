import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { EventHandler } from '../../src/api';
import { plain, startGateway } from '../core/support';

const INTERNAL = { error: { code: 'internal', message: 'The gateway could not handle this event.' } };
const invalid = (message: unknown) => ({ error: { code: 'invalid_payload', message } });

/** A schema that wants a text, in the words of each library. */
const LIBRARIES: [string, StandardSchemaV1<unknown, { text: string; tags: string[] }>, string, string][] = [
  [
    'zod',
    z.object({ text: z.string().trim(), tags: z.array(z.string()).default([]) }),
    'text: Invalid input: expected string, received number',
    'tags[1]: Invalid input: expected string, received null',
  ],
  [
    'valibot',
    v.object({ text: v.pipe(v.string(), v.trim()), tags: v.optional(v.array(v.string()), []) }),
    'text: Invalid type: Expected string but received 7',
    'tags[1]: Invalid type: Expected string but received null',
  ],
];

describe.each(LIBRARIES)('a schema of %s', (_library, schema, wrongText, wrongTag) => {
  it('gives the handler what it made of the payload', async () => {
    const gateway = await startGateway();
    gateway.of('/chat').on('message.sent', { schema }, (data, { rooms }) => {
      expectTypeOf(data).toEqualTypeOf<{ text: string; tags: string[] }>();
      return { data, rooms };
    });
    const a = await plain(gateway, '/chat');
    const reply = await a.ask('message.sent', { text: ' hi ', extra: 1 });
    expect(reply).toEqual({ data: { text: 'hi', tags: [] }, rooms: [] });
  });

  it('says what is wrong and where, and keeps the handler from it', async () => {
    const gateway = await startGateway();
    let calls = 0;
    gateway.of('/').on('message.sent', { schema }, () => {
      calls += 1;
    });
    const [a, b] = [await plain(gateway), await plain(gateway)];
    await a.ask('join', 'r');
    await b.ask('join', 'r');
    expect(await a.ask('message.sent', { text: 7 })).toEqual(invalid(wrongText));
    expect(await a.ask('message.sent', { text: '', tags: ['a', null] })).toEqual(invalid(wrongTag));
    expect(await a.ask('message.sent')).toMatchObject(invalid(expect.stringContaining('bject')));
    expect(await a.ask('batch', [['message.sent', { text: 7 }]])).toMatchObject({
      results: [invalid(wrongText)],
    });
    a.socket.emit('message.sent', null);
    expect(await a.ask('message.sent', { text: '' })).toEqual({ status: 'ok' });
    expect(calls).toBe(1);
    gateway.broadcast('r', 'end');
    expect(await b.before('end')).toEqual([]);
  });
});

/** A schema made by hand; arktype's are functions with the same property. */
function schemaOf<T>(validate: StandardSchemaV1.Props<unknown, T>['validate']): StandardSchemaV1<unknown, T> {
  const props = { version: 1, vendor: 'here', validate } as const;
  return Object.assign(() => {}, { '~standard': props });
}

describe('any Standard Schema', () => {
  it('may take its time', async () => {
    const gateway = await startGateway();
    const schema = z.string().refine(async (name) => {
      await new Promise(setImmediate);
      return name !== 'taken';
    }, 'is taken');
    gateway.of('/').on('rename', { schema }, (name) => ({ name }));
    const a = await plain(gateway);
    const replies = [a.ask('rename', 'free'), a.ask('rename', 'taken'), a.ask('message', 1)];
    expect(await Promise.all(replies)).toEqual([{ name: 'free' }, invalid('is taken'), { status: 'ok' }]);
  });

  it('that fails itself is an internal error, logged', async () => {
    const logged: object[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (details: object) => void logged.push(details),
    };
    const gateway = await startGateway({}, { logger });
    const fault = new Error('a secret of the schema');
    const fails = () => {
      throw fault;
    };
    gateway.of('/').on('throws', { schema: schemaOf(fails) }, () => 1);
    gateway.of('/').on('rejects', { schema: schemaOf(async () => fails()) }, () => 1);
    const a = await plain(gateway);
    expect(await a.ask('throws', 1)).toEqual(INTERNAL);
    expect(await a.ask('rejects', 1)).toEqual(INTERNAL);
    expect(logged).toEqual([
      { err: fault, event: 'throws', socket: a.id },
      { err: fault, event: 'rejects', socket: a.id },
    ]);
  });

  it('tells no more than so much, however much is wrong', async () => {
    const gateway = await startGateway();
    const path = ['list', { key: 0 }, 'p'.repeat(1_000), Symbol('s')];
    const issues = Array.from({ length: 500 }, () => ({ message: 'm'.repeat(100_000), path }));
    gateway.of('/').on('long', { schema: schemaOf(() => ({ issues })) }, () => 1);
    const deep = Array.from({ length: 10_000 }, () => 'a');
    gateway
      .of('/')
      .on('deep', { schema: schemaOf(() => ({ issues: [{ message: 'is wrong', path: deep }] })) }, () => 1);
    const a = await plain(gateway);
    const { message } = ((await a.ask('long', 1)) as ReturnType<typeof invalid>).error;
    expect(message).toMatch(/^list\[0\]\.p+…: m+…; list\[0\]\.p+…: m+…; list\[0\]\.p+…: m+…; and 497 more$/);
    expect((message as string).length).toBeLessThan(1_000);
    expect(await a.ask('deep', 1)).toEqual(invalid(`${'a.'.repeat(50)}…: is wrong`));
  });

  it.each([[{}], [{ schema: undefined }], [{ schema: { parse() {} } }], [undefined], [null]])(
    '%j is none',
    async (options) => {
      const gateway = await startGateway();
      const wrong = options as unknown as { schema: StandardSchemaV1 };
      expect(() => gateway.of('/').on('x', wrong, () => 1)).toThrow('schema must be a Standard Schema');
    },
  );

  it('wants a handler after it', async () => {
    const gateway = await startGateway();
    const none = undefined as unknown as EventHandler<string>;
    expect(() => gateway.of('/').on('x', { schema: z.string() }, none)).toThrow('must be a function');
  });
});
