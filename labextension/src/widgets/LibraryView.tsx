import { fileUploadIcon, newFolderIcon, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { CollectionList } from '../components/library/CollectionList';
import { DocumentFilter } from '../components/library/DocumentFilter';
import { DocumentList } from '../components/library/DocumentList';
import { JobList } from '../components/library/JobList';
import { OfferCard } from '../components/library/OfferCard';
import { Pager } from '../components/library/Pager';
import { SourceList } from '../components/library/SourceList';
import { IconButton } from '../components/shared/IconButton';
import { Notice } from '../components/shared/Notice';
import { Plain } from '../components/shared/Plain';
import { languageOf } from '../components/shared/words';
import { useTrans } from '../components/shared/surroundings';
import { DOCUMENTS_PER_PAGE } from '../models/library';
import { LibraryState } from './LibraryState';
import type { IPanelModels } from './models';
import { useChanges } from './useChanges';

/** What the panel cannot do by itself: dialogs, and opening documents. */
export interface ILibraryActions {
  readonly chooseFolder: () => void;
  readonly chooseFiles: () => void;
  readonly openDocument: (path: string) => void;
}

interface ILibraryViewProps extends ILibraryActions {
  readonly models: IPanelModels;
}

/** Every document with its state, and how to bring in more. */
export function LibraryView(props: ILibraryViewProps): JSX.Element {
  const { models } = props;
  const { library, jobs, workspace } = models;
  const trans = useTrans();
  useChanges(library, jobs, workspace);

  return (
    <>
      <div className="jp-DevAssist-toolbar">
        <span className="jp-DevAssist-count">{countInWords(models, trans)}</span>
        <IconButton icon={newFolderIcon} label={trans.__('Add a folder')} onClick={props.chooseFolder} />
        <IconButton icon={fileUploadIcon} label={trans.__('Add files')} onClick={props.chooseFiles} />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Index everything again')}
          isDisabled={library.isEmpty}
          onClick={() => void library.reindexAll()}
        />
      </div>
      <div className="jp-DevAssist-scroll">
        <LibraryState models={models} />
        <Refusals models={models} />
        {library.offer !== null && (
          <OfferCard
            offer={library.offer}
            onAccept={() => void library.accept()}
            onDecline={() => library.decline()}
          />
        )}
        {jobs.active.length > 0 && <JobList jobs={jobs.active} onCancel={id => void jobs.cancel(id)} />}
        {library.isEmpty && library.offer === null && jobs.active.length === 0 && (
          <div className="jp-DevAssist-empty">
            <p>{trans.__('Index a folder to ask about its notebooks, notes, PDFs and code.')}</p>
            <button
              type="button"
              className="jp-DevAssist-button jp-mod-accept"
              onClick={() => void library.propose([workspace.folder])}
            >
              {trans.__('Index this folder')}
            </button>
          </div>
        )}
        {library.isLoaded && !library.isEmpty && <Contents {...props} />}
      </div>
    </>
  );
}

function Refusals({ models }: { models: IPanelModels }): JSX.Element {
  const { library, jobs } = models;
  const trans = useTrans();
  const { failed } = jobs;
  return (
    <>
      {library.refusal !== null && (
        <Notice tone="error" onDismiss={() => library.dismissRefusal()}>
          <Plain text={library.refusal.message} />
        </Notice>
      )}
      {failed !== null && (
        <Notice
          tone="error"
          action={{ label: trans.__('Try again'), run: () => void jobs.resume(failed.id) }}
          onDismiss={() => jobs.dismiss()}
        >
          <Plain text={failed.message ?? trans.__('%1 failed.', failed.title)} />
        </Notice>
      )}
    </>
  );
}

function Contents({ models, openDocument }: ILibraryViewProps): JSX.Element {
  const { library } = models;
  const trans = useTrans();
  const removed = (name: string) => trans.__('Removed %1', name);
  return (
    <>
      <section>
        <h3>{trans.__('Documents')}</h3>
        <DocumentFilter
          contains={library.contains}
          state={library.state}
          counts={library.status?.library?.by_state ?? {}}
          onFilter={(contains, state) => void library.filter(contains, state)}
        />
        {library.documents.length === 0 && (
          <p className="jp-DevAssist-aside jp-mod-padded">
            {library.contains !== '' || library.state !== null
              ? trans.__('No document matches this filter.')
              : trans.__('No document yet.')}
          </p>
        )}
        <DocumentList
          label={trans.__('Documents')}
          documents={library.documents}
          onOpen={document => openDocument(document.path)}
          onReindex={document => void library.reindex(document.id)}
          onRemove={document => void library.remove(document, removed(document.path))}
        />
        <Pager
          page={library.page}
          pageSize={DOCUMENTS_PER_PAGE}
          total={library.total}
          onTurn={page => void library.turnTo(page)}
        />
      </section>
      <section>
        <h3>{trans.__('Collections')}</h3>
        <CollectionList
          collections={library.collections}
          onSave={(id, rules) => library.saveCollection(id, rules)}
          onDelete={collection => library.deleteCollection(collection, removed(collection.name))}
        />
      </section>
      <section>
        <h3>{trans.__('Folders and files kept up to date')}</h3>
        <SourceList
          sources={library.sources}
          onRemove={source => library.removeSource(source, removed(source.path === '' ? '/' : source.path))}
        />
      </section>
    </>
  );
}

function countInWords({ library }: IPanelModels, trans: ReturnType<typeof useTrans>): string {
  const numbers = library.status?.library ?? null;
  if (numbers === null) {
    return '';
  }
  const format = new Intl.NumberFormat(languageOf(trans));
  const documents = trans._n('%1 document', '%1 documents', numbers.document_count);
  return `${documents} · ${trans.__('%1 chunks', format.format(numbers.chunk_count))}`;
}
