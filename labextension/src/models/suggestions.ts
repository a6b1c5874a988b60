const NUMBERING = /^\s*(?:(?:chapter|section|part|week|lesson|exercise)\s+)?\d+(?:\.\d+)*[.:)]?\s+/i;
const TOO_GENERAL =
  /^(introduction|overview|summary|exercises?|contents?|setup|imports?|references?|conclusions?)$/i;

/** Subjects worth a question, picked from a notebook's headings: specific ones, spread over the notebook. */
export function subjectsOf(headings: readonly string[], count: number): string[] {
  const subjects = headings
    .map(heading => heading.replace(/[`*_]/g, '').replace(NUMBERING, '').trim())
    .filter(subject => subject.length >= 3 && subject.length <= 80 && !TOO_GENERAL.test(subject));
  const distinct = [...new Set(subjects)];
  if (distinct.length <= count) {
    return distinct;
  }
  return Array.from(
    { length: count },
    (_, index) => distinct[Math.floor((index * distinct.length) / count)] ?? ''
  );
}
