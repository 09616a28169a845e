export type { ListedMessage } from '../bindings/messages';
