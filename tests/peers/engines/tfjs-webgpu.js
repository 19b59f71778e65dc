import '@tensorflow/tfjs-backend-webgpu';
import { webgpu } from '../adapter.js';
import { tfjs } from './tfjs.js';

export default tfjs('webgpu', webgpu);
