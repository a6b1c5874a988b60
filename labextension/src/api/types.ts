import type { components } from './schema';

type Schemas = components['schemas'];

export type Answer = Schemas['Answer'];
export type AnswerPage = Schemas['AnswerPage'];
export type AnswerSummary = Schemas['AnswerSummary'];
export type Citation = Schemas['Citation'];
export type Collection = Schemas['Collection'];
export type Document = Schemas['Document'];
export type DocumentPage = Schemas['DocumentPage'];
export type DocumentKind = Document['kind'];
export type DocumentState = Document['state'];
export type Filters = Schemas['Filters'];
export type Job = Schemas['Job'];
export type Location = Schemas['Location'];
export type Passage = Schemas['Passage'];
export type Preview = Schemas['Preview'];
export type Problem = Schemas['Problem'];
export type Question = Schemas['Question'];
export type SearchResult = Schemas['SearchResult'];
export type Source = Schemas['Source'];
export type Span = Schemas['Span'];
export type Status = Schemas['Status'];

export type AnswerEvent =
  | Schemas['Searching']
  | Schemas['Found']
  | Schemas['Cited']
  | Schemas['Delta']
  | Schemas['Done']
  | Schemas['Failed'];

/** A collection's name and rules, as the user writes them. */
export type CollectionRules = Pick<Collection, 'name' | 'include' | 'exclude'>;

/** Which documents of the library to list. */
export interface IDocumentQuery {
  readonly state?: DocumentState;
  readonly kind?: DocumentKind;
  readonly collection?: string;
  readonly contains?: string;
  readonly offset: number;
  readonly limit: number;
}

/** Where a document can be opened: its path and, when known, the stretch to show. */
export interface IPlace {
  readonly path: string;
  readonly kind: DocumentKind;
  readonly span: Span;
  readonly quote: string;
}
