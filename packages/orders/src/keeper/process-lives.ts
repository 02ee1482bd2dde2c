/** Whether a process with this number exists, whoever owns it. A zombie counts: its number is still taken. */
export function processLives(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
