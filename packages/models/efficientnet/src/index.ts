export { efficientnet } from './efficientnet.ts';
