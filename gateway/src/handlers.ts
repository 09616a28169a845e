import type { EventHandler, HandlerContext, HandlerOptions } from './api';
import { checkSchema, validated } from './schema';

/** The programs' own handlers, by namespace. They outlive the namespaces, which go when they are empty. */
export class Handlers {
  readonly #byNamespace = new Map<string, Map<string, EventHandler>>();

  /** Returns what takes the handler away again. */
  add(namespace: string, event: string, handler: EventHandler): () => void {
    const handlers = this.#byNamespace.get(namespace) ?? new Map<string, EventHandler>();
    if (handlers.has(event))
      throw new Error(`${namespace} handles "${event}" already; undo that handler first.`);
    this.#byNamespace.set(namespace, handlers.set(event, handler));
    return () => {
      if (handlers.get(event) !== handler) return;
      handlers.delete(event);
      if (handlers.size === 0) this.#byNamespace.delete(namespace);
    };
  }

  find(namespace: string, event: string): EventHandler | undefined {
    return this.#byNamespace.get(namespace)?.get(event);
  }

  serves(namespace: string): boolean {
    return this.#byNamespace.has(namespace);
  }
}

/** What a program gave as a handler: the bare function, or options and the function. */
export function asHandler(
  first: EventHandler | HandlerOptions,
  second?: (data: never, context: HandlerContext) => unknown,
): EventHandler {
  if (typeof first === 'function') return first;
  checkSchema(first?.schema);
  if (typeof second !== 'function') throw new TypeError('After its options a handler must be a function.');
  return validated(first.schema, second as EventHandler);
}
