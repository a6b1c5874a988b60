import type { ISignal } from '@lumino/signaling';

/** What the user has open, as far as questions are concerned. */
export interface IWorkspace {
  /** The folder the file browser shows, relative to the server's root; empty at the root or without a browser. */
  readonly folder: string;
  /** The notebook in front, if a notebook is in front. */
  readonly notebook: string | null;
  /** Headings of the notebook in front, in reading order. */
  readonly headings: readonly string[];
  readonly changed: ISignal<IWorkspace, void>;
}
