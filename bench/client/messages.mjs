/** What a chat sends. */
export const DRAFT = {
  room: 'chat.room.1',
  text: 'Shall we meet at eight, in front of the station?',
  tags: ['a', 'b'],
};

/** What a chat hears: the payload, and what the gateway tells of it. */
export function message(id) {
  return [
    { id: 4711, text: DRAFT.text, user: { id: 7, name: 'Ann' } },
    { channel: 'chat.room.1', id, timestamp: 1_767_225_600_000, sender: { user_id: '7' } },
  ];
}
