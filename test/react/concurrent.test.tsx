// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { StrictMode, Suspense, startTransition, useEffect, useLayoutEffect, useState } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RealtimeProvider, useConnectionState, useMessages, useRoom, useTyping } from '../../src/react';
import { turn, watchRoom } from '../bindings/watched-room';
import { open, startGateway, wireNames } from '../support/realtime-pair';
import { draw } from './drawn';

function container(html = ''): HTMLElement {
  const element = document.createElement('div');
  element.innerHTML = html;
  document.body.append(element);
  onTestFinished(() => element.remove());
  return element;
}

function Chat() {
  const { status } = useRoom('news');
  const { messages } = useMessages('news', 'said', { initial: ['before'] });
  return <p>{[useConnectionState(), status, messages.length, useTyping('news').users.length].join(' ')}</p>;
}

describe('a page that a server has rendered', () => {
  it.each([false, true])('comes to life without a word (strict: %s)', async (strict) => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const printed = ['error', 'warn'].map((level) => vi.spyOn(console, level as 'error'));
    const recovered = vi.fn();
    const chat = (
      <RealtimeProvider url={gateway.url}>
        <Chat />
      </RealtimeProvider>
    );
    const page = strict ? <StrictMode>{chat}</StrictMode> : chat;
    const element = container(renderToString(page));
    const paragraph = element.firstChild;
    expect(element.textContent).toBe('idle joining 1 0');
    const root = hydrateRoot(element, page, { onRecoverableError: recovered });
    onTestFinished(() => root.unmount());
    await waitFor(() => expect(element.textContent).toBe('connected joined 1 0'));
    expect(element.firstChild).toBe(paragraph);
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
    expect(recovered).not.toHaveBeenCalled();
    expect(wire).toEqual(['(connection)', 'toporia:hello', 'join']);
  });

  it('may come to life in part when the room has been joined elsewhere', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const printed = vi.spyOn(console, 'error');
    const page = (
      <RealtimeProvider client={client}>
        <Chat />
      </RealtimeProvider>
    );
    const html = renderToString(page);
    draw(page);
    await screen.findByText('connected joined 1 0');
    const element = container(html);
    const recovered = vi.fn();
    const root = hydrateRoot(element, page, { onRecoverableError: recovered });
    onTestFinished(() => root.unmount());
    await waitFor(() => expect(element.textContent).toBe('connected joined 1 0'));
    expect(printed).not.toHaveBeenCalled();
    expect(recovered).not.toHaveBeenCalled();
  });
});

interface Pending {
  isDone: boolean;
  promise: Promise<void>;
  done(): void;
}

function pending(): Pending {
  let done = () => {};
  const promise = new Promise<void>((resolve) => {
    done = resolve;
  });
  const state: Pending = {
    isDone: false,
    promise,
    done: () => {
      state.isDone = true;
      done();
    },
  };
  return state;
}

function InRoom({ room, data }: { room: string; data: Pending | undefined }) {
  const { status } = useRoom(room);
  if (data && !data.isDone) throw data.promise;
  return <p>{`${room} ${status}`}</p>;
}

function Rooms({ data, control }: { data: Pending; control(go: (room: string) => void): void }) {
  const [room, setRoom] = useState('news');
  useEffect(() => control(setRoom), [control]);
  return <InRoom room={room} data={room === 'news' ? undefined : data} />;
}

describe('a component that waits for data', () => {
  it('connects and joins once it is shown', async () => {
    const gateway = await startGateway();
    const wire = wireNames(gateway.gateway.io);
    const data = pending();
    draw(
      <StrictMode>
        <Suspense fallback="waiting">
          <RealtimeProvider url={gateway.url}>
            <InRoom room="news" data={data} />
          </RealtimeProvider>
        </Suspense>
      </StrictMode>,
    );
    await screen.findByText('waiting');
    await turn();
    expect(wire).toEqual([]);
    data.done();
    await screen.findByText('news joined');
    expect(wire).toEqual(['(connection)', 'toporia:hello', 'join']);
  });

  it('stays in its room until the next one is shown', async () => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    const data = pending();
    let go = (_room: string) => {};
    const control = (given: (room: string) => void) => {
      go = given;
    };
    draw(
      <RealtimeProvider client={client}>
        <Suspense fallback="waiting">
          <Rooms data={data} control={control} />
        </Suspense>
      </RealtimeProvider>,
    );
    await screen.findByText('news joined');
    act(() => startTransition(() => go('sport')));
    await client.request('marker');
    expect(document.body.textContent).toBe('news joined');
    expect(client.getRooms()).toEqual(['news']);
    data.done();
    await screen.findByText('sport joined');
    expect(client.getRooms()).toEqual(['sport']);
  });
});

interface SlowProps {
  useText(): string;
  rendered(): void;
  shown(): void;
}

function Slow({ useText, rendered, shown }: SlowProps) {
  const text = useText();
  useLayoutEffect(shown);
  rendered();
  // Longer than the time after which React lets others have their turn.
  const end = performance.now() + 6;
  while (performance.now() < end);
  return <li>{text}</li>;
}

function List({ control, ...slow }: SlowProps & { control(show: () => void): void }) {
  const [count, setCount] = useState(0);
  useEffect(() => control(() => setCount(20)), [control]);
  const items = Array.from({ length: count }, (_, index) => index);
  return (
    <ol>
      {items.map((index) => (
        <Slow key={index} {...slow} />
      ))}
    </ol>
  );
}

describe('a rendering that is interrupted', () => {
  it.each([
    ['of the connection', useConnectionState, 'closed'],
    ['of a room', () => useRoom('news').status, 'left'],
  ])('never shows two states %s at once', async (_title, useText, last) => {
    const gateway = await startGateway();
    const client = open(gateway.url);
    let show = () => {};
    let renders = 0;
    let interruptedAfter = 0;
    const interrupt = () => {
      interruptedAfter = renders;
      client.leave('news');
      client.disconnect();
    };
    const shown: string[] = [];
    const note = () => {
      shown.push([...new Set([...document.querySelectorAll('li')].map((item) => item.textContent))].join());
    };
    const rendered = () => {
      if (++renders === 3) setImmediate(interrupt);
    };
    const control = (given: () => void) => {
      show = given;
    };
    await watchRoom(client, 'news').log.until('joined');
    // Without `act`, which would let nothing come between; and with nothing else of React that would begin it anew.
    const root = createRoot(container());
    onTestFinished(() => root.unmount());
    root.render(
      <RealtimeProvider client={client}>
        <List useText={useText} rendered={rendered} shown={note} control={control} />
      </RealtimeProvider>,
    );
    await waitFor(() => expect(document.querySelectorAll('ol')).toHaveLength(1));
    await turn();
    startTransition(() => show());
    await waitFor(() => expect(document.querySelectorAll('li')).toHaveLength(20));
    expect(interruptedAfter).toBeGreaterThan(2);
    expect(interruptedAfter).toBeLessThan(20);
    expect(shown).toContain(last);
    expect(shown.filter((texts) => texts.includes(','))).toEqual([]);
  });
});
