import '@tensorflow/tfjs-backend-cpu';
import { tfjs } from './tfjs.js';

export default tfjs('cpu', async () => null);
