import { expect, it } from 'vitest';
import { next, open, startGateway } from '../support/realtime-pair';

it.each(['one', 'all'])('calls no handler that was removed by an earlier one: %s', async (which) => {
  const gateway = await startGateway();
  const realtime = open(gateway.url);
  await realtime.join('news');
  const heard: string[] = [];
  const second = () => heard.push('second');
  realtime.on('tick', () => {
    heard.push('first');
    realtime.off('tick', which === 'one' ? second : undefined);
  });
  realtime.on('tick', second);
  const end = next(realtime, 'end');
  gateway.broadcast('news', 'tick');
  gateway.broadcast('news', 'end');
  await end;
  expect(heard).toEqual(['first']);
});
