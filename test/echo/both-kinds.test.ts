import { expect, it } from 'vitest';
import { EventLog } from '../support/event-log';
import { startGateway } from '../support/realtime-pair';
import { openEcho, openSocketIoEcho, subscribed } from './laravel';

it("ToporiaConnector and Echo's own socket.io connector are in the same channels", async () => {
  const gateway = await startGateway();
  const ours = openEcho({ host: gateway.url, authEndpoint: '' });
  const theirs = openSocketIoEcho(gateway.url);
  const log = new EventLog();
  const channel = ours.join('chat');
  await subscribed(
    channel
      .joining(() => log.note('ours: joining'))
      .listen('Said', (data) => log.note('ours: said', data))
      .listenForWhisper('typing', (data) => log.note('ours: whisper', data)),
  );
  const other = theirs
    .join('chat')
    .here((members: unknown[]) => log.note('theirs: here', members.length))
    .listen('Said', (data: unknown) => log.note('theirs: said', data))
    .listenForWhisper('typing', (data: unknown) => log.note('theirs: whisper', data));
  await log.until('theirs: here');
  await log.until('ours: joining');
  channel.whisper('typing', 'by ours');
  await log.until('theirs: whisper');
  other.whisper('typing', 'by theirs');
  await log.until('ours: whisper');
  gateway.broadcast('presence-chat', 'App\\Events\\Said', 'hello');
  await Promise.all([log.until('ours: said'), log.until('theirs: said')]);
  expect(log.entries).toEqual(
    expect.arrayContaining([
      ['theirs: here', 2],
      ['theirs: whisper', 'by ours'],
      ['ours: whisper', 'by theirs'],
      ['ours: said', 'hello'],
      ['theirs: said', 'hello'],
    ]),
  );
  expect(log.entries).toHaveLength(6);
});
