const FRAMES = 120;
const STILL_FRAMES = 12;

/**
 * Scroll until a thing stands in the middle of its scroller, and stay with it while the page settles.
 *
 * #### Notes
 * Cells get their height only when they are drawn, which moves what was in the middle; so the place
 * is measured again until it rests. The user's own scrolling ends it.
 */
export async function centre(scroller: HTMLElement, measure: () => DOMRect | null): Promise<void> {
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  INTERRUPTIONS.forEach(name => document.addEventListener(name, interrupt, { capture: true, passive: true }));
  let still = 0;
  for (let frame = 0; frame < FRAMES && still < STILL_FRAMES && !isInterrupted; frame++) {
    const rect = measure();
    still = rect !== null && bringToMiddle(scroller, rect) ? still + 1 : 0;
    await nextFrame();
  }
  INTERRUPTIONS.forEach(name => document.removeEventListener(name, interrupt, true));
}

const INTERRUPTIONS = ['wheel', 'pointerdown', 'keydown'];

/** Scroll by what is missing. Says whether nothing was; of a thing that is too high the top is shown. */
function bringToMiddle(scroller: HTMLElement, rect: DOMRect): boolean {
  const view = scroller.getBoundingClientRect();
  const isTooHigh = rect.height > view.height;
  const distance = isTooHigh
    ? rect.top - view.top - 16
    : rect.top + rect.height / 2 - (view.top + view.height / 2);
  const before = scroller.scrollTop;
  if (Math.abs(distance) > 2) {
    scroller.scrollTop = before + Math.round(distance);
  }
  return scroller.scrollTop === before;
}

/** The next time the page is drawn, or soon when it is hidden and is not drawn at all. */
function nextFrame(): Promise<void> {
  return new Promise(resolve => {
    if (document.hidden) {
      setTimeout(resolve, 0);
    } else {
      requestAnimationFrame(() => resolve());
    }
  });
}
