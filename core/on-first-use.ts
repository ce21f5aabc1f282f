/** Makes what only some runs need when it is first asked for, and once: made as the module loads, every cold start would wait for it. */
export function onFirstUse<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
