import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React, { useId, useRef, useState } from 'react';

import type { Citation, Passage } from '../../api/types';
import { plain } from '../../models/speech';
import { kindIcon } from '../shared/kindIcon';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';
import { fileName, placeInWords } from '../shared/words';

interface ISourcesProps {
  readonly citations: readonly Citation[];
  readonly others: readonly Passage[];
  /** Whether the quote of a citation is code. */
  readonly isCode: (citation: Citation) => boolean;
  readonly previewId: string;
  readonly previewedMarker: number | null;
  readonly onOpenCitation: (citation: Citation) => void;
  readonly onOpenPassage: (passage: Passage) => void;
  readonly onHover: (marker: number, anchor: HTMLElement) => void;
  readonly onLeave: () => void;
  readonly onTogglePreview: (marker: number, anchor: HTMLElement) => void;
}

/** The evidence: one line a source; arrows walk, Enter opens, Space previews. */
export function Sources(props: ISourcesProps): JSX.Element {
  const { citations, others } = props;
  const trans = useTrans();
  const headingId = useId();
  const list = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const Caret = isOpen ? caretDownIcon : caretRightIcon;

  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (step !== undefined && at >= 0) {
      event.preventDefault();
      rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
    }
  };

  return (
    // The keys move between the buttons inside; the section itself is never focused.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="jp-DevAssist-sources" ref={list} onKeyDown={onKeyDown}>
      {(citations.length > 0 || others.length > 0) && (
        <div className="jp-DevAssist-sourcesHead">
          <h3 id={headingId}>{trans.__('Sources')}</h3>
          {others.length > 0 && (
            <button
              type="button"
              className="jp-DevAssist-disclosure"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              <Caret.react tag="span" elementSize="normal" aria-hidden="true" />
              {citations.length > 0
                ? trans._n('%1 more passage', '%1 more passages', others.length)
                : trans._n('%1 passage', '%1 passages', others.length)}
            </button>
          )}
        </div>
      )}
      {citations.length > 0 && (
        <ol aria-labelledby={headingId}>
          {citations.map(citation => (
            <CitationRow key={citation.marker} citation={citation} {...props} />
          ))}
        </ol>
      )}
      {isOpen && <Passages passages={others} onOpen={props.onOpenPassage} />}
    </div>
  );
}

function CitationRow(props: ISourcesProps & { citation: Citation }): JSX.Element {
  const { citation } = props;
  const trans = useTrans();
  const quoteId = useId();
  return (
    <li>
      <button
        type="button"
        className="jp-DevAssist-source"
        aria-describedby={props.previewedMarker === citation.marker ? props.previewId : quoteId}
        onClick={() => props.onOpenCitation(citation)}
        onMouseMove={event => props.onHover(citation.marker, event.currentTarget)}
        onMouseLeave={props.onLeave}
        onKeyDown={event => {
          if (event.key === ' ') {
            event.preventDefault();
            props.onTogglePreview(citation.marker, event.currentTarget);
          }
        }}
        onKeyUp={event => event.key === ' ' && event.preventDefault()}
      >
        <span className="jp-DevAssist-marker" aria-hidden="true">
          [{citation.marker}]
        </span>
        <span className="jp-DevAssist-spoken">{trans.__('Source %1:', citation.marker)}</span>
        <span className="jp-DevAssist-sourceName" dir="auto">
          <Plain text={fileName(citation.path)} />
          <span className="jp-DevAssist-spoken">,</span>
        </span>
        <span className="jp-DevAssist-sourcePlace">{placeInWords(citation.span, trans)}</span>
        <span className="jp-DevAssist-sourceQuote" id={quoteId} aria-hidden="true" dir="auto">
          “<Plain text={oneLine(citation.quote, props.isCode(citation))} />”
        </span>
      </button>
    </li>
  );
}

interface IPassagesProps {
  readonly passages: readonly Passage[];
  readonly onOpen: (passage: Passage) => void;
}

/** Passages that were found but are not quoted. */
export function Passages({ passages, onOpen }: IPassagesProps): JSX.Element {
  const trans = useTrans();
  return (
    <ul className="jp-DevAssist-passages">
      {passages.map(passage => {
        const Icon = kindIcon(passage.document_kind).react;
        const { chunk } = passage;
        return (
          <li key={chunk.id}>
            <button
              type="button"
              className="jp-DevAssist-source"
              title={passage.path}
              onClick={() => onOpen(passage)}
            >
              <Icon tag="span" elementSize="normal" aria-hidden="true" className="jp-DevAssist-marker" />
              <span className="jp-DevAssist-sourceName" dir="auto">
                <Plain text={fileName(passage.path)} />
              </span>
              <span className="jp-DevAssist-sourcePlace">{placeInWords(chunk.span, trans)}</span>
              <span className="jp-DevAssist-sourceQuote" dir="auto">
                <Plain text={oneLine(chunk.text.slice(0, 300), chunk.kind === 'code')} />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** A text in one line, without the marks of Markdown. */
function oneLine(text: string, isCode: boolean): string {
  return isCode ? text.replace(/\s+/g, ' ') : plain(text);
}
