import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { onTestFinished } from 'vitest';

/** A span as it was when it ended. */
export interface Ended {
  name: string;
  id: string;
  trace: string;
  parent: string | undefined;
  attributes: object;
  status?: SpanStatus;
  exceptions: unknown[];
}

/** What an SDK of OpenTelemetry does, in memory, until the test ends. */
export function startTracing(): Ended[] {
  const ended: Ended[] = [];
  trace.setGlobalTracerProvider({ getTracer: () => tracerInto(ended) });
  context.setGlobalContextManager(contextManager());
  propagation.setGlobalPropagator({
    inject() {},
    extract(into, carrier) {
      const [, traceId, spanId] = String((carrier as { traceparent?: string }).traceparent).split('-');
      if (!traceId || !spanId) return into;
      return trace.setSpanContext(into, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
    },
    fields: () => ['traceparent'],
  });
  onTestFinished(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });
  return ended;
}

function contextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, act, self, ...args) => storage.run(active, () => act.apply(self as never, args)),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

function tracerInto(ended: Ended[]): Tracer {
  const startSpan = (name: string, options: SpanOptions = {}, parent = context.active()): Span => {
    const from = trace.getSpanContext(parent);
    const id = `span-${name}`;
    const spanContext: SpanContext = {
      traceId: from?.traceId ?? `trace-${name}`,
      spanId: id,
      traceFlags: TraceFlags.SAMPLED,
    };
    const record: Ended = {
      name,
      id,
      trace: spanContext.traceId,
      parent: from?.spanId,
      attributes: options.attributes ?? {},
      exceptions: [],
    };
    const span = {
      spanContext: () => spanContext,
      setStatus(status: SpanStatus) {
        record.status = status;
        return span;
      },
      recordException: (exception: unknown) => void record.exceptions.push(exception),
      end: () => void ended.push(record),
    } as unknown as Span;
    return span;
  };
  const startActiveSpan = (name: string, ...rest: unknown[]) => {
    const act = rest.pop() as (span: Span) => unknown;
    const [options, parent = context.active()] = rest as [SpanOptions, Context?];
    const span = startSpan(name, options, parent);
    return context.with(trace.setSpan(parent, span), () => act(span));
  };
  return { startSpan, startActiveSpan } as Tracer;
}
