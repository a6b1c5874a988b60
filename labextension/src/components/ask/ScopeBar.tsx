import { HTMLSelect, offlineBoltIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { Collection } from '../../api/types';
import { EVERYTHING, sameScope, scopeKey, type Scope } from '../../models/scope';
import { useTrans } from '../shared/surroundings';
import { scopeInWords } from '../shared/words';

interface IScopeBarProps {
  readonly scope: Scope;
  readonly folder: string;
  readonly notebook: string | null;
  readonly collections: readonly Collection[];
  readonly model: string | null;
  readonly models: readonly string[];
  readonly isOffline: boolean;
  readonly onScope: (scope: Scope) => void;
  readonly onModel: (model: string | null) => void;
}

/** What is asked, what answers, and whether anything leaves the computer: always in view. */
export function ScopeBar(props: IScopeBarProps): JSX.Element {
  const trans = useTrans();
  const scopes = choices(props);
  const models = props.models.length > 0 ? props.models : ['extractive'];
  return (
    <div className="jp-DevAssist-scopeBar">
      <HTMLSelect
        aria-label={trans.__('Ask in')}
        title={trans.__('What is searched: %1', scopeInWords(props.scope, trans))}
        value={scopeKey(props.scope)}
        onChange={event => {
          const chosen = scopes.find(scope => scopeKey(scope) === event.currentTarget.value);
          props.onScope(chosen ?? EVERYTHING);
        }}
      >
        {scopes.map(scope => (
          <option key={scopeKey(scope)} value={scopeKey(scope)}>
            {scopeInWords(scope, trans)}
          </option>
        ))}
      </HTMLSelect>
      {models.length > 1 ? (
        <HTMLSelect
          aria-label={trans.__('Answered by')}
          value={props.model ?? models[0]}
          onChange={event => props.onModel(event.currentTarget.value)}
        >
          {models.map(model => (
            <option key={model} value={model}>
              {model}
            </option>
          ))}
        </HTMLSelect>
      ) : (
        <span
          className="jp-DevAssist-engine"
          title={trans.__('Answers are sentences and code from your own notes, without a language model.')}
        >
          {models[0]}
        </span>
      )}
      {props.isOffline && (
        <span className="jp-DevAssist-offline" title={trans.__('Nothing leaves this computer.')}>
          <offlineBoltIcon.react tag="span" elementSize="normal" aria-hidden="true" />
          {trans.__('offline')}
        </span>
      )}
    </div>
  );
}

function choices({ scope, folder, notebook, collections }: IScopeBarProps): Scope[] {
  const all: Scope[] = [EVERYTHING];
  if (notebook !== null) {
    all.push({ kind: 'notebook', path: notebook });
  }
  if (folder !== '') {
    all.push({ kind: 'folder', path: folder });
  }
  for (const { id, name } of collections) {
    all.push({ kind: 'collection', id, name });
  }
  return all.some(one => sameScope(one, scope)) ? all : [...all, scope];
}
