import { type AssistProblem } from '../api/problem';
import type { Answer, AnswerEvent, Citation, Passage } from '../api/types';
import type { Scope } from './scope';

export type TurnState = 'searching' | 'reading' | 'answering' | 'complete' | 'stopped' | 'failed';

/** A question and as much of its answer as there is. */
export interface ITurn {
  readonly key: number;
  readonly question: string;
  readonly scope: Scope;
  readonly model: string | null;
  readonly state: TurnState;
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly passages: readonly Passage[];
  /** Whether the notes cover the question; unknown until the answer is done. */
  readonly supported: boolean | null;
  readonly milliseconds: number | null;
  readonly answerId: string | null;
  /** Why the answer will not be found in the history, when it will not. */
  readonly notice: string | null;
  readonly problem: { readonly code: string; readonly message: string; readonly isPassing: boolean } | null;
}

export function newTurn(key: number, question: string, scope: Scope, model: string | null): ITurn {
  return {
    key,
    question,
    scope,
    model,
    state: 'searching',
    text: '',
    citations: [],
    passages: [],
    supported: null,
    milliseconds: null,
    answerId: null,
    notice: null,
    problem: null
  };
}

export function isRunning(turn: ITurn): boolean {
  return turn.state === 'searching' || turn.state === 'reading' || turn.state === 'answering';
}

/** The turn after one more event of its answer. */
export function withEvent(turn: ITurn, event: AnswerEvent): ITurn {
  switch (event.type) {
    case 'searching':
      return { ...turn, answerId: event.answer_id };
    case 'found':
      return { ...turn, state: 'reading', passages: event.passages };
    case 'cited':
      return { ...turn, state: 'answering', citations: [...turn.citations, event.citation] };
    case 'delta':
      return { ...turn, state: 'answering', text: turn.text + event.text };
    case 'done':
      return { ...withAnswer(turn, event.answer), notice: event.notice };
    case 'failed':
      return {
        ...turn,
        state: 'failed',
        problem: { code: event.code, message: event.message, isPassing: false }
      };
  }
}

/** The turn as the kept answer tells it. */
export function withAnswer(turn: ITurn, answer: Answer): ITurn {
  return {
    ...turn,
    state: answer.state,
    text: answer.text,
    citations: answer.citations,
    passages: answer.passages,
    supported: answer.state === 'complete' ? answer.supported : null,
    milliseconds: totalMilliseconds(answer.timings_ms),
    answerId: answer.id,
    model: answer.model,
    problem: null
  };
}

export function withProblem(turn: ITurn, problem: AssistProblem): ITurn {
  const { code, message, isPassing } = problem;
  return { ...turn, state: 'failed', problem: { code, message, isPassing } };
}

/** Passages that the answer does not quote. */
export function uncitedPassages(turn: ITurn): readonly Passage[] {
  const cited = new Set(turn.citations.map(citation => citation.chunk_id));
  return turn.passages.filter(passage => !cited.has(passage.chunk.id));
}

function totalMilliseconds(timings: Readonly<Record<string, number>>): number | null {
  if (timings['total'] !== undefined) {
    return timings['total'];
  }
  const parts = Object.values(timings);
  return parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0);
}
