/*
 * Loaded before the entry of a process that knows nothing of launchers (`node --import`): the process ends when the
 * line to its launcher breaks. The line alone does not keep it alive.
 */
process.once('disconnect', () => process.exit(0));
process.channel?.unref();
