import { deleteIcon, refreshIcon } from '@jupyterlab/ui-components';
import React, { memo } from 'react';

import type { Document } from '../../api/types';
import { IconButton } from '../shared/IconButton';
import { kindIcon } from '../shared/kindIcon';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';
import { documentDetail, fileName, kindInWords, stateInWords } from '../shared/words';

interface IDocumentActions {
  readonly onOpen: (document: Document) => void;
  readonly onReindex: (document: Document) => void;
  readonly onRemove: (document: Document) => void;
}

interface IDocumentListProps extends IDocumentActions {
  readonly documents: readonly Document[];
  readonly label: string;
}

/** The documents of one page of the library. */
export function DocumentList({ documents, label, ...actions }: IDocumentListProps): JSX.Element {
  const now = Date.now();
  return (
    <ul className="jp-DevAssist-documents" aria-label={label}>
      {documents.map(document => (
        <DocumentRow key={document.id} document={document} now={now} {...actions} />
      ))}
    </ul>
  );
}

interface IDocumentRowProps extends IDocumentActions {
  readonly document: Document;
  readonly now: number;
}

const DocumentRow = memo(function DocumentRow(props: IDocumentRowProps): JSX.Element {
  const { document } = props;
  const trans = useTrans();
  const Icon = kindIcon(document.kind).react;
  const isBad = document.state === 'failed' || document.state === 'skipped';
  const name = fileName(document.path);
  const detail = documentDetail(document, props.now, trans);
  return (
    <li className="jp-DevAssist-document">
      <Icon tag="span" elementSize="normal" title={kindInWords(document.kind, trans)} />
      <div className="jp-DevAssist-documentText">
        <div className="jp-DevAssist-documentHead">
          <button
            type="button"
            className="jp-DevAssist-documentName"
            title={document.path}
            dir="auto"
            onClick={() => props.onOpen(document)}
          >
            <Plain text={name} />
          </button>
          <span className="jp-DevAssist-documentFolder" dir="auto">
            <Plain text={document.path.slice(0, -name.length - 1)} />
          </span>
        </div>
        <div className={`jp-DevAssist-documentDetail ${isBad ? 'jp-mod-bad' : ''}`} title={detail}>
          <span className="jp-DevAssist-documentState">{stateInWords(document.state, trans)}</span>
          {' · '}
          <Plain text={detail} />
        </div>
      </div>
      <div className="jp-DevAssist-rowActions">
        <IconButton
          icon={refreshIcon}
          label={trans.__('Index %1 again', document.path)}
          onClick={() => props.onReindex(document)}
        />
        <IconButton
          icon={deleteIcon}
          label={trans.__('Remove %1 from the library', document.path)}
          onClick={() => props.onRemove(document)}
        />
      </div>
    </li>
  );
});
