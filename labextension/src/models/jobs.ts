import { type ISignal, Signal } from '@lumino/signaling';

import type { AssistEvent } from '../api/events';
import { asProblem, type AssistProblem } from '../api/problem';
import type { Job } from '../api/types';
import { Refresh } from './refresh';

/** The part of the server that jobs need. */
export interface IJobServer {
  jobs(): Promise<Job[]>;
  cancelJob(id: string): Promise<unknown>;
  resumeJob(id: string): Promise<unknown>;
}

const POLL_MILLISECONDS = 1000;

/** Work going on at the server. Listens to events, and looks by itself while something runs. */
export class Jobs {
  constructor(
    private readonly _server: IJobServer,
    events: ISignal<unknown, AssistEvent>
  ) {
    events.connect((_, event) => {
      if (event.type === 'job_changed') {
        void this.refresh();
      }
    });
  }

  /** Jobs that are queued or running. */
  get active(): readonly Job[] {
    return this._jobs.filter(isActive);
  }

  /** The latest job that failed and was not put away. */
  get failed(): Job | null {
    return this._failed;
  }

  get problem(): AssistProblem | null {
    return this._problem;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted with each job seen to end. */
  get ended(): ISignal<this, Job> {
    return this._ended;
  }

  /** Take in a job just submitted, before the first look at the list. */
  add(job: Job): void {
    this._take([...this._jobs.filter(other => other.id !== job.id), job]);
    void this.refresh();
  }

  refresh(): Promise<void> {
    return this._refresh.request();
  }

  async cancel(id: string): Promise<void> {
    await this._server.cancelJob(id);
    await this.refresh();
  }

  async resume(id: string): Promise<void> {
    this.dismiss();
    await this._server.resumeJob(id);
    await this.refresh();
  }

  dismiss(): void {
    this._failed = null;
    this._changed.emit();
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private readonly _refresh = new Refresh(async () => {
    clearTimeout(this._timer);
    try {
      this._take(await this._server.jobs());
      this._problem = null;
    } catch (error) {
      this._problem = asProblem(error);
      this._changed.emit();
    }
    if (!this._isDisposed && this.active.length > 0) {
      this._timer = setTimeout(() => void this.refresh(), POLL_MILLISECONDS);
    }
  });

  private _take(jobs: readonly Job[]): void {
    const before = new Map(this._jobs.filter(isActive).map(job => [job.id, job]));
    this._jobs = jobs;
    for (const job of jobs) {
      if (before.has(job.id) && !isActive(job)) {
        if (job.state === 'failed') {
          this._failed = job;
        }
        this._ended.emit(job);
      }
    }
    this._changed.emit();
  }

  private _jobs: readonly Job[] = [];
  private _failed: Job | null = null;
  private _problem: AssistProblem | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, Job>(this);
}

function isActive(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}
