import { useState } from 'react';
import {
  FlatList,
  KeyboardAvoidingView,
  Platform,
  Pressable,
  StyleSheet,
  Text,
  TextInput,
  View,
} from 'react-native';
import { isMessage, nameOf, useConnectionState, useMessages, usePresence, useTyping } from './realtime';
import { useAppState } from './use-app-state';

const MARKS = { received: '', sending: '…', sent: '✓', failed: 'not delivered' } as const;

export function Chat({ name, room }: { name: string; room: string }) {
  const [text, setText] = useState('');
  const state = useConnectionState();
  const { members } = usePresence(room, { info: { name } });
  const { messages, send, error } = useMessages(room, 'message.sent', { limit: 200 });
  const { users, start, stop } = useTyping(room);
  useAppState();

  const change = (next: string) => {
    setText(next);
    if (next) start(name);
    else stop();
  };
  const submit = () => {
    if (!text.trim()) return;
    send({ id: `${Date.now()}-${Math.random()}`, name, text: text.trim(), at: Date.now() });
    stop();
    setText('');
  };

  return (
    <KeyboardAvoidingView style={styles.page} behavior={Platform.OS === 'ios' ? 'padding' : 'height'}>
      <Text accessibilityRole="header">{`${state} · ${members.map(({ info }) => nameOf(info)).join(', ')}`}</Text>
      {error && <Text accessibilityRole="alert">{error.message}</Text>}
      <FlatList
        style={styles.messages}
        data={messages.filter(({ data }) => isMessage(data))}
        keyExtractor={({ key }) => key}
        renderItem={({ item: { data, status } }) => (
          <Text style={styles.message}>{`${data.name}: ${data.text} ${MARKS[status]}`}</Text>
        )}
      />
      <Text>{users.length > 0 ? `${users.join(', ')} typing…` : ' '}</Text>
      <View style={styles.row}>
        <TextInput
          accessibilityLabel="Message"
          style={styles.input}
          value={text}
          onChangeText={change}
          onSubmitEditing={submit}
        />
        <Pressable accessibilityRole="button" style={styles.send} onPress={submit}>
          <Text style={styles.sendText}>Send</Text>
        </Pressable>
      </View>
    </KeyboardAvoidingView>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, gap: 8, padding: 16, paddingTop: 64, backgroundColor: '#f4f1ea' },
  messages: { flex: 1 },
  message: { paddingVertical: 4, fontSize: 16 },
  row: { flexDirection: 'row', gap: 8 },
  input: { flex: 1, padding: 12, borderWidth: 1, borderColor: '#847e70', borderRadius: 8, fontSize: 16 },
  send: { justifyContent: 'center', paddingHorizontal: 16, borderRadius: 8, backgroundColor: '#0a655e' },
  sendText: { color: '#ffffff', fontSize: 16 },
});
