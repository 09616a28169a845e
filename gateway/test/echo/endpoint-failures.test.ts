import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../../test/support/programs';
import { unusedPort } from '../../../test/support/realtime-pair';
import { gate, gone } from '../core/support';
import { makeCertificate, temporaryFolder } from '../edge/support';
import { answering, startApplication, startBoth } from './endpoint-support';
import { Heard, openEcho, settled, wire } from './support';

/** What a client is told that asks for a private channel, and what the log is. */
async function refusalOf({ gateway, logger }: Awaited<ReturnType<typeof startBoth>>) {
  const echo = openEcho(gateway);
  const failed = new Heard();
  echo.private('orders').on('subscription_error', failed.note);
  const status = await failed.next();
  expect(await gateway.channels()).toEqual([]);
  // And the connection goes on.
  echo.channel('open');
  await settled(echo);
  expect(await gateway.channels()).toMatchObject([{ name: 'open' }]);
  return { status, log: logger.lines };
}

const warning = (problem: string) => [
  {
    level: 'warn',
    message: `the auth endpoint admits nobody: ${problem}`,
    details: { room: 'private-orders' },
  },
];

describe('an application that does not answer as it should lets nobody in', () => {
  it.each([
    ['an error', answering(500, '{"auth":"app-key:01"}'), 500, 'it answered with status 500'],
    ['no such address', answering(404), 404, 'it answered with status 404'],
    ['a missing CSRF token', answering(419), 419, 'it answered with status 419'],
    ['too many questions', answering(429), 429, 'it answered with status 429'],
    ['nothing changed', answering(304), 304, 'it answered with status 304'],
    ['nothing', answering(204), 503, 'it answered no JSON'],
    ['a page', answering(200, '<html>login</html>'), 503, 'it answered no JSON'],
    ['half of it', answering(200, '{"auth":"app-key:01"'), 503, 'it answered no JSON'],
    ...[
      'false',
      'null',
      '1',
      '"true"',
      '[]',
      '[true]',
      '{}',
      '{"auth":true}',
      '{"message":"Unauthenticated."}',
    ].map(
      (body) =>
        [
          body,
          answering(200, body),
          503,
          'it answered neither true nor { auth } nor { channel_data }',
        ] as const,
    ),
    [
      '{"__proto__":…}',
      answering(200, '{"__proto__":{"auth":"x"}}'),
      503,
      'it answered neither true nor { auth } nor { channel_data }',
    ],
    ['what is nested too deep', answering(200, '['.repeat(60_000)), 503, 'it answered no JSON'],
    ['too much', answering(200, `"${'x'.repeat(64_000)}"`), 503, 'its answer has more than 64000 bytes'],
  ] as const)('%s', async (_what, respond, status, problem) => {
    const refusal = await refusalOf(await startBoth(respond));
    expect(refusal).toEqual({ status, log: warning(problem) });
  });

  it('a redirect, which is not followed', async () => {
    const elsewhere = await startApplication();
    const both = await startBoth(answering(302, '', { Location: elsewhere.url }));
    expect(await refusalOf(both)).toEqual({ status: 302, log: warning('it answered with status 302') });
    expect(elsewhere.asked).toEqual([]);
  });

  it('without an end, of which no more is read than can be good', async () => {
    const both = await startBoth((_asked, response, request) => {
      const more = () => response.write('x'.repeat(10_000), more);
      more();
      request.socket.once('close', () => ended.open());
    });
    const ended = gate();
    const problem = 'its answer has more than 64000 bytes';
    expect(await refusalOf(both)).toEqual({ status: 503, log: warning(problem) });
    await ended.opened;
  });

  it.each([
    ['never', () => {}],
    [
      'but for its beginning',
      (_asked: unknown, response: { write(text: string): unknown }) => void response.write('tr'),
    ],
  ])('in time: %s', async (_how, respond) => {
    const both = await startBoth(respond, { limits: { authorize_timeout: 30 } });
    const problem = 'it did not answer within 30 ms';
    expect(await refusalOf(both)).toEqual({ status: 503, log: warning(problem) });
    while (both.application.open > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('that hangs up', async () => {
    const both = await startBoth((_asked, _response, request) => void request.socket.destroy());
    const problem = 'it could not be reached: ECONNRESET';
    expect(await refusalOf(both)).toEqual({ status: 503, log: warning(problem) });
  });

  it('that is not there', async () => {
    const both = await startBoth(undefined, { auth_endpoint: `http://127.0.0.1:${await unusedPort()}/` });
    const problem = 'it could not be reached: ECONNREFUSED';
    expect(await refusalOf(both)).toEqual({ status: 503, log: warning(problem) });
  });

  it('tells the log but once in a while, whatever clients do', async () => {
    const { gateway, logger } = await startBoth(answering(500));
    const echo = openEcho(gateway);
    for (const name of ['a', 'b', 'c', 'd']) echo.private(name);
    await settled(echo);
    expect(logger.lines).toHaveLength(1);
  });

  it('lets in those who ask when it is well again', async () => {
    const { application, gateway } = await startBoth(answering(500));
    const echo = openEcho(gateway);
    const [failed, subscribed] = [new Heard(), new Heard()];
    echo.private('orders').on('subscription_error', failed.note);
    await failed.next();
    application.respond = () => true;
    echo.leave('orders');
    echo.private('orders').on('subscribed', subscribed.note);
    await subscribed.next();
  });
});

describeWith('openssl', 'an application whose certificate nobody vouches for', () => {
  it('is asked nothing', async () => {
    const files = makeCertificate(temporaryFolder());
    const other = await startApplication();
    const server = createTlsServer(
      { cert: readFileSync(files.cert), key: readFileSync(files.key) },
      other.listen,
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const both = await startBoth(undefined, { auth_endpoint: `https://127.0.0.1:${port}/broadcasting/auth` });
    const problem = 'it could not be reached: DEPTH_ZERO_SELF_SIGNED_CERT';
    expect(await refusalOf(both)).toEqual({ status: 503, log: warning(problem) });
    expect(other.asked).toEqual([]);
  });
});

describe('a question', () => {
  it('is given up when its connection ends, and nobody is in the channel for it', async () => {
    const cut = gate();
    const { application, gateway, logger } = await startBoth((_asked, response) => {
      response.once('close', cut.open);
    });
    const echo = openEcho(gateway);
    const client = wire(echo);
    echo.join('room');
    await application.askedTimes(1);
    const left = gone(gateway, client);
    echo.disconnect();
    await Promise.all([left, cut.opened]);
    expect(await gateway.channels()).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('holds up the end of the gateway for no longer than a question may take', async () => {
    const limits = { authorize_timeout: 300 };
    const { application, gateway } = await startBoth(() => {}, { limits, shutdown_timeout: 600_000 });
    openEcho(gateway, { reconnection: false }).private('orders');
    await application.askedTimes(1);
    await gateway.close();
    while (application.open > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('waits for its turn where there are as many as the limit has', async () => {
    const gates = [gate(), gate(), gate(), gate()];
    const limits = { authorize_requests: 2 };
    const { application, gateway } = await startBoth(
      async () => {
        await gates[application.asked.length - 1]?.opened;
        return true;
      },
      { limits },
    );
    const wishes = new EventEmitter();
    gateway.use((_event, next) => {
      wishes.emit('wish');
      return next();
    });
    const subscribed = new Heard();
    const open = async () => {
      const wish = once(wishes, 'wish');
      const echo = openEcho(gateway);
      echo.private('orders').on('subscribed', subscribed.note);
      await wish;
      return echo;
    };
    await open();
    await open();
    const third = await open();
    await open();
    await application.askedTimes(2);
    await application.quiet();
    expect(application.asked).toHaveLength(2);
    // One of those that wait goes away, and takes no turn.
    const left = gone(gateway, wire(third));
    third.disconnect();
    await left;
    for (const [index, { open: answer }] of gates.entries()) {
      if (index < 3) await application.askedTimes(index + 1);
      answer();
    }
    for (let i = 0; i < 3; i++) await subscribed.next();
    expect(application.asked).toHaveLength(3);
    expect(application.mostOpen).toBe(2);
  });

  it('goes by the connection of an earlier one, and by another where that has just ended', async () => {
    const ports: unknown[] = [];
    let cuts = 0;
    const { application, gateway } = await startBoth((_asked, _response, request) => {
      ports.push(request.socket.remotePort);
      if (ports.length !== 3) return true;
      // As a server does that thought the connection idle just before the question came.
      cuts += 1;
      request.socket.resetAndDestroy();
      return undefined;
    });
    const echo = openEcho(gateway);
    const subscribed = new Heard();
    for (const name of ['a', 'b', 'c']) {
      echo.private(name).on('subscribed', subscribed.note);
      await subscribed.next();
    }
    expect(application.asked.map(({ room }) => room)).toEqual(
      ['a', 'b', 'c', 'c'].map((name) => `private-${name}`),
    );
    expect(cuts).toBe(1);
    expect(ports[0]).toBe(ports[1]);
    expect(ports[2]).toBe(ports[1]);
    expect(ports[3]).not.toBe(ports[2]);
  });
});
