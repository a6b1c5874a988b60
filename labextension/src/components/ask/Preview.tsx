import React, { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

import type { Citation, Passage } from '../../api/types';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';
import { placeInWords } from '../shared/words';

interface IPreviewProps {
  readonly id: string;
  readonly citation: Citation;
  readonly passage: Passage | undefined;
  readonly anchor: HTMLElement;
  readonly onEnter: () => void;
  readonly onLeave: () => void;
}

const GAP = 4;

/** The quote in its surroundings, beside the source it belongs to. */
export function Preview(props: IPreviewProps): JSX.Element {
  const { citation, passage, anchor } = props;
  const trans = useTrans();
  const box = useRef<HTMLDivElement>(null);
  const [position, setPosition] = useState<{ left: number; top: number } | null>(null);

  useLayoutEffect(() => {
    const size = box.current?.getBoundingClientRect();
    if (size !== undefined) {
      setPosition(placeBeside(anchor.getBoundingClientRect(), size));
    }
  }, [anchor]);

  useEffect(() => {
    box.current?.querySelector('mark')?.scrollIntoView?.({ block: 'nearest' });
  }, [position]);

  return createPortal(
    // The pointer may move onto the preview, which then stays.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={box}
      id={props.id}
      role="tooltip"
      className="jp-DevAssist-preview"
      style={position === null ? { visibility: 'hidden' } : position}
      onMouseEnter={props.onEnter}
      onMouseLeave={props.onLeave}
    >
      <div className="jp-DevAssist-previewWhere">
        <Plain text={citation.path} /> · {placeInWords(citation.span, trans)}
      </div>
      {citation.heading.length > 0 && (
        <div className="jp-DevAssist-previewHeading">
          <Plain text={citation.heading.join(' › ')} />
        </div>
      )}
      <div
        className={`jp-DevAssist-previewText ${passage?.chunk.kind === 'code' ? 'jp-mod-code' : ''}`}
        dir="auto"
      >
        <QuoteInText quote={citation.quote} text={passage?.chunk.text ?? citation.quote} />
      </div>
    </div>,
    document.body
  );
}

function QuoteInText({ quote, text }: { quote: string; text: string }): JSX.Element {
  const at = text.indexOf(quote);
  if (at < 0) {
    return (
      <mark>
        <Plain text={quote} />
      </mark>
    );
  }
  return (
    <>
      <Plain text={text.slice(0, at)} />
      <mark>
        <Plain text={quote} />
      </mark>
      <Plain text={text.slice(at + quote.length)} />
    </>
  );
}

/** Beside the panel, so that the other sources stay in reach; where there is no room, below or above the anchor. */
function placeBeside(anchor: DOMRect, size: DOMRect): { left: number; top: number } {
  const lowest = window.innerHeight - size.height - GAP;
  const right = anchor.right + GAP;
  if (right + size.width <= window.innerWidth) {
    return { left: right, top: Math.max(GAP, Math.min(anchor.top, lowest)) };
  }
  const below = anchor.bottom + GAP;
  return {
    left: Math.max(GAP, window.innerWidth - size.width - GAP),
    top: below <= lowest ? below : Math.max(GAP, anchor.top - GAP - size.height)
  };
}
