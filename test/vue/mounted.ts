import { type MountingOptions, mount, type VueWrapper } from '@vue/test-utils';
import { onTestFinished } from 'vitest';
import { type App, type Component, createApp, defineComponent, type WatchSource, watch } from 'vue';
import type { ToporiaRealtime } from '../../src';
import { createRealtime } from '../../src/vue';
import { EventLog } from '../support/event-log';

export interface Mounted<T> {
  /** What `setup` has returned. */
  readonly used: T;
  readonly wrapper: VueWrapper;
  unmount(): void;
}

/** Mounts a component of nothing but this `setup`, with a client; it is gone when the test ends. */
export function mounted<T>(realtime: ToporiaRealtime, setup: () => T): Mounted<T> {
  let used: { readonly value: T } | undefined;
  const component = defineComponent({
    setup() {
      used = { value: setup() };
      return () => null;
    },
  });
  const wrapper = mountWith(realtime, component);
  if (!used) throw new Error('The component could not be set up');
  return { used: used.value, wrapper, unmount: () => wrapper.unmount() };
}

/** Mounts a component with a client; it is gone when the test ends. */
export function mountWith(
  realtime: ToporiaRealtime,
  component: Component,
  options: MountingOptions<object> = {},
): VueWrapper {
  const wrapper = mount(component, { global: { plugins: [createRealtime(realtime)] }, ...options });
  onTestFinished(() => {
    if (wrapper.exists()) wrapper.unmount();
  });
  return wrapper as unknown as VueWrapper;
}

/** An application that shows nothing. */
export function emptyApp(): App {
  return createApp({ render: () => null });
}

/** Notes each value of a ref or a getter, the first one too, as soon as it is there. */
export function valuesOf(source: WatchSource<unknown>): EventLog {
  const log = new EventLog();
  onTestFinished(watch(source, (value) => log.note(String(value)), { immediate: true, flush: 'sync' }));
  return log;
}
