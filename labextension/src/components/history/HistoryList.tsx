import { deleteIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { AnswerSummary } from '../../api/types';
import { IconButton } from '../shared/IconButton';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';
import { agoInWords, languageOf } from '../shared/words';

interface IHistoryListProps {
  readonly items: readonly AnswerSummary[];
  readonly contains: string;
  readonly isLoaded: boolean;
  readonly hasMore: boolean;
  readonly onSearch: (contains: string) => void;
  readonly onMore: () => void;
  readonly onOpen: (item: AnswerSummary) => void;
  readonly onDelete: (item: AnswerSummary) => void;
}

/** Answers given before, newest first. */
export function HistoryList(props: IHistoryListProps): JSX.Element {
  const { items, contains, isLoaded } = props;
  const trans = useTrans();
  const now = Date.now();
  return (
    <div className="jp-DevAssist-history">
      <div className="jp-DevAssist-filter">
        <input
          type="search"
          className="jp-mod-styled"
          value={contains}
          placeholder={trans.__('Search earlier questions')}
          aria-label={trans.__('Search earlier questions')}
          onChange={event => props.onSearch(event.currentTarget.value)}
        />
      </div>
      {isLoaded && items.length === 0 && (
        <p className="jp-DevAssist-aside jp-mod-padded">
          {contains === ''
            ? trans.__('Answers are kept here as you ask.')
            : trans.__('No earlier question matches.')}
        </p>
      )}
      <ul className="jp-DevAssist-rows" aria-label={trans.__('Earlier answers')}>
        {items.map(item => (
          <li key={item.id} className="jp-DevAssist-document">
            <div className="jp-DevAssist-documentText">
              <button
                type="button"
                className="jp-DevAssist-documentName"
                title={item.question}
                dir="auto"
                onClick={() => props.onOpen(item)}
              >
                <Plain text={item.question} />
              </button>
              <div className="jp-DevAssist-documentDetail">
                {item.supported
                  ? trans._n('%1 source', '%1 sources', item.citation_count)
                  : trans.__('Not covered')}
                {' · '}
                {agoInWords(item.created_at, now, languageOf(trans))}
              </div>
            </div>
            <div className="jp-DevAssist-rowActions">
              <IconButton
                icon={deleteIcon}
                label={trans.__('Delete the answer to: %1', item.question)}
                onClick={() => props.onDelete(item)}
              />
            </div>
          </li>
        ))}
      </ul>
      {props.hasMore && (
        <button type="button" className="jp-DevAssist-button" onClick={props.onMore}>
          {trans.__('Show more')}
        </button>
      )}
    </div>
  );
}
