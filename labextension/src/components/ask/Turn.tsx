import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon } from '@jupyterlab/ui-components';
import React, { memo, useCallback, useId, useMemo } from 'react';

import type { Citation, Passage } from '../../api/types';
import { isRunning, uncitedPassages, type ITurn } from '../../models/turn';
import { Markdown } from '../markdown/Markdown';
import { IconButton } from '../shared/IconButton';
import { Notice } from '../shared/Notice';
import { Plain } from '../shared/Plain';
import { useSurroundings, useTrans } from '../shared/surroundings';
import { citationName, placeInWords, scopeInWords } from '../shared/words';
import { Preview } from './Preview';
import { Passages, Sources } from './Sources';
import { usePreview } from './usePreview';

export interface ITurnProps {
  readonly turn: ITurn;
  readonly onOpenCitation: (citation: Citation) => void;
  readonly onOpenPassage: (passage: Passage) => void;
  readonly onRetry: (turn: ITurn) => void;
  readonly onGoToLibrary: () => void;
}

/** A question and its answer: the sources first, the text beside them. */
export const Turn = memo(function Turn(props: ITurnProps): JSX.Element {
  const { turn, onOpenCitation } = props;
  const trans = useTrans();
  const previewId = useId();
  const preview = usePreview();
  const others = useMemo(() => uncitedPassages(turn), [turn]);
  const passageOf = (citation: Citation) =>
    turn.passages.find(passage => passage.chunk.id === citation.chunk_id);
  const isCode = (citation: Citation) => passageOf(citation)?.chunk.kind === 'code';
  const previewed = turn.citations.find(citation => citation.marker === preview.previewed?.marker);

  const renderMark = useCallback(
    (marker: number) => {
      const citation = turn.citations.find(one => one.marker === marker);
      return citation === undefined ? null : (
        <button
          type="button"
          className="jp-DevAssist-chip"
          aria-label={citationName(citation, trans)}
          onClick={() => onOpenCitation(citation)}
        >
          {marker}
        </button>
      );
    },
    [turn.citations, trans, onOpenCitation]
  );

  return (
    <article className="jp-DevAssist-turn" aria-label={turn.question}>
      <div className="jp-DevAssist-question" dir="auto">
        <Plain text={turn.question} />
        {turn.scope.kind !== 'all' && (
          <span className="jp-DevAssist-questionScope">{scopeInWords(turn.scope, trans)}</span>
        )}
      </div>
      {turn.supported === false ? (
        <Refusal {...props} />
      ) : (
        <>
          <Sources
            citations={turn.citations}
            others={others}
            isCode={isCode}
            previewId={previewId}
            previewedMarker={previewed?.marker ?? null}
            onOpenCitation={citation => {
              preview.close();
              onOpenCitation(citation);
            }}
            onOpenPassage={props.onOpenPassage}
            onHover={preview.hover}
            onLeave={preview.leave}
            onTogglePreview={preview.toggle}
          />
          <Markdown text={turn.text} renderMark={renderMark} />
        </>
      )}
      <Ending {...props} />
      {previewed !== undefined && preview.previewed !== null && (
        <Preview
          id={previewId}
          citation={previewed}
          passage={passageOf(previewed)}
          anchor={preview.previewed.anchor}
          onEnter={preview.hold}
          onLeave={preview.leave}
        />
      )}
    </article>
  );
});

/** The notes do not cover the question: say so, and show what comes nearest. */
function Refusal({ turn, onOpenPassage, onGoToLibrary }: ITurnProps): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-DevAssist-refusal">
      <p>
        {turn.passages.length > 0
          ? trans.__('Your notes do not cover this. Nearest:')
          : trans.__('Your notes do not cover this.')}
      </p>
      <Passages passages={turn.passages.slice(0, 5)} onOpen={onOpenPassage} />
      <p className="jp-DevAssist-aside">
        {trans.__('Adding a notebook, notes or a PDF on this subject would let it be answered.')}{' '}
        <button type="button" className="jp-DevAssist-link" onClick={onGoToLibrary}>
          {trans.__('Open the library')}
        </button>
      </p>
    </div>
  );
}

/** How the answer stands: what is being done, how it ended, and what to do about it. */
function Ending({ turn, onRetry }: ITurnProps): JSX.Element | null {
  const { trans, copy } = useSurroundings();
  if (isRunning(turn)) {
    const words = {
      searching: trans.__('Searching your notes…'),
      reading: trans._n('Reading %1 passage…', 'Reading %1 passages…', turn.passages.length),
      answering: trans.__('Answering…')
    }[turn.state as 'searching' | 'reading' | 'answering'];
    return <div className="jp-DevAssist-state jp-mod-running">{words}</div>;
  }
  if (turn.problem !== null) {
    return (
      <Notice tone="error" action={{ label: trans.__('Ask again'), run: () => onRetry(turn) }}>
        {turn.problem.code === 'unreachable'
          ? trans.__('The Jupyter server cannot be reached.')
          : turn.problem.message}
      </Notice>
    );
  }
  return (
    <div className="jp-DevAssist-state">
      {turn.notice !== null && <Notice tone="warning">{turn.notice}</Notice>}
      {turn.state === 'stopped' && (
        <>
          <span>{trans.__('Stopped.')}</span>
          <button type="button" className="jp-DevAssist-link" onClick={() => onRetry(turn)}>
            {trans.__('Ask again')}
          </button>
        </>
      )}
      {turn.milliseconds !== null && (
        <span className="jp-DevAssist-took">{trans.__('%1 ms', Math.round(turn.milliseconds))}</span>
      )}
      {turn.text !== '' && turn.supported !== false && (
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy answer')}
          className="jp-DevAssist-copyAnswer"
          onClick={() => copy(withSources(turn, trans))}
        />
      )}
    </div>
  );
}

/** The answer's Markdown with the list of its sources, to be pasted elsewhere. */
function withSources({ text, citations }: ITurn, trans: TranslationBundle): string {
  const sources = citations.map(
    ({ marker, path, span }) => `[${marker}] ${path}, ${placeInWords(span, trans)}`
  );
  return sources.length === 0 ? text : `${text.trimEnd()}\n\n${sources.join('\n')}\n`;
}
