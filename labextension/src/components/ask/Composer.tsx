import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useLayoutEffect, useRef } from 'react';

import { focusFirmly } from '../shared/focus';
import { IconButton } from '../shared/IconButton';
import { useTrans } from '../shared/surroundings';

interface IComposerProps {
  readonly draft: string;
  readonly isBusy: boolean;
  readonly sendWithEnter: boolean;
  /** Earlier questions, newest first. */
  readonly questions: readonly string[];
  readonly wantsFocus: boolean;
  readonly onFocused: () => void;
  readonly onDraft: (text: string) => void;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
}

/** Where a question is written. */
export function Composer(props: IComposerProps): JSX.Element {
  const { draft, isBusy, sendWithEnter, questions, wantsFocus, onFocused, onDraft } = props;
  const trans = useTrans();
  const field = useRef<HTMLTextAreaElement>(null);
  const recalled = useRef(-1);

  useEffect(() => {
    // A panel that is not shown yet cannot take the focus; it draws again when it is.
    if (wantsFocus && field.current !== null && focusFirmly(field.current)) {
      onFocused();
    }
  });
  useLayoutEffect(() => {
    if (field.current !== null) {
      fitHeight(field.current);
    }
  }, [draft]);
  useEffect(() => {
    const node = field.current;
    if (node === null) {
      return;
    }
    let width = 0;
    const observer = new ResizeObserver(() => {
      if (node.clientWidth !== width) {
        width = node.clientWidth;
        fitHeight(node);
      }
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, []);

  const recall = (step: number): boolean => {
    const isBrowsing = draft === '' || draft === questions[recalled.current];
    const next = isBrowsing ? (draft === '' ? -1 : recalled.current) + step : -1;
    if (!isBrowsing || next < -1 || next >= questions.length) {
      return false;
    }
    recalled.current = next;
    onDraft(questions[next] ?? '');
    return true;
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) {
      return;
    }
    const isSend = sendWithEnter ? !event.shiftKey : event.ctrlKey || event.metaKey;
    if (event.key === 'Enter' && isSend) {
      event.preventDefault();
      props.onSend(draft);
    } else if (event.key === 'Escape' && isBusy) {
      event.preventDefault();
      props.onStop();
    } else if (event.key === 'ArrowUp' && recall(1)) {
      event.preventDefault();
    } else if (event.key === 'ArrowDown' && draft !== '' && recall(-1)) {
      event.preventDefault();
    }
  };

  return (
    <div className="jp-DevAssist-composer">
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        value={draft}
        placeholder={trans.__('Ask about your notebooks…')}
        aria-label={trans.__('Question')}
        aria-keyshortcuts={sendWithEnter ? 'Enter' : 'Control+Enter'}
        onChange={event => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {isBusy ? (
        <IconButton icon={stopIcon} label={trans.__('Stop (Esc)')} onClick={props.onStop} />
      ) : (
        <IconButton
          icon={runIcon}
          label={sendWithEnter ? trans.__('Ask (Enter)') : trans.__('Ask (Ctrl+Enter)')}
          isDisabled={draft.trim() === ''}
          onClick={() => props.onSend(draft)}
        />
      )}
    </div>
  );
}

/** As high as its text; the style sheet sets the limit. */
function fitHeight(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}
