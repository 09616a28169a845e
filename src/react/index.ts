export { holdClient } from '../bindings/client';
export type { ListedMessage } from '../bindings/messages';
export { holdRoom } from '../bindings/room';
export { ToporiaRealtime } from '../index';
