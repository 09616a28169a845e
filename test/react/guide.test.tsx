// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { StrictMode, useEffect, useState } from 'react';
import { expect, it } from 'vitest';
import { ToporiaRealtime } from '../../src';
import { logOf } from '../support/event-log';
import { open, startGateway, wireNames } from '../support/realtime-pair';
import { draw } from './drawn';

interface Message {
  user: string;
  text: string;
}

const currentUser = { name: 'Ann' };

/** As the guide has it, but for the address and a button. */
function Chat({ url }: { url: string }) {
  const [realtime, setRealtime] = useState<ToporiaRealtime | null>(null);
  const [messages, setMessages] = useState<Message[]>([]);

  useEffect(() => {
    const rt = new ToporiaRealtime(url);

    rt.on('connected', async () => {
      await rt.join('chat.room.1');
    });

    rt.on('message.sent', (data: Message) => {
      setMessages((prev) => [...prev, data]);
    });

    setRealtime(rt);

    return () => {
      rt.disconnect();
    };
  }, [url]);

  const sendMessage = (text: string) => {
    realtime?.emit('message.sent', {
      user: currentUser.name,
      text: text,
      timestamp: Date.now(),
    });
  };

  return (
    <div>
      {messages.map((msg) => (
        <div key={msg.text}>
          {msg.user}: {msg.text}
        </div>
      ))}
      <button type="button" onClick={() => sendMessage('hi')}>
        Send
      </button>
    </div>
  );
}

it.each([false, true])("the guide's own component works as it is written (strict: %s)", async (strict) => {
  const gateway = await startGateway();
  const wire = wireNames(gateway.gateway.io);
  const { unmount } = draw(
    strict ? <StrictMode>{<Chat url={gateway.url} />}</StrictMode> : <Chat url={gateway.url} />,
  );
  await waitFor(async () => expect(await gateway.gateway.channels()).toHaveLength(1));
  expect(wire).toEqual(['(connection)', 'toporia:hello', 'join']);
  const other = await open(gateway.url).join('chat.room.1');
  const heard = logOf(other, 'message.sent');
  other.emit('message.sent', { user: 'Bob', text: 'hello' });
  await screen.findByText('Bob: hello');
  act(() => screen.getByText('Send').click());
  expect(await heard.until('message.sent')).toMatchObject([{ user: 'Ann', text: 'hi' }, {}]);
  expect(screen.getAllByText(/hello/)).toHaveLength(1);
  unmount();
  await waitFor(() => expect(gateway.connections()).toBe(1));
});
