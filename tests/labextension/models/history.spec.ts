import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AssistProblem } from '../../../labextension/src/api/problem';
import type { AnswerSummary } from '../../../labextension/src/api/types';
import { History, type IHistoryServer } from '../../../labextension/src/models/history';
import { Removals } from '../../../labextension/src/models/removal';
import { answer } from '../samples';

function summary(id: string, question: string): AnswerSummary {
  return { id, question, supported: true, citation_count: 1, created_at: answer.created_at };
}

function start() {
  let kept = [summary('1', 'How do I join?'), summary('2', 'What is a frame?')];
  const server: IHistoryServer = {
    answers: (contains, _offset, limit) => {
      const matching = kept.filter(item => item.question.includes(contains));
      return Promise.resolve({ items: matching.slice(0, limit), total: matching.length });
    },
    answer: id =>
      kept.some(item => item.id === id)
        ? Promise.resolve({ ...answer, id })
        : Promise.reject(new AssistProblem('not_found', 'This answer was deleted.', 404)),
    deleteAnswer: id => {
      kept = kept.filter(item => item.id !== id);
      return Promise.resolve(null);
    }
  };
  const removals = new Removals();
  return { history: new History(server, removals), removals, ids: () => kept.map(item => item.id) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the history', () => {
  it('is searched', async () => {
    const { history } = start();
    await history.search('frame');
    expect(history.items.map(item => item.id)).toEqual(['2']);
  });

  it('opens a kept answer, and says why one cannot be opened', async () => {
    const { history } = start();
    expect(await history.open('1')).toMatchObject({ id: '1' });
    expect(await history.open('9')).toBeNull();
    expect(history.problem?.message).toBe('This answer was deleted.');
  });

  it('deletes for good only when the time to undo is over', async () => {
    const { history, ids } = start();
    await history.refresh();
    history.remove(summary('1', 'How do I join?'), 'Deleted');
    expect(history.items.map(item => item.id)).toEqual(['2']);
    expect(ids()).toEqual(['1', '2']);
    await vi.advanceTimersByTimeAsync(10_500);
    expect(ids()).toEqual(['2']);
  });

  it('brings back what is undone', async () => {
    const { history, removals, ids } = start();
    await history.refresh();
    history.remove(summary('1', 'How do I join?'), 'Deleted');
    removals.undo();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([history.items.length, ids().length]).toEqual([2, 2]);
  });

  it('makes a removal final when the next one is offered', async () => {
    const { history, ids } = start();
    await history.refresh();
    history.remove(summary('1', ''), 'Deleted');
    history.remove(summary('2', ''), 'Deleted');
    await vi.advanceTimersByTimeAsync(0);
    expect(ids()).toEqual(['2']);
  });
});
