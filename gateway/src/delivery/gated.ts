import type { Position } from '../../../src/protocol';
import type { Room } from '../room';
import type { Form } from './form';

export interface Receivers {
  /** Sockets that don't get it. */
  readonly except: ReadonlySet<string>;
  /** Whether a plain client gets it by any of the rooms. */
  readonly hears: (socketId: string) => boolean;
}

/** Gives the gates of rooms what is for them. Returns who must not get it otherwise. */
export function fill(
  rooms: readonly Room[],
  earlier: readonly Room[],
  form: Form,
  positions: readonly (Position | undefined)[],
  { except, hears }: Receivers,
): ReadonlySet<string> {
  let left = except;
  for (const [index, room] of rooms.entries()) {
    if (room.gates.size === 0) continue;
    const position = positions[index];
    for (const gate of [...room.gates]) {
      if (!gate.isShut) {
        if (gate.stops(position)) left = new Set([...left, gate.socketId]);
      } else if (position && !except.has(gate.socketId)) {
        // A plain client gets one copy, and has it already where it hears another of the rooms.
        if (gate.dialect === 'sdk') gate.hold(form.sdk(room, position), position);
        else if (!hears(gate.socketId) && !isHeldBack(earlier, gate.socketId))
          gate.hold(form.plain(), position);
      }
    }
  }
  return left;
}

function isHeldBack(rooms: readonly Room[], socketId: string): boolean {
  return rooms.some((room) => [...room.gates].some((gate) => gate.isShut && gate.socketId === socketId));
}
