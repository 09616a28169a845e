import { expect, onTestFinished, test } from 'vitest';
import { createPublisher } from '../../gateway/src/publish';
import { Nginx } from '../support/nginx';
import { describeWith } from '../support/programs';
import { RedisServer } from '../support/redis-server';
import { KEY, membersOf, startNodes } from './nodes';

describeWith(['nginx', 'redis-server'], 'a publisher before whom nginx stands', () => {
  test('loses and doubles nothing while a node behind it goes and comes back', async () => {
    await using redis = await RedisServer.start();
    const nodes = await startNodes(2, redis);
    const [stays, goes] = nodes;
    if (!stays || !goes) throw new Error('no nodes');
    const members = await membersOf([stays], 'news');
    const upstream = nodes.map(({ url }) => `server ${new URL(url).host} max_fails=0;`).join(' ');
    await using nginx = await Nginx.start(
      (port) => `
        upstream gateways { ${upstream} }
        server {
          listen 127.0.0.1:${port};
          location / { proxy_pass http://gateways; proxy_next_upstream off; }
        }`,
    );
    const publisher = createPublisher({ url: nginx.url, key: KEY });
    onTestFinished(() => publisher.close());
    let restarted: Promise<void> | undefined;
    const count = 60;
    for (let n = 0; n < count; n++) {
      if (n === 20) restarted = goes.restart();
      await publisher.broadcast('news', 'n', n);
    }
    await restarted;
    await publisher.broadcast('news', 'end');
    for (const member of members) {
      const heard = (await member.before('end')).map(([, data]) => data);
      expect(heard, member.name).toEqual(Array.from({ length: count }, (_, n) => n));
    }
  });
});
