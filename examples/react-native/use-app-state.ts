import { useEffect } from 'react';
import { AppState, type AppStateStatus } from 'react-native';
import { useRealtime } from './realtime';

/**
 * Gives the connection up while the app is in the background, where the system would freeze it anyway and others would
 * still see this user in the room. In front again the client connects at once, and joins its rooms again.
 */
export function useAppState(): void {
  const realtime = useRealtime();
  useEffect(() => {
    const follow = (state: AppStateStatus) => {
      if (state === 'active') realtime.connect();
      // On iOS `inactive` is a moment only: a call coming in, or the switcher.
      else if (state === 'background') realtime.disconnect();
    };
    const subscription = AppState.addEventListener('change', follow);
    return () => subscription.remove();
  }, [realtime]);
}
