/** Does all of these, so many at the same time. */
export async function atOnce<T>(
  count: number,
  all: readonly T[],
  one: (item: T) => Promise<void>,
): Promise<void> {
  const next = all.values();
  const oneAfterTheOther = async () => {
    for (const item of next) await one(item);
  };
  await Promise.all(Array.from({ length: count }, oneAfterTheOther));
}
