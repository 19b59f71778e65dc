import '@tensorflow/tfjs-backend-webgl';
import { webgl } from '../adapter.js';
import { tfjs } from './tfjs.js';

export default tfjs('webgl', async () => webgl());
