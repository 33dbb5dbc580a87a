export { EventFile } from './event-file.ts';
