// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { StrictMode, useEffect, version } from 'react';
import { expect, it } from 'vitest';
import type { ToporiaRealtime } from '../../src';
import {
  RealtimeProvider,
  useConnectionState,
  useEvent,
  useMessages,
  usePresence,
  useRealtime,
  useRoom,
  useTyping,
} from '../../src/react';
import { logOf } from '../support/event-log';
import { next, open, startGateway, wireNames } from '../support/realtime-pair';
import { draw, drawHook } from './drawn';

it('runs on the React that this project is for', ({ task }) => {
  expect(version.split('.')[0]).toBe(task.file.projectName === 'react-18' ? '18' : '19');
});

interface ChatProps {
  onShown(realtime: ToporiaRealtime): void;
  onSaid(text: unknown): void;
}

function Chat({ onShown, onSaid }: ChatProps) {
  const realtime = useRealtime();
  const state = useConnectionState();
  const { status } = useRoom('presence.room', { info: 'Ann' });
  const { members } = usePresence('presence.room');
  useTyping('presence.room');
  useMessages('presence.room', 'said');
  useEvent(['presence.room', 'said'], onSaid);
  useEffect(() => {
    onShown(realtime);
  }, [onShown, realtime]);
  return (
    <p>
      {state} {status} {members.length}
    </p>
  );
}

it('pain 10: StrictMode makes one connection, one hello and one join, and nobody flickers', async () => {
  const gateway = await startGateway();
  const room = await open(gateway.url).join('presence.room');
  const seen = logOf(room.presence, 'joined', 'left', 'updated');
  const wire = wireNames(gateway.gateway.io);
  const clients: ToporiaRealtime[] = [];
  const heard: unknown[] = [];
  draw(
    <StrictMode>
      <RealtimeProvider url={gateway.url}>
        <Chat onShown={(realtime) => clients.push(realtime)} onSaid={(text) => heard.push(text)} />
      </RealtimeProvider>
    </StrictMode>,
  );
  await screen.findByText('connected joined 2');
  const [realtime, ...others] = new Set(clients);
  if (!realtime) throw new Error('nothing was shown');
  const said = next(realtime, 'said');
  room.emit('said', 'hello');
  await said;
  await realtime.request('marker');

  expect(others).toEqual([]);
  expect(clients.length).toBeGreaterThan(1);
  expect(wire).toEqual(['(connection)', 'toporia:hello', 'subscribe', 'marker']);
  expect(heard).toEqual(['hello']);
  expect(seen.names).toEqual(['joined']);
});

it('pain 10: StrictMode does not leave a room of a client that was connected before', async () => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const client = open(gateway.url);
  await client.request('marker');
  const { result, rerender } = drawHook(
    { client, strict: true },
    ({ room }: { room: string }) => useRoom(room).status,
    { room: 'news' },
  );
  await waitFor(() => expect(result.current).toBe('joined'));
  rerender({ room: 'sport' });
  await waitFor(() => expect(result.current).toBe('joined'));
  await client.request('marker');
  expect(wire).toEqual(['(connection)', 'toporia:hello', 'marker', 'join', 'leave', 'join', 'marker']);
  expect(client.getRooms()).toEqual(['sport']);
});
