import React from 'react';

import type { Job } from '../../api/types';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';
import { progressInWords } from '../shared/words';

interface IJobListProps {
  readonly jobs: readonly Job[];
  readonly onCancel: (id: string) => void;
}

/** Work under way: a number, a rate, and a way to stop it. */
export function JobList({ jobs, onCancel }: IJobListProps): JSX.Element {
  const trans = useTrans();
  return (
    <ul className="jp-DevAssist-jobs" aria-label={trans.__('Work under way')}>
      {jobs.map(job => {
        const { done, total, detail } = job.progress;
        return (
          <li key={job.id} className="jp-DevAssist-job">
            <div className="jp-DevAssist-jobHead">
              <span className="jp-DevAssist-jobTitle">
                <Plain text={job.title} />
              </span>
              <button
                type="button"
                className="jp-DevAssist-button"
                aria-label={trans.__('Cancel: %1', job.title)}
                onClick={() => onCancel(job.id)}
              >
                {trans.__('Cancel')}
              </button>
            </div>
            <progress
              aria-label={job.title}
              max={total ?? undefined}
              value={total === null || job.state === 'queued' ? undefined : done}
            />
            <div className="jp-DevAssist-jobDetail">{progressInWords(job, trans)}</div>
            <div className="jp-DevAssist-jobDetail jp-mod-file" title={detail ?? undefined}>
              {detail === null ? '\u00a0' : <Plain text={detail} />}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
