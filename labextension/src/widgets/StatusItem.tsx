import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { progressInWords } from '../components/shared/words';
import type { Jobs } from '../models/jobs';
import { useChanges } from './useChanges';

interface IStatusProps {
  readonly jobs: Jobs;
  readonly trans: TranslationBundle;
  readonly onOpen: () => void;
}

/** The first of the jobs under way, in the status bar. */
export class StatusItem extends ReactWidget {
  constructor(
    private readonly _jobs: Jobs,
    private readonly _trans: TranslationBundle,
    private readonly _open: () => void
  ) {
    super();
  }

  protected render(): JSX.Element {
    return <Status jobs={this._jobs} trans={this._trans} onOpen={this._open} />;
  }
}

function Status({ jobs, trans, onOpen }: IStatusProps): JSX.Element | null {
  useChanges(jobs);
  const job = jobs.active[0];
  return job === undefined ? null : (
    <button type="button" className="jp-DevAssist-statusItem" title={job.title} onClick={onOpen}>
      {progressInWords(job, trans)}
    </button>
  );
}
