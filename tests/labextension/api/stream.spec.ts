import { describe, expect, it } from 'vitest';

import { AssistProblem } from '../../../labextension/src/api/problem';
import { readAnswerEvents, readFrames } from '../../../labextension/src/api/stream';

function bodyOf(pieces: readonly Uint8Array[], onCancel?: () => void): ReadableStream<Uint8Array> {
  const waiting = [...pieces];
  return new ReadableStream({
    pull: controller => {
      const piece = waiting.shift();
      if (piece === undefined) {
        controller.close();
      } else {
        controller.enqueue(piece);
      }
    },
    cancel: onCancel
  });
}

async function framesOf(...pieces: Uint8Array[]): Promise<string[]> {
  const frames: string[] = [];
  for await (const frame of readFrames(bodyOf(pieces))) {
    frames.push(frame);
  }
  return frames;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('frames', () => {
  const text =
    ': keep-alive\n\ndata: {"a":"größe 📊"}\n\nevent: x\r\ndata: one\r\ndata:two\r\n\r\n: keep-alive\n\ndata: three\r\r';

  it('come out whole wherever the network cuts them', async () => {
    const whole = bytes(text);
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(await framesOf(whole.slice(0, cut), whole.slice(cut)), `cut at ${cut}`).toEqual([
        '{"a":"größe 📊"}',
        'one\ntwo',
        'three'
      ]);
    }
  });

  it('come out whole from single bytes', async () => {
    const pieces = Array.from(bytes(text), byte => Uint8Array.of(byte));
    expect(await framesOf(...pieces)).toEqual(['{"a":"größe 📊"}', 'one\ntwo', 'three']);
  });

  it('that were not ended are left out', async () => {
    expect(await framesOf(bytes('data: whole\n\ndata: ha'))).toEqual(['whole']);
  });

  it('no longer wanted cancel the body', async () => {
    let isCancelled = false;
    const body = bodyOf([bytes('data: 1\n\ndata: 2\n\n'), bytes('data: 3\n\n')], () => {
      isCancelled = true;
    });
    for await (const frame of readFrames(body)) {
      expect(frame).toBe('1');
      break;
    }
    expect(isCancelled).toBe(true);
  });
});

describe('answer events', () => {
  it('end with done, whatever comes after', async () => {
    const types: string[] = [];
    const sent =
      'data: {"type":"delta","text":"a"}\n\ndata: {"type":"failed","code":"c","message":"m"}\n\ndata: {"type":"delta","text":"b"}\n\n';
    for await (const event of readAnswerEvents(bodyOf([bytes(sent)]))) {
      types.push(event.type);
    }
    expect(types).toEqual(['delta', 'failed']);
  });

  it('that break off are a problem that may pass', async () => {
    const reading = async () => {
      for await (const event of readAnswerEvents(bodyOf([bytes('data: {"type":"delta","text":"a"}\n\n')]))) {
        expect(event.type).toBe('delta');
      }
    };
    const problem = await reading().catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(AssistProblem);
    expect((problem as AssistProblem).isPassing).toBe(true);
  });
});
