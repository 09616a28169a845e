/** What Laravel calls the event that carries a notification; a leading dot keeps it as it is. */
export const NOTIFICATION = '.Illuminate\\Notifications\\Events\\BroadcastNotificationCreated';

/** The PHP namespace of events that are named without a leading dot; `false` for none. */
export type EventNamespace = string | false | undefined;

const asClass = (name: string) => name.replaceAll('.', '\\');
const asDotted = (name: string) => name.replaceAll('\\', '.');

/**
 * What the event is called on the wire, of the name that Echo's users write: `OrderShipped`, or `.order.shipped` as it
 * is. A class may come with dots, from a backend for which backslashes are a nuisance.
 */
export function wireNames(event: string, namespace: EventNamespace): string[] {
  if (/^[.\\]/.test(event)) return [event.slice(1)];
  const name = asClass(namespace ? `${namespace}.${event}` : event);
  return name.includes('\\') ? [name, asDotted(name)] : [name];
}

/** The way back, for those who listen to all. */
export function echoName(event: string, namespace: EventNamespace): string {
  for (const spelled of [asClass, asDotted]) {
    const prefix = spelled(`${namespace}.`);
    if (namespace && event.startsWith(prefix)) return asClass(event.slice(prefix.length));
  }
  return `.${event}`;
}

/** What the gateway itself tells, which isn't for those who listen to all. */
export function isGatewayEvent(event: string): boolean {
  return /^(user\.(joined|left|updated)|subscribed|subscription_error)$|^(presence|toporia):/.test(event);
}

/** Names of events that an application may use, although the SDK's client and rooms have events of the same name. */
export function isTakenBySdk(event: string): boolean {
  return /^((dis)?connected|reconnect(ing|ed)|reconnect_failed|connect_error|error|state|joined|gap|left)$/.test(
    event,
  );
}
