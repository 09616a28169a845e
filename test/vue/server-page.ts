import { defineComponent, ref } from 'vue';
import { useConnectionState, useEvent, useMessages, usePresence, useTyping } from '../../src/vue';

/** A page that a server renders: everything that there is to use, with the history that the server knows. */
export const ServerPage = defineComponent({
  setup() {
    const room = ref('presence.room');
    const state = useConnectionState();
    const { messages, status } = useMessages(room, 'said', { initial: ['from the server'] });
    const { members } = usePresence<string>(room, { info: 'Ann' });
    const { users } = useTyping(room);
    useEvent([room, 'said'], () => {});
    useEvent('connected', () => {});
    return { state, messages, status, members, users };
  },
  template: `
    <main>
      <h1>{{ state }}, {{ status }}</h1>
      <p v-for="{ key, data } in messages" :key="key">{{ data }}</p>
      <b v-for="{ id, info } in members" :key="id">{{ info }}</b>
      <i v-for="user in users" :key="user">{{ user }}</i>
    </main>`,
});

export const AS_RENDERED =
  '<main><h1>idle, joining</h1><!--[--><p>from the server</p><!--]--><!--[--><!--]--><!--[--><!--]--></main>';
