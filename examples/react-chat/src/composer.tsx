import { type KeyboardEvent, type SyntheticEvent, useEffect, useRef } from 'react';

interface ComposerProps {
  label: string;
  isShown: boolean;
  onType(text: string): void;
  onWrite(text: string): void;
}

export function Composer({ label, isShown, onType, onWrite }: ComposerProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (isShown) box.current?.focus();
  }, [isShown]);

  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!box.current) return;
    const text = box.current.value.trim();
    if (text) onWrite(text);
    box.current.value = '';
    box.current.focus();
  };
  const sendByEnter = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
  };

  return (
    <form className="row" onSubmit={send}>
      <textarea
        ref={box}
        aria-label={label}
        placeholder={label}
        rows={1}
        maxLength={2000}
        enterKeyHint="send"
        onChange={(event) => onType(event.target.value)}
        onKeyDown={sendByEnter}
      />
      <button type="submit">Send</button>
    </form>
  );
}
