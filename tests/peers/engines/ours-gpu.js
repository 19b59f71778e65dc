import { ours } from './ours.js';

export default ours('gpu');
