import type { Broker, BrokerListener } from '../broker/broker';
import type { Meter } from './meter';

/** Measures what a broker publishes, and counts how often it came back. It is one gateway's alone, so its own methods are replaced. */
export function measureBroker(broker: Broker, meter: Meter): void {
  const publish = broker.publish.bind(broker);
  broker.publish = (rooms, message) =>
    meter.timed(meter.brokered, 'publish', () => publish(rooms, message)) as ReturnType<Broker['publish']>;
  const start = broker.start.bind(broker);
  broker.start = (listener) => start(countingReturns(listener, meter));
}

function countingReturns(listener: BrokerListener, meter: Meter): BrokerListener {
  let wasLost = false;
  return {
    heard: (heard) => listener.heard(heard),
    gap: (room, position) => listener.gap(room, position),
    roster: (room, change) => listener.roster(room, change),
    rosterIs: (room, page) => listener.rosterIs(room, page),
    told: (node, what) => listener.told(node, what),
    forgotten: () => listener.forgotten(),
    state(state) {
      if (state.status === 'ready' && wasLost) meter.brokerReconnections += 1;
      wasLost = state.status === 'down' || (wasLost && state.status !== 'ready');
      listener.state(state);
    },
  };
}
