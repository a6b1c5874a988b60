import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';

import type { DocumentState } from '../../api/types';
import { useTrans } from '../shared/surroundings';
import { stateInWords } from '../shared/words';

interface IDocumentFilterProps {
  readonly contains: string;
  readonly state: DocumentState | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly onFilter: (contains: string, state: DocumentState | null) => void;
}

const STATES: readonly DocumentState[] = ['indexed', 'lexical', 'pending', 'skipped', 'failed'];

/** Narrows the list of documents by name and state. */
export function DocumentFilter({ contains, state, counts, onFilter }: IDocumentFilterProps): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-DevAssist-filter">
      <input
        type="search"
        className="jp-mod-styled"
        value={contains}
        placeholder={trans.__('Filter by name')}
        aria-label={trans.__('Filter documents by name')}
        onChange={event => onFilter(event.currentTarget.value, state)}
      />
      <HTMLSelect
        aria-label={trans.__('Filter documents by state')}
        value={state ?? ''}
        onChange={event =>
          onFilter(contains, STATES.find(known => known === event.currentTarget.value) ?? null)
        }
      >
        <option value="">{trans.__('Every state')}</option>
        {STATES.map(known => (
          <option key={known} value={known}>
            {`${shortState(known, trans)} (${counts[known] ?? 0})`}
          </option>
        ))}
      </HTMLSelect>
    </div>
  );
}

function shortState(state: DocumentState, trans: ReturnType<typeof useTrans>): string {
  return state === 'lexical' ? trans.__('By words only') : stateInWords(state, trans);
}
