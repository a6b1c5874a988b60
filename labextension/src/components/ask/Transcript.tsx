import React, { useLayoutEffect, useRef, type ReactNode } from 'react';

import type { ITurn } from '../../models/turn';
import { useTrans } from '../shared/surroundings';
import { Turn, type ITurnProps } from './Turn';

interface ITranscriptProps extends Omit<ITurnProps, 'turn'> {
  readonly turns: readonly ITurn[];
  /** What to show while nothing was asked. */
  readonly children: ReactNode;
}

const NEAR_THE_END = 24;

/**
 * The conversation. Follows the text while the reader is at its end, and never moves it otherwise.
 *
 * #### Notes
 * The latest question stays in view, and with it the sources below it: a longer answer grows out of sight.
 */
export function Transcript({ turns, children, ...turnProps }: ITranscriptProps): JSX.Element {
  const trans = useTrans();
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const count = useRef(0);

  useLayoutEffect(() => {
    const node = scroller.current;
    const latest = node?.lastElementChild;
    if (node !== null && latest && (isAtEnd.current || turns.length > count.current)) {
      const toLatest = latest.getBoundingClientRect().top - node.getBoundingClientRect().top;
      node.scrollTop = Math.min(node.scrollHeight, node.scrollTop + toLatest);
      isAtEnd.current = distanceToEnd(node) < NEAR_THE_END;
    }
    count.current = turns.length;
  }, [turns]);

  return (
    <div
      className="jp-DevAssist-transcript"
      ref={scroller}
      role="log"
      aria-live="off"
      aria-label={trans.__('Questions and answers')}
      // Scrollable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={event => {
        isAtEnd.current = distanceToEnd(event.currentTarget) < NEAR_THE_END;
      }}
    >
      {turns.length === 0 ? children : turns.map(turn => <Turn key={turn.key} turn={turn} {...turnProps} />)}
    </div>
  );
}

function distanceToEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}
