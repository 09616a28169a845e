// Checked by the compiler (`npm run types`), never run: each `@ts-expect-error` fails when the line below compiles.
import { expectTypeOf } from 'vitest';
import Default, {
  RealtimeError,
  type RealtimeErrorCode,
  RealtimeListener,
  type RealtimeOptions,
  roomKind,
  ToporiaRealtime,
} from '../../src/index';
import type { FromServer } from './event-maps';

const URL = 'http://localhost:3000/chat';

export function optionsOfTheSdkAndOfSocketIo(): void {
  const options: RealtimeOptions = {
    autoConnect: false,
    ackTimeout: 500,
    timeout: 1_000,
    offlineQueue: { limit: 10, overflow: 'drop-oldest' },
    transports: ['websocket', 'polling'],
    upgrade: true,
    rememberUpgrade: true,
    reconnection: true,
    reconnectionAttempts: 5,
    reconnectionDelay: 1_000,
    reconnectionDelayMax: 5_000,
    path: '/socket.io/',
    query: { tenant: '1' },
    withCredentials: true,
    logger: { warn: () => {} },
  };
  new ToporiaRealtime(URL, options);
  new ToporiaRealtime(URL, { auth: 'token' });
  new ToporiaRealtime(URL, { auth: { token: 'token', guard: 'web' } });
  new ToporiaRealtime(URL, { auth: () => undefined });
  new ToporiaRealtime(URL, { auth: async () => 'token' });
}

export function wrongOptionsDoNotCompile(): void {
  // @ts-expect-error no such option
  new ToporiaRealtime(URL, { reconectionDelay: 1_000 });
  // @ts-expect-error milliseconds are a number
  new ToporiaRealtime(URL, { timeout: '1s' });
  // @ts-expect-error no such way
  new ToporiaRealtime(URL, { offlineQueue: { overflow: 'drop-newest' } });
  // @ts-expect-error a token is no number
  new ToporiaRealtime(URL, { auth: 5 });
  // @ts-expect-error nor is one from a function
  new ToporiaRealtime(URL, { auth: async () => 5 });
  // @ts-expect-error not a list
  new ToporiaRealtime(URL, { transports: 'websocket' });
  // @ts-expect-error a logger warns
  new ToporiaRealtime(URL, { logger: {} });
  // @ts-expect-error the URL is missing
  new ToporiaRealtime();
  // @ts-expect-error event maps are objects
  new ToporiaRealtime<string>(URL);
}

export async function theRestOfTheClient(): Promise<void> {
  await using realtime = new ToporiaRealtime(URL);
  expectTypeOf(Default).toEqualTypeOf(ToporiaRealtime);
  expectTypeOf(await realtime.ready({ timeout: 5 })).toEqualTypeOf(realtime);
  expectTypeOf(realtime.isConnected()).toEqualTypeOf<boolean>();
  expectTypeOf(realtime.getId()).toEqualTypeOf<string | undefined>();
  expectTypeOf(realtime.connect().reconnect().disconnect()).toEqualTypeOf(realtime);
  expectTypeOf(roomKind('news')).toEqualTypeOf<'public' | 'private' | 'presence'>();
  // @ts-expect-error the state is told, not set
  realtime.state = 'closed';
  const listener = new RealtimeListener<FromServer>(URL);
  listener.on('counted', (total) => expectTypeOf(total).toEqualTypeOf<number>());
  // @ts-expect-error a listener never sends
  listener.emit('counted', 1);
}

export function errorsHaveACodeOfAClosedList(error: RealtimeError): boolean {
  expectTypeOf(error.code).toEqualTypeOf<RealtimeErrorCode>();
  expectTypeOf(error.cause).toEqualTypeOf<unknown>();
  expectTypeOf(error.retryAfter).toEqualTypeOf<number | undefined>();
  // @ts-expect-error no such code
  new RealtimeError('time_out', 'late');
  // @ts-expect-error no such code
  return error.code === 'time_out' || error.code === 'timeout';
}
