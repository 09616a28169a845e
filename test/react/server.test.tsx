// @vitest-environment node
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import {
  RealtimeProvider,
  useConnectionState,
  useEvent,
  useMessages,
  usePresence,
  useRoom,
  useTyping,
} from '../../src/react';
import { turn } from '../bindings/watched-room';
import { openPlain, startGateway, wireNames } from '../support/realtime-pair';

function Chat() {
  const state = useConnectionState();
  const { status } = useRoom('news', { onGap: () => {} });
  const { members } = usePresence('presence.room');
  const { users } = useTyping('news');
  const { messages } = useMessages('news', 'said', { initial: ['hello'] });
  useEvent('said', () => {});
  const texts = messages.map(({ data }) => data).join();
  return <p>{[state, status, useRoom(null).status, members.length, users.length, texts].join(' ')}</p>;
}

function Wrong() {
  return <p>{useRoom('no room').status}</p>;
}

const page = (url: string) => (
  <RealtimeProvider url={url}>
    <Chat />
  </RealtimeProvider>
);

describe('on a server', () => {
  it('hooks show what there is before anything is connected, and connect nothing', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const printed = vi.spyOn(console, 'error');
    const before = process.getActiveResourcesInfo();
    expect(renderToString(page(gateway.url))).toBe('<p>idle joining idle 0 0 hello</p>');
    await turn();
    expect(process.getActiveResourcesInfo()).toEqual(before);
    expect(printed).not.toHaveBeenCalled();
    await openPlain(gateway.url);
    expect(wire).toEqual(['(connection)']);
  });

  it('a provider takes the address of a page that has no host yet', async () => {
    expect(renderToString(page('/chat'))).toContain('idle joining');
    expect(() => renderToString(page('chat'))).toThrow('such as http://localhost:3000/chat');
  });

  it('a room of an impossible name fails the rendering', async () => {
    const elements = (
      <RealtimeProvider url="/">
        <Wrong />
      </RealtimeProvider>
    );
    const error = await new Promise((resolve) => {
      renderToPipeableStream(elements, { onShellError: resolve, onError: () => {} });
    });
    expect(error).toMatchObject({ code: 'invalid_argument' });
  });
});
