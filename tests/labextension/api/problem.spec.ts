import { describe, expect, it } from 'vitest';

import { AssistProblem, asProblem, problemOf } from '../../../labextension/src/api/problem';

describe('a reply that is not a success', () => {
  it('tells its code and its sentence', async () => {
    const reply = new Response('{"code":"too_large","message":"a.ipynb is larger than 50 MB."}', {
      status: 413
    });
    expect(await problemOf(reply)).toMatchObject({
      code: 'too_large',
      message: 'a.ipynb is larger than 50 MB.',
      status: 413,
      isPassing: false
    });
  });

  it('of the server itself tells its message', async () => {
    const reply = new Response('{"message":"Forbidden","reason":null}', { status: 403 });
    expect(await problemOf(reply)).toMatchObject({ code: 'http_403', message: 'Forbidden' });
  });

  it('of a proxy in between tells its status', async () => {
    const reply = new Response('<html>', { status: 502, statusText: 'Bad Gateway' });
    expect(await problemOf(reply)).toMatchObject({ code: 'http_502', message: 'Bad Gateway' });
  });

  it('while the server starts is one that passes', async () => {
    expect((await problemOf(new Response('', { status: 503 }))).isPassing).toBe(true);
  });
});

describe('an error on the way', () => {
  it('means that the server cannot be reached', () => {
    expect(asProblem(new TypeError('Failed to fetch'))).toMatchObject({
      code: 'unreachable',
      isPassing: true
    });
  });

  it('stays what it is when it is a problem already', () => {
    const problem = new AssistProblem('busy', 'Too many questions at once.', 429);
    expect(asProblem(problem)).toBe(problem);
  });
});
