const last = new Map<string, Promise<unknown>>();

/** Does work on a file when what came before it on the same file is done: calls of one step run side by side. */
export function oneAtATime<T>(file: string, work: () => Promise<T>): Promise<T> {
  const result = (last.get(file) ?? Promise.resolve()).then(work, work);
  last.set(file, result);
  const forget = () => void (last.get(file) === result && last.delete(file));
  result.then(forget, forget);
  return result;
}
