import { describe, expect, it } from 'vitest';
import { measured } from './bench';

interface Restart {
  back: number;
  members: number;
  wrongRosters: number;
  /** Ms from the end of the first gateway until the second one listened. */
  listening: number;
  /** Ms from the end of the first gateway until all were back. */
  all: number;
  mostAttemptsInASecond: number;
}

const CLIENTS = 2_000;
/** What docs/reliability.md says, in ms. */
const DOCUMENTED = 60_000;

describe('pain 21: all clients come back at the same moment after a deploy', () => {
  it(`a restart, and a SIGKILL: all of ${CLIENTS} are back in time, spread out, with the right rosters`, async () => {
    const restarts = await measured<Restart>('avalanche', `--clients=${CLIENTS}`, '--presence');
    expect(Object.keys(restarts)).toHaveLength(2);
    for (const [name, restart] of Object.entries(restarts)) {
      console.log(name, restart);
      expect(restart).toMatchObject({ back: CLIENTS, members: CLIENTS, wrongRosters: 0 });
      expect(restart.all - restart.listening).toBeLessThan(DOCUMENTED);
      expect(restart.mostAttemptsInASecond).toBeLessThan(CLIENTS * 1.5);
    }
  });
});
