import { jax } from './jax.js';

export default jax('wasm', async () => null);
