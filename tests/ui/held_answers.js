// Lets a test hold the stream of an answer before its first event of a kind, and let it go on.
(() => {
  const fetchNow = window.fetch.bind(window);
  let heldBefore = null;
  let wake = () => undefined;

  window.holdAnswersBefore = type => {
    heldBefore = type;
    wake();
  };

  const allowed = async (frame, signal) => {
    while (heldBefore !== null && frame.includes(`"type":"${heldBefore}"`)) {
      await new Promise((resolve, reject) => {
        wake = resolve;
        signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      });
    }
  };

  window.fetch = async (request, options) => {
    const response = await fetchNow(request, options);
    if (heldBefore === null || !response.ok || !new URL(response.url).pathname.endsWith('/devassist/api/ask')) {
      return response;
    }
    const signal = options?.signal ?? request.signal;
    const held = new TransformStream({
      start() {
        this.rest = '';
      },
      async transform(text, controller) {
        const frames = (this.rest + text).split(/(?<=\n\n)/);
        this.rest = frames.at(-1).endsWith('\n\n') ? '' : frames.pop();
        for (const frame of frames) {
          await allowed(frame, signal);
          controller.enqueue(frame);
        }
      }
    });
    const body = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(held)
      .pipeThrough(new TextEncoderStream());
    return new Response(body, { status: response.status, headers: response.headers });
  };
})();
