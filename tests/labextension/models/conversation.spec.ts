import { describe, expect, it } from 'vitest';

import { AssistProblem } from '../../../labextension/src/api/problem';
import type { AnswerEvent, Question } from '../../../labextension/src/api/types';
import { Conversation, type IShelf } from '../../../labextension/src/models/conversation';
import { answer, citation, passage } from '../samples';

/** Answers with the events it is given; each waits until it is let go. */
class ScriptedServer {
  questions: Question[] = [];
  wasAborted = false;
  private _queue: (AnswerEvent | Error)[] = [];
  private _wake: () => void = () => undefined;

  send(...events: (AnswerEvent | Error)[]): void {
    this._queue.push(...events);
    this._wake();
  }

  async *ask(question: Question, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    this.questions.push(question);
    for (;;) {
      const event = this._queue.shift();
      if (event instanceof Error) {
        throw event;
      }
      if (event !== undefined) {
        yield event;
        if (event.type === 'done' || event.type === 'failed') {
          return;
        }
        continue;
      }
      await new Promise<void>((resolve, reject) => {
        this._wake = resolve;
        signal.addEventListener('abort', () => {
          this.wasAborted = true;
          reject(new DOMException('aborted', 'AbortError'));
        });
      });
    }
  }
}

class MemoryShelf implements IShelf {
  readonly kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

function start(shelf = new MemoryShelf()): {
  server: ScriptedServer;
  talk: Conversation;
  shelf: MemoryShelf;
} {
  const server = new ScriptedServer();
  return { server, shelf, talk: new Conversation(server, shelf, 'draft', () => 5) };
}

const turn = (talk: Conversation) => talk.turns.at(-1);
const settled = () => new Promise(resolve => setTimeout(resolve));

describe('a question', () => {
  it('goes through searching, reading and answering to its answer', async () => {
    const { server, talk } = start();
    const states: (string | undefined)[] = [];
    talk.changed.connect(() => states.push(turn(talk)?.state));
    server.send(
      { type: 'searching', answer_id: 'answer-1' },
      { type: 'found', passages: [passage] },
      { type: 'cited', citation },
      { type: 'delta', text: 'Use join [1].' },
      { type: 'done', answer, notice: null }
    );
    await talk.ask('  How do I join? ');
    expect([...new Set(states)]).toEqual(['searching', 'reading', 'answering', 'complete']);
    expect(turn(talk)).toMatchObject({ question: 'How do I join?', text: 'Use join [1].', milliseconds: 41 });
    expect(talk.isBusy).toBe(false);
  });

  it('carries the scope, the model and the number of passages', async () => {
    const { server, talk } = start();
    talk.setScope({ kind: 'notebook', path: 'a [1].ipynb' });
    talk.setModel('extractive');
    server.send({ type: 'done', answer, notice: null });
    await talk.ask('q');
    expect(server.questions).toEqual([
      { text: 'q', k: 5, filters: { paths: ['a [[]1].ipynb'] }, model: 'extractive' }
    ]);
  });

  it('keeps why its answer is not in the history', async () => {
    const { server, talk } = start();
    server.send({ type: 'done', answer, notice: 'The disk is full.' });
    await talk.ask('q');
    expect(talk.turns.at(-1)?.notice).toBe('The disk is full.');
  });

  it('of nothing but spaces is not asked', async () => {
    const { server, talk } = start();
    await talk.ask('  \n ');
    expect(server.questions).toEqual([]);
  });
});

describe('stopping', () => {
  it('ends the work and keeps what was said', async () => {
    const { server, talk } = start();
    const asking = talk.ask('q');
    server.send({ type: 'delta', text: 'Half an ans' });
    await settled();
    talk.stop();
    await asking;
    expect(server.wasAborted).toBe(true);
    expect(turn(talk)).toMatchObject({ state: 'stopped', text: 'Half an ans', problem: null });
  });

  it('happens by itself when the next question is asked', async () => {
    const { server, talk } = start();
    const first = talk.ask('one');
    await settled();
    const second = talk.ask('two');
    await first;
    server.send({ type: 'done', answer, notice: null });
    await second;
    expect(talk.turns.map(({ question, state }) => [question, state])).toEqual([
      ['one', 'stopped'],
      ['two', 'complete']
    ]);
  });
});

describe('a failure', () => {
  it('said by the server keeps the text and its reason', async () => {
    const { server, talk } = start();
    server.send(
      { type: 'delta', text: 'Half' },
      { type: 'failed', code: 'busy', message: 'Ask again later.' }
    );
    await talk.ask('q');
    expect(turn(talk)).toMatchObject({
      state: 'failed',
      text: 'Half',
      problem: { message: 'Ask again later.' }
    });
  });

  it('on the way can be retried in place', async () => {
    const { server, talk } = start();
    server.send(new AssistProblem('unreachable', 'gone', null));
    await talk.ask('q');
    const failed = turn(talk);
    expect(failed).toMatchObject({ state: 'failed', problem: { isPassing: true } });
    server.send({ type: 'done', answer, notice: null });
    if (failed !== undefined) {
      await talk.retry(failed);
    }
    expect(talk.turns.map(one => one.state)).toEqual(['complete']);
  });
});

describe('a half-written question', () => {
  it('survives a reload, and is gone once it was asked', async () => {
    const { shelf, talk } = start();
    talk.setDraft('How do');
    const reloaded = start(shelf);
    expect(reloaded.talk.draft).toBe('How do');
    reloaded.server.send({ type: 'done', answer, notice: null });
    await reloaded.talk.ask('How do I join?');
    expect(start(shelf).talk.draft).toBe('');
  });
});

describe('earlier questions', () => {
  it('are recalled newest first, each once', async () => {
    const { server, talk } = start();
    for (const text of ['one', 'two', 'one']) {
      server.send({ type: 'done', answer, notice: null });
      await talk.ask(text);
    }
    expect(talk.questions).toEqual(['one', 'two']);
  });
});

describe('a kept answer', () => {
  it('is shown once, at the end', () => {
    const { talk } = start();
    talk.show(answer);
    talk.show({ ...answer, id: 'answer-2' });
    talk.show(answer);
    expect(talk.turns.map(one => one.answerId)).toEqual(['answer-2', 'answer-1']);
  });
});
