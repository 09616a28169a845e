import type { App } from 'vue';
import { createClient, holdClient } from '../bindings/client';
import type { AnyEvents, RealtimeOptions, ToporiaRealtime } from '../index';
import { REALTIME } from './injection';

/** To be given to `app.use()`. */
export interface RealtimePlugin<FromServer extends object = AnyEvents, ToServer extends object = AnyEvents> {
  /** The client, for what is no component: a guard of the router, a store. */
  readonly client: ToporiaRealtime<FromServer, ToServer>;
  install(app: App): void;
}

/** Gives a client of the application's own, which connects it and ends it, to all components. */
export function createRealtime<FromServer extends object = AnyEvents, ToServer extends object = AnyEvents>(
  client: ToporiaRealtime<FromServer, ToServer>,
): RealtimePlugin<FromServer, ToServer>;
/**
 * Makes a client and gives it to all components. It connects with `app.use()`, unless `autoConnect` is false, and is
 * disconnected with `app.unmount()`; on a server it never connects. The URL's path is the namespace.
 * @throws RealtimeError `invalid_argument` when `url` isn't one.
 */
export function createRealtime<FromServer extends object = AnyEvents, ToServer extends object = AnyEvents>(
  url: string,
  options?: RealtimeOptions,
): RealtimePlugin<FromServer, ToServer>;
export function createRealtime(
  target: string | ToporiaRealtime,
  options: RealtimeOptions = {},
): RealtimePlugin {
  const isGiven = typeof target === 'object';
  const client = isGiven ? target : createClient(String(target), options);
  return {
    client,
    install(app) {
      app.provide(REALTIME, client);
      app.config.globalProperties.$realtime = client;
      if (isGiven || typeof window === 'undefined') return;
      atUnmount(app, options.autoConnect === false ? () => client.disconnect() : holdClient(client));
    },
  };
}

function atUnmount(app: App, end: () => void): void {
  if (app.onUnmount) app.onUnmount(end);
  else {
    // Before Vue 3.5.
    const { unmount } = app;
    app.unmount = () => {
      unmount();
      end();
    };
  }
}
