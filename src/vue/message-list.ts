import { isRef, type MaybeRefOrGetter, type ShallowRef, shallowRef, toValue, watch } from 'vue';
import { type ListedMessage, MessageList, type MessageListOptions } from '../bindings/messages';
import { onPage } from './page';
import { AT_ONCE, type MaybeRoom } from './room';

interface UsedList {
  readonly list: ShallowRef<MessageList>;
  readonly messages: ShallowRef<readonly ListedMessage[]>;
}

/** A list for the room and the event that are named, another one when they change. */
export function useMessageList(
  room: MaybeRoom,
  event: MaybeRefOrGetter<string>,
  options: MaybeRefOrGetter<MessageListOptions>,
): UsedList {
  const isLive = isRef(options) || typeof options === 'function';
  const list = shallowRef(new MessageList(toValue(options)));
  const messages = shallowRef(list.value.messages);
  // What is given once is the history of the first room, and of no other.
  const another = () => new MessageList(isLive ? toValue(options) : { limit: toValue(options).limit });
  let isFirst = true;
  onPage(() => {
    watch(
      [() => toValue(room), () => toValue(event)],
      (_, [before], onEnd) => {
        if (!isFirst && (isLive || before)) list.value = another();
        isFirst = false;
        const current = list.value;
        const look = () => {
          messages.value = current.messages;
        };
        onEnd(current.watch(look));
        look();
      },
      AT_ONCE,
    );
  });
  return { list, messages };
}
