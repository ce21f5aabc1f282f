// Loaded before a program: once that has said what is to happen on a crash, it crashes.
process.on("newListener", (event) => {
  if (event !== "uncaughtException") return;
  setImmediate(() => Promise.reject(new Error(process.env.CRASH_MARK)));
});
