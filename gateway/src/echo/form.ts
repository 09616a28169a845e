import type { Message } from '../delivery/message';
import type { Room } from '../room';

/** An event and its arguments as Laravel Echo wants them: `(channel, data)`. */
export function inEchoDialect({ event, args, echo }: Message, room: Room): unknown[] {
  return echo ? [echo.event, room.name, echo.data] : [echoEventName(event), room.name, ...args];
}

/**
 * The name that Echo's `listen('OrderShipped')` waits for is that of a PHP class, `App\Events\OrderShipped`. A backend for
 * which backslashes are a nuisance may publish it as `App.Events.OrderShipped`.
 */
export function echoEventName(event: string): string {
  return event.startsWith('App.Events.') ? event.replaceAll('.', '\\') : event;
}
