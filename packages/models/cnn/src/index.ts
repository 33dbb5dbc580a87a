export { cnn } from './cnn.ts';
