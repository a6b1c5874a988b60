import React, { useEffect } from 'react';

import type { AnswerSummary } from '../api/types';
import { HistoryList } from '../components/history/HistoryList';
import { Notice } from '../components/shared/Notice';
import { Plain } from '../components/shared/Plain';
import { useTrans } from '../components/shared/surroundings';
import type { IPanelModels } from './models';
import { useChanges } from './useChanges';

interface IHistoryViewProps {
  readonly models: IPanelModels;
}

/** Earlier answers: searched, opened again, deleted. */
export function HistoryView({ models }: IHistoryViewProps): JSX.Element {
  const { history, conversation, panel } = models;
  const trans = useTrans();
  useChanges(history);
  useEffect(() => void history.refresh(), [history]);

  const open = async (item: AnswerSummary) => {
    const answer = await history.open(item.id);
    if (answer !== null) {
      conversation.show(answer);
      panel.show('ask');
    }
  };

  return (
    <>
      {history.problem !== null && (
        <Notice tone="error" action={{ label: trans.__('Try again'), run: () => void history.refresh() }}>
          <Plain text={history.problem.message} />
        </Notice>
      )}
      <div className="jp-DevAssist-scroll">
        <HistoryList
          items={history.items}
          contains={history.contains}
          isLoaded={history.isLoaded}
          hasMore={history.hasMore}
          onSearch={contains => void history.search(contains)}
          onMore={() => void history.more()}
          onOpen={item => void open(item)}
          onDelete={item => history.remove(item, trans.__('Deleted: %1', item.question))}
        />
      </div>
    </>
  );
}
