import { caretLeftIcon } from '@jupyterlab/ui-components';
import React, { useCallback } from 'react';

import type { Citation, Passage } from '../api/types';
import { CitationNotice } from '../components/ask/CitationNotice';
import { Composer } from '../components/ask/Composer';
import { EmptyAsk } from '../components/ask/EmptyAsk';
import { ScopeBar } from '../components/ask/ScopeBar';
import { Transcript } from '../components/ask/Transcript';
import { LiveRegion } from '../components/shared/LiveRegion';
import { useTrans } from '../components/shared/surroundings';
import { wholeSentences } from '../models/speech';
import { subjectsOf } from '../models/suggestions';
import { isRunning, type ITurn } from '../models/turn';
import { LibraryState } from './LibraryState';
import type { IPanelModels } from './models';
import { useChanges } from './useChanges';

interface IAskViewProps {
  readonly models: IPanelModels;
}

/** Questions, answers, and the field to ask in. */
export function AskView({ models }: IAskViewProps): JSX.Element {
  const { conversation, library, panel, preferences, reader, workspace } = models;
  const trans = useTrans();
  useChanges(conversation, library, panel, preferences, reader, workspace);

  const ask = (text: string) => {
    void conversation.ask(text);
    panel.focusQuestion();
  };
  const onOpenCitation = useCallback((citation: Citation) => void reader.openCitation(citation), [reader]);
  const onOpenPassage = useCallback((passage: Passage) => void reader.openPassage(passage), [reader]);
  const onRetry = useCallback((turn: ITurn) => void conversation.retry(turn), [conversation]);
  const onGoToLibrary = useCallback(() => panel.show('library'), [panel]);

  return (
    <>
      <ScopeBar
        scope={conversation.scope}
        folder={workspace.folder}
        notebook={workspace.notebook}
        collections={library.collections}
        model={conversation.model}
        models={library.status?.models ?? []}
        isOffline={library.status?.offline ?? false}
        onScope={scope => conversation.setScope(scope)}
        onModel={model => conversation.setModel(model)}
      />
      <LibraryState models={models} />
      <Transcript
        turns={conversation.turns}
        onOpenCitation={onOpenCitation}
        onOpenPassage={onOpenPassage}
        onRetry={onRetry}
        onGoToLibrary={onGoToLibrary}
      >
        <EmptyAsk
          suggestions={subjectsOf(workspace.headings, 3).map(subject =>
            trans.__('What do my notes say about “%1”?', subject)
          )}
          isLibraryEmpty={library.isEmpty}
          onAsk={ask}
          onIndexFolder={() => {
            panel.show('library');
            void library.propose([workspace.folder]);
          }}
        />
      </Transcript>
      {reader.notice !== null && (
        <CitationNotice notice={reader.notice} onDismiss={() => reader.dismissNotice()} />
      )}
      {reader.origin !== null && (
        <button type="button" className="jp-DevAssist-back" onClick={() => void reader.back()}>
          <caretLeftIcon.react tag="span" elementSize="normal" aria-hidden="true" />
          <span className="jp-DevAssist-backLabel">{trans.__('Back to %1', reader.origin)}</span>
        </button>
      )}
      <Composer
        draft={conversation.draft}
        isBusy={conversation.isBusy}
        sendWithEnter={preferences.current.sendWithEnter}
        questions={conversation.questions}
        wantsFocus={panel.wantsFocus}
        onFocused={() => panel.focusTaken()}
        onDraft={text => conversation.setDraft(text)}
        onSend={ask}
        onStop={() => conversation.stop()}
      />
      <LiveRegion spoken={spokenWords(conversation.turns.at(-1), models, trans)} />
    </>
  );
}

/** What a screen reader should have heard of the latest answer by now. */
function spokenWords(
  turn: ITurn | undefined,
  models: IPanelModels,
  trans: ReturnType<typeof useTrans>
): string {
  if (turn === undefined || turn.state === 'failed') {
    return '';
  }
  if (turn.state === 'searching') {
    return trans.__('Searching your notes…');
  }
  if (turn.state === 'stopped') {
    return trans.__('Stopped.');
  }
  if (turn.supported === false) {
    return trans.__('Your notes do not cover this.');
  }
  if (!isRunning(turn)) {
    return wholeSentences(`${turn.text}\n\n`);
  }
  return models.preferences.current.announceStreaming ? wholeSentences(turn.text) : '';
}
