import type { Problem } from './types';

/** A refusal or failure whose message may be shown as it stands. */
export class AssistProblem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number | null
  ) {
    super(message);
    this.name = 'AssistProblem';
  }

  /** Whether asking again in a moment can succeed without the user changing anything. */
  get isPassing(): boolean {
    return PASSING.has(this.code);
  }
}

const PASSING = new Set(['still_starting', 'busy', 'unreachable', 'interrupted']);

/** Read the reason out of a reply that is not a success. */
export async function problemOf(response: Response): Promise<AssistProblem> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = null;
  }
  if (isProblem(body)) {
    return new AssistProblem(body.code, body.message, response.status);
  }
  const code = response.status === 503 ? 'still_starting' : `http_${response.status}`;
  return new AssistProblem(code, messageOf(body) ?? response.statusText, response.status);
}

/** Make a problem of anything thrown on the way to the server. */
export function asProblem(error: unknown): AssistProblem {
  if (error instanceof AssistProblem) {
    return error;
  }
  return new AssistProblem('unreachable', error instanceof Error ? error.message : String(error), null);
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    'message' in body &&
    typeof body.message === 'string'
  );
}

function messageOf(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
    ? body.message
    : null;
}
