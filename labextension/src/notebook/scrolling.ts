const FRAMES = 60;
const STILL_FRAMES = 4;

/**
 * Scroll until a thing stands in the middle of its scroller, and stay with it while the page settles.
 *
 * #### Notes
 * Cells of a windowed notebook get their height only when they are drawn, which moves what was in
 * the middle; so the place is measured again until it rests.
 */
export async function centre(scroller: HTMLElement, measure: () => DOMRect | null): Promise<void> {
  let still = 0;
  for (let frame = 0; frame < FRAMES && still < STILL_FRAMES; frame++) {
    await nextFrame();
    const rect = measure();
    if (rect === null) {
      continue;
    }
    const view = scroller.getBoundingClientRect();
    const isTall = rect.height > view.height;
    const middle = isTall ? rect.top + view.height / 2 - 16 : rect.top + rect.height / 2;
    const distance = Math.round(middle - (view.top + view.height / 2));
    const before = scroller.scrollTop;
    if (Math.abs(distance) > 2) {
      scroller.scrollTop = before + distance;
    }
    still = scroller.scrollTop === before ? still + 1 : 0;
  }
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
