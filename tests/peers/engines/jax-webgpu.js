import { webgpu } from '../adapter.js';
import { jax } from './jax.js';

export default jax('webgpu', webgpu);
