import { addIcon, deleteIcon, editIcon, listIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';

import type { Collection, CollectionRules } from '../../api/types';
import { IconButton } from '../shared/IconButton';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';
import { CollectionForm } from './CollectionForm';

interface ICollectionListProps {
  readonly collections: readonly Collection[];
  /** Resolves to whether the rules were accepted. */
  readonly onSave: (id: string | null, rules: CollectionRules) => Promise<boolean>;
  readonly onDelete: (collection: Collection) => void;
}

/** The named sets of documents a question can be limited to. */
export function CollectionList({ collections, onSave, onDelete }: ICollectionListProps): JSX.Element {
  const trans = useTrans();
  const [edited, setEdited] = useState<Collection | 'new' | null>(null);
  const close = () => setEdited(null);
  const saveAs = (id: string | null) => (rules: CollectionRules) => {
    void onSave(id, rules).then(isAccepted => isAccepted && close());
  };
  return (
    <>
      <ul className="jp-DevAssist-rows" aria-label={trans.__('Collections')}>
        {collections.map(collection =>
          edited !== null && edited !== 'new' && edited.id === collection.id ? (
            <li key={collection.id}>
              <CollectionForm collection={collection} onSave={saveAs(collection.id)} onCancel={close} />
            </li>
          ) : (
            <li key={collection.id} className="jp-DevAssist-document">
              <listIcon.react tag="span" elementSize="normal" aria-hidden="true" />
              <div className="jp-DevAssist-documentText">
                <div className="jp-DevAssist-rowName" dir="auto">
                  <Plain text={collection.name} />
                </div>
                <div className="jp-DevAssist-documentDetail" title={collection.include.join('\n')}>
                  {trans._n('%1 document', '%1 documents', collection.document_count)}
                  {' · '}
                  <Plain text={collection.include.join(', ')} />
                </div>
              </div>
              <div className="jp-DevAssist-rowActions">
                <IconButton
                  icon={editIcon}
                  label={trans.__('Change %1', collection.name)}
                  onClick={() => setEdited(collection)}
                />
                <IconButton
                  icon={deleteIcon}
                  label={trans.__('Delete collection %1', collection.name)}
                  onClick={() => onDelete(collection)}
                />
              </div>
            </li>
          )
        )}
      </ul>
      {edited === 'new' ? (
        <CollectionForm collection={null} onSave={saveAs(null)} onCancel={close} />
      ) : (
        <button type="button" className="jp-DevAssist-link" onClick={() => setEdited('new')}>
          <addIcon.react tag="span" elementSize="normal" aria-hidden="true" />
          {trans.__('New collection')}
        </button>
      )}
    </>
  );
}
