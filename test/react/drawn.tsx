import { cleanup, configure, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { onTestFinished } from 'vitest';
import { RealtimeProvider, type RealtimeProviderProps } from '../../src/react';

// No test depends on how fast the machine is.
configure({ asyncUtilTimeout: 20_000 });

/** Draws elements on a page that is empty again when the test ends. */
export function draw(elements: ReactNode): ReturnType<typeof render> {
  onTestFinished(cleanup);
  return render(elements);
}

type Within = RealtimeProviderProps & { strict?: boolean };

export interface DrawnHook<Result, Props> {
  /** What the hook gave last. */
  readonly result: { readonly current: Result };
  /** What it gave at each render. */
  readonly results: readonly Result[];
  rerender(props: Props): void;
  unmount(): void;
}

/** Calls hooks in a component within a provider. */
export function drawHook<Result, Props = undefined>(
  { strict, ...provider }: Within,
  callback: (props: Props) => Result,
  ...initialProps: Props extends undefined ? [] : [Props]
): DrawnHook<Result, Props> {
  onTestFinished(cleanup);
  const results: Result[] = [];
  const wrapper = ({ children }: { children: ReactNode }) => {
    const drawn = <RealtimeProvider {...provider}>{children}</RealtimeProvider>;
    return strict ? <StrictMode>{drawn}</StrictMode> : drawn;
  };
  const { result, rerender, unmount } = renderHook(
    (props) => {
      const given = callback(props);
      results.push(given);
      return given;
    },
    { wrapper, initialProps: initialProps[0] as Props },
  );
  return { result, results, rerender: (props) => rerender(props as Parameters<typeof rerender>[0]), unmount };
}
