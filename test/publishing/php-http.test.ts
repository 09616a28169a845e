import { expect, onTestFinished, test } from 'vitest';
import { between } from '../../gateway/test/publish/support';
import { Daemon } from '../support/daemon';
import { describeWith, program } from '../support/programs';
import { next, open, openPlain, startGateway } from '../support/realtime-pair';
import { unusedPort } from '../support/unused-port';
import { php, phpFile } from './php';

const KEY = 'key-of-the-tests';
const APP = { app_key: 'app', app_secret: 'a secret of the tests' };

describeWith('php', 'PHP, over HTTP', () => {
  test('publishes, and nothing is lost of what it says', async () => {
    const gateway = await startGateway({ api_key: KEY });
    const [member, plain] = [open(gateway.url), await openPlain(gateway.url)];
    await member.join('news');
    await plain.emitWithAck('join', 'news');
    const data = {
      text: 'größer 🎉 \u0000 "\\',
      deep: { list: [[], {}, null, 1.5] },
      n: 9_007_199_254_740_991,
    };
    const heard = [next(member, 'flash'), next(plain, 'flash')];
    const env = { REALTIME_URL: gateway.url, REALTIME_API_KEY: KEY };
    await php('publish-http', ['news', 'flash', JSON.stringify(data)], env);
    expect(await Promise.all(heard)).toEqual([data, data]);
  });

  test('sends again what was not answered, and it is published once', async () => {
    const gateway = await startGateway({ api_key: KEY });
    const member = open(gateway.url);
    await member.join('news');
    const heard: unknown[] = [];
    member.on('flash', (data, { id }) => heard.push([data, id]));
    const url = await between(gateway, (response, count, answer) =>
      count > 1 ? answer() : response.destroy(),
    );
    const env = { REALTIME_URL: url, REALTIME_API_KEY: KEY };
    expect(await php('publish-http', ['news', 'flash', '1', 'mine'], env)).toBe('mine');
    const end = next(member, 'end');
    gateway.broadcast('news', 'end');
    await end;
    expect(heard).toEqual([[1, 'mine']]);
  });

  test('signs for those whom it lets in', async () => {
    const gateway = await startGateway(APP);
    const port = await unusedPort();
    const args = ['-S', `127.0.0.1:${port}`, phpFile('broadcasting-auth')];
    const server = new Daemon(program('php').path, args, {
      BROADCAST_APP_KEY: APP.app_key,
      BROADCAST_APP_SECRET: APP.app_secret,
    });
    onTestFinished(() => server.end('SIGKILL'));
    server.start();
    await server.listens(port);
    const authEndpoint = `http://127.0.0.1:${port}/broadcasting/auth`;
    const ann = open(gateway.url, { authEndpoint, bearerToken: 'token-of-ann' });
    await ann.join('private-orders.7');
    const { presence } = await ann.join('presence-chat');
    expect(presence.members).toEqual([{ id: '7', info: { name: 'Ann' } }]);
    await expect(ann.join('private-orders.8')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(open(gateway.url, { authEndpoint }).join('private-orders.7')).rejects.toThrow();
  });
});
