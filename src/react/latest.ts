import { useInsertionEffect, useRef } from 'react';

/** The value of the last render that was shown, for what runs later. */
export function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}
