import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Presence } from '../../src/client/presence';
import type { MemberPayload } from '../../src/protocol';

type Change =
  | { kind: 'snapshot'; members: { user: number; info: number }[] }
  | { kind: 'joined' | 'updated'; user: number; info: number }
  | { kind: 'left'; user: number }
  | { kind: 'clear' };

const user = fc.nat(5);
const info = fc.nat(2);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('snapshot' as const),
    members: fc.uniqueArray(fc.record({ user, info }), { selector: (member) => member.user }),
  }),
  fc.record({ kind: fc.constantFrom('joined' as const, 'updated' as const), user, info }),
  fc.record({ kind: fc.constant('left' as const), user }),
  fc.record({ kind: fc.constant('clear' as const) }),
);

/** Ids as gateways write them: sometimes as numbers, sometimes as texts. */
const idOf = (number: number) => (number % 2 ? number : String(number));

function tell(presence: Presence, step: Change): void {
  if (step.kind === 'snapshot') {
    presence._sync(
      step.members.map((one) => ({ user_id: idOf(one.user), user_info: { n: one.info } }) as MemberPayload),
    );
  } else if (step.kind === 'clear') presence._clear();
  else if (step.kind === 'left') presence._receive('user.left', { user_id: String(step.user) });
  else presence._receive(`user.${step.kind}`, { user_id: idOf(step.user), user_info: { n: step.info } });
}

/** What the roster must be, by the plainest means: `undefined` until the first snapshot. */
function expected(steps: readonly Change[]): Map<string, number> | undefined {
  let roster: Map<string, number> | undefined;
  for (const step of steps) {
    if (step.kind === 'clear') roster = undefined;
    else if (step.kind === 'snapshot') roster = new Map(step.members.map((one) => [`${one.user}`, one.info]));
    else if (step.kind === 'left') roster?.delete(`${step.user}`);
    else roster?.set(`${step.user}`, step.info);
  }
  return roster;
}

const asMap = (presence: Presence) =>
  new Map(presence.members.map(({ id, info }) => [id, (info as { n: number }).n]));
const fail = (error: Error) => {
  throw error;
};

describe('presence, whatever comes in whatever order', () => {
  it('is the last snapshot with all differences since', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (steps) => {
        const presence = new Presence(fail, async () => {});
        for (const step of steps) tell(presence, step);
        expect(asMap(presence)).toEqual(expected(steps) ?? new Map());
        for (const member of presence.members) expect(presence.get(member.id)).toBe(member);
      }),
      { numRuns: 500 },
    );
  });

  it('announces what leads from the roster before to the one after, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (steps) => {
        const presence = new Presence(fail, async () => {});
        let replayed = new Map<string, number>();
        let isFirst = true;
        presence.on('joined', ({ id, info }) => {
          expect(replayed.has(id)).toBe(false);
          replayed.set(id, (info as { n: number }).n);
        });
        presence.on('updated', ({ id, info }, previous) => {
          expect((previous.info as { n: number }).n).toBe(replayed.get(id));
          expect(info).not.toEqual(previous.info);
          replayed.set(id, (info as { n: number }).n);
        });
        presence.on('left', ({ id }) => expect(replayed.delete(id)).toBe(true));
        presence.on('sync', () => {
          if (isFirst) replayed = asMap(presence);
          isFirst = false;
        });
        for (const step of steps) {
          tell(presence, step);
          if (step.kind === 'clear') {
            replayed = new Map();
            isFirst = true;
          }
          expect(replayed).toEqual(asMap(presence));
        }
      }),
      { numRuns: 500 },
    );
  });
});
