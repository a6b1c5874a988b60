import React, { useEffect, useState } from 'react';

import { Notice } from '../components/shared/Notice';
import { Plain } from '../components/shared/Plain';
import { useTrans } from '../components/shared/surroundings';
import { progressInWords } from '../components/shared/words';
import type { IPanelModels } from './models';
import { useChanges } from './useChanges';

interface ILibraryStateProps {
  readonly models: IPanelModels;
}

/** Whatever keeps the library from answering in full: starting, out of reach, busy, degraded. */
export function LibraryState({ models }: ILibraryStateProps): JSX.Element | null {
  const { library, jobs, panel } = models;
  const trans = useTrans();
  useChanges(library, jobs, panel);
  const job = jobs.active[0];
  const isLongJob = useLasting(job !== undefined);
  const { status, problem } = library;
  const retry = { label: trans.__('Try again'), run: () => void library.refresh() };

  if (problem !== null && problem.code !== 'still_starting') {
    const sentence =
      problem.code === 'unreachable'
        ? trans.__('The Jupyter server cannot be reached. Trying again every few seconds.')
        : problem.message;
    return (
      <Notice tone="error" action={retry}>
        <Plain text={sentence} />
      </Notice>
    );
  }
  if (problem !== null || status?.state === 'starting') {
    return <Notice tone="info">{trans.__('The library is being opened; this takes a few seconds.')}</Notice>;
  }
  if (status?.state === 'failed') {
    return (
      <Notice tone="error" action={retry}>
        <Plain
          text={status.message ?? trans.__('The library could not be opened. Run: jupyter devassist doctor')}
        />
      </Notice>
    );
  }
  const degraded = status?.library?.degraded ?? null;
  if (degraded !== null) {
    return (
      <Notice tone="warning">
        <Plain text={degraded} />
      </Notice>
    );
  }
  if (job !== undefined && isLongJob && panel.view === 'ask') {
    return (
      <div className="jp-DevAssist-busy">
        <span>{progressInWords(job, trans)}</span>
        <button type="button" className="jp-DevAssist-link" onClick={() => panel.show('library')}>
          {trans.__('Show')}
        </button>
      </div>
    );
  }
  return null;
}

const LASTING_MILLISECONDS = 1000;

/** Whether something has gone on for a second; what is over sooner must not move the page. */
function useLasting(isGoingOn: boolean): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    const timer = isGoingOn ? setTimeout(() => setLasting(true), LASTING_MILLISECONDS) : undefined;
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [isGoingOn]);
  return isLasting;
}
