import { describe, expect, it } from 'vitest';

import { Refresh } from '../../../labextension/src/models/refresh';

describe('a refresh', () => {
  it('asked for many times while one runs is run once more', async () => {
    let runs = 0;
    const refresh = new Refresh(async () => {
      runs += 1;
      await Promise.resolve();
    });
    await Promise.all([refresh.request(), refresh.request(), refresh.request(), refresh.request()]);
    expect(runs).toBe(2);
  });

  it('that failed does not stop the next', async () => {
    let runs = 0;
    const refresh = new Refresh(() => {
      runs += 1;
      return runs === 1 ? Promise.reject(new Error('once')) : Promise.resolve();
    });
    const first = refresh.request().catch(() => 'failed');
    await refresh.request();
    expect([await first, runs]).toEqual(['failed', 2]);
  });
});
