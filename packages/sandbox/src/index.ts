export { createTelegramEmulator } from './telegram/index.ts';
