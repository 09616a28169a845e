import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { describeWith } from '../../../../test/support/programs';
import { RedisServer } from '../../../../test/support/redis-server';
import type { RedisSettings } from '../../../src/broker/redis/options';
import { infoProblem, readInfo } from '../../../src/broker/redis/problems';
import { makeCertificate, temporaryFolder } from '../../edge/support';
import { message, redisSettings, TestNode } from './support';

/** What a node says is wrong, first of all. */
async function problemOf(port: number, others: Partial<RedisSettings> = {}): Promise<string> {
  await using node = new TestNode(port, others);
  node.broker.start(node);
  await node.until(() => node.broker.state.problem !== undefined);
  return node.broker.state.problem ?? '';
}

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function commands(port: number, ...lines: string[][]): Promise<void> {
  const client = new Redis(port);
  try {
    for (const [name = '', ...args] of lines) await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}

describeWith('redis-server', 'what is wrong with Redis', () => {
  test('is a password that is missing, or wrong, or a user that is not known', async () => {
    await using redis = await RedisServer.start({ requirepass: 'secret' });
    const where = `127.0.0.1:${redis.port}`;
    expect(await problemOf(redis.port)).toBe(`${where} wants a password (redis.password, REDIS_PASSWORD)`);
    expect(await problemOf(redis.port, { password: 'other' })).toBe(
      `the password for ${where} is wrong (redis.password, REDIS_PASSWORD)`,
    );
    expect(await problemOf(redis.port, { username: 'ann', password: 'secret' })).toBe(
      `the user or the password for ${where} is wrong (redis.username, REDIS_USERNAME, redis.password, REDIS_PASSWORD)`,
    );
    await using node = await TestNode.start(redis.port, { password: 'secret', db: 3 });
    await node.broker.publish(['/ room'], message('1'));
    await using same = await TestNode.start(0, { url: `redis://:secret@127.0.0.1:${redis.port}/3` });
    expect((await same.broker.position('/ room')).offset).toBe(1);
    await using another = await TestNode.start(redis.port, { password: 'secret' });
    expect((await another.broker.position('/ room')).offset).toBe(0);
  });

  test('is an address where nobody is, or somebody else', async () => {
    expect(await problemOf(1, { host: 'no.such.host.invalid' })).toBe(
      'the host of no.such.host.invalid:1 is not known (redis.host, REDIS_HOST)',
    );
    const http = await portOf(createHttpServer());
    expect(await problemOf(http)).toBe(
      `what answers at 127.0.0.1:${http} is no Redis (redis.port, REDIS_PORT)`,
    );
    const silent = await portOf(createServer((socket) => socket.destroy()));
    expect(await problemOf(silent)).toBe(
      `127.0.0.1:${silent} closes the connection; does it want TLS (redis.tls, REDIS_TLS)?`,
    );
  });

  test('is a database that is not there', async () => {
    await using redis = await RedisServer.start({ databases: '4' });
    expect(await problemOf(redis.port, { db: 9 })).toBe(
      `127.0.0.1:${redis.port} has no database 9 (redis.db, REDIS_DB)`,
    );
  });

  test('is a user that may not do all that is needed', async () => {
    await using redis = await RedisServer.start();
    await commands(redis.port, ['ACL', 'SETUSER', 'ann', 'on', '>pass', '~other:*', '&*', '+@all']);
    const problem = await problemOf(redis.port, { username: 'ann', password: 'pass' });
    expect(problem).toContain(
      `the user "ann" may not do in Redis at 127.0.0.1:${redis.port} what the gateway needs (redis.username, REDIS_USERNAME)`,
    );
  });

  test('is nothing for a user who may do what is needed and no more', async () => {
    await using redis = await RedisServer.start();
    const names = '~realtime:* ~realtime-* ~{realtime:* &realtime:* &realtime-* &{realtime:*';
    const rights = '-@all +@read +@write +@pubsub +@scripting +@connection +info +time -keys';
    await commands(redis.port, ['ACL', 'SETUSER', 'ann', 'on', '>pass', ...`${names} ${rights}`.split(' ')]);
    await using node = await TestNode.start(redis.port, { username: 'ann', password: 'pass' });
    await node.enter('/ presence-room', true);
    await node.broker.publish(['/ presence-room'], message('1', { once: true }));
    await node.broker.join('/ presence-room', '7', {});
    await node.until(() => node.messages.length === 1 && node.changes.length === 1);
    await node.broker.tell('x');
  });

  test('is a replica', async () => {
    await using primary = await RedisServer.start();
    await using replica = await RedisServer.start({ replicaof: `127.0.0.1 ${primary.port}` });
    expect(await problemOf(replica.port)).toContain(
      `the Redis at 127.0.0.1:${replica.port} is a replica, which can't be written to`,
    );
  });

  test('is memory, and what is published is refused then', async () => {
    await using redis = await RedisServer.start();
    await using node = await TestNode.start(redis.port);
    await commands(redis.port, ['CONFIG', 'SET', 'maxmemory', '1mb']);
    await expect(node.broker.publish(['/ room'], message('1'))).rejects.toMatchObject({
      message: `the Redis at 127.0.0.1:${redis.port} is out of memory (its setting maxmemory)`,
      maybeDone: false,
    });
  });

  test('is a Redis Cluster, or none', async () => {
    await using redis = await RedisServer.start();
    expect(await problemOf(redis.port, { cluster: [`127.0.0.1:${redis.port}`] })).toContain(
      `127.0.0.1:${redis.port} is no node of a Redis Cluster; leave redis.cluster out`,
    );
  });
});

describeWith(['redis-server', 'openssl'], 'a Redis with TLS', () => {
  test('is used where its certificate is trusted', async () => {
    const files = makeCertificate(temporaryFolder());
    await using redis = await RedisServer.startTls(files);
    const ca = readFileSync(files.cert);
    expect(await problemOf(redis.port)).toContain('does it want TLS (redis.tls, REDIS_TLS)?');
    expect(await problemOf(redis.port, { tls: true })).toMatch(/^no TLS with .*self-signed certificate/);
    const options = { tls: { ca, checkServerIdentity: () => undefined } };
    await using node = await TestNode.start(redis.port, { tls: true, options });
    await node.enter('/ room');
    await node.broker.publish(['/ room'], message('1'));
    await node.until(() => node.messages.length === 1);
  });
});

test('a Redis that is too old, a replica or still loading is told by its own account', () => {
  const settings = redisSettings(6379);
  const told = (text: string) => infoProblem(readInfo(text), settings);
  const lines = (version: string, others = '') =>
    `# Server\r\nredis_version:${version}\r\nrun_id:abc\r\n# Replication\r\nrole:master\r\n${others}`;
  expect(told(lines('7.0.0'))).toBeUndefined();
  expect(told(lines('10.1.2'))).toBeUndefined();
  expect(told(lines('6.2.14'))).toBe(
    'the Redis at 127.0.0.1:6379 is version 6.2.14; the gateway needs 7.0 or later',
  );
  expect(told('')).toContain('does not tell its version');
  expect(told(lines('7.2.4', 'loading:1\r\n'))).toContain('still loading');
  expect(told(lines('7.2.4').replace('master', 'slave'))).toContain('is a replica');
});
