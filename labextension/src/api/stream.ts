import { AssistProblem } from './problem';
import type { AnswerEvent } from './types';

/**
 * The data of each server-sent event in a body, whatever pieces the network cuts it into.
 *
 * #### Notes
 * Comments (keep-alives) and other fields are passed over. Leaving the loop early cancels the body.
 */
export async function* readFrames(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A carriage return at the very end may be the first half of a line break.
      const held = !done && rest.endsWith('\r') ? 1 : 0;
      const lines = rest.slice(0, rest.length - held).split(/\r\n|\n|\r/);
      rest = (lines.pop() ?? '') + rest.slice(rest.length - held);
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) {
            yield data.join('\n');
          }
          data = [];
        } else if (line.startsWith('data:')) {
          data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
        }
      }
      if (done) {
        return;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The events of an answer; exactly one `done` or `failed` is the last, or a problem is thrown. */
export async function* readAnswerEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerEvent> {
  for await (const frame of readFrames(body)) {
    const event = parse(frame);
    yield event;
    if (event.type === 'done' || event.type === 'failed') {
      return;
    }
  }
  throw new AssistProblem('interrupted', 'The connection to the server ended before the answer did.', null);
}

function parse(frame: string): AnswerEvent {
  const value: unknown = JSON.parse(frame);
  if (typeof value === 'object' && value !== null && 'type' in value) {
    return value as AnswerEvent;
  }
  throw new AssistProblem('interrupted', 'The server sent something that is not an answer event.', null);
}
