import { deleteIcon, folderIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { Source } from '../../api/types';
import { IconButton } from '../shared/IconButton';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';

interface ISourceListProps {
  readonly sources: readonly Source[];
  readonly onRemove: (source: Source) => void;
}

/** The folders and files that were added and are kept up to date. */
export function SourceList({ sources, onRemove }: ISourceListProps): JSX.Element {
  const trans = useTrans();
  return (
    <ul className="jp-DevAssist-rows" aria-label={trans.__('Folders and files kept up to date')}>
      {sources.map(source => {
        const name = isRoot(source.path) ? '/' : source.path;
        return (
          <li key={source.id} className="jp-DevAssist-document">
            <folderIcon.react tag="span" elementSize="normal" aria-hidden="true" />
            <div className="jp-DevAssist-documentText">
              <div className="jp-DevAssist-rowName" title={name} dir="auto">
                <Plain text={name} />
              </div>
              <div className="jp-DevAssist-documentDetail">
                {trans._n('%1 document', '%1 documents', source.document_count)}
              </div>
            </div>
            <div className="jp-DevAssist-rowActions">
              <IconButton
                icon={deleteIcon}
                label={trans.__('Remove %1 from the library', name)}
                onClick={() => onRemove(source)}
              />
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function isRoot(path: string): boolean {
  return path === '' || path === '.';
}
