import { useLayoutEffect, useRef } from 'react';
import type { Line } from './messages';

interface LogProps {
  label: string;
  lines: readonly Line[];
  isShown: boolean;
  onAgain(line: Line): void;
}

const FATES = { received: '', sending: 'Sending', sent: 'Delivered', failed: 'Not delivered' };

/** The messages of a room; the newest stay in view while the reader is at their end. */
export function Log({ label, lines, isShown, onAgain }: LogProps) {
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what moves the end.
  useLayoutEffect(() => {
    if (isAtEnd.current) log.current?.scrollTo(0, log.current.scrollHeight);
  }, [lines.at(-1), lines.length, isShown]);

  return (
    <div
      ref={log}
      className="log"
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 48;
      }}
    >
      {lines.length === 0 && (
        <p className="hint">Messages are not stored: you see what is sent while you are here.</p>
      )}
      {lines.map((line) => (
        <Message key={line.listed.key} line={line} onAgain={onAgain} />
      ))}
    </div>
  );
}

function Message({ line, onAgain }: { line: Line; onAgain(line: Line): void }) {
  const { isOwn, status } = line.listed;
  return (
    <article className={isOwn ? 'message own' : 'message'} data-status={status}>
      <b>{isOwn ? 'You' : line.name}</b>
      <p>{line.text}</p>
      <footer>
        {line.at > 0 && (
          <time dateTime={new Date(line.at).toISOString()}>
            {new Date(line.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
          </time>
        )}
        <span>{FATES[status]}</span>
        {status === 'failed' && (
          <button type="button" onClick={() => onAgain(line)}>
            Try again
          </button>
        )}
      </footer>
    </article>
  );
}
