// The engines that are compared, in the order of the table. Each one's code is a file of its own in this folder.

/** @import { EngineClass, Host } from '../types.ts' */

/**
 * @typedef {{
 *   id: string, file: string, library: string, package: string | null, backend: string, class: EngineClass,
 *   hosts: Host[]
 * }} Entry
 */

/** @type {Host[]} */
const both = ['chromium', 'node'];

/** @type {Entry[]} */
export const ENGINES = [
	{
		id: 'ours-cpu',
		file: 'ours-cpu.js',
		library: 'Fireside',
		package: null,
		backend: 'cpu',
		class: 'cpu',
		hosts: both
	},
	{
		id: 'ours-threads',
		file: 'ours-threads.js',
		library: 'Fireside',
		package: null,
		backend: 'cpu, all cores',
		class: 'cpu',
		hosts: both
	},
	{
		id: 'ours-gpu',
		file: 'ours-gpu.js',
		library: 'Fireside',
		package: null,
		backend: 'webgpu',
		class: 'gpu',
		hosts: both
	},
	{
		id: 'jax-wasm',
		file: 'jax-wasm.js',
		library: 'jax-js',
		package: '@jax-js/jax',
		backend: 'wasm',
		class: 'cpu',
		hosts: both
	},
	{
		id: 'jax-webgpu',
		file: 'jax-webgpu.js',
		library: 'jax-js',
		package: '@jax-js/jax',
		backend: 'webgpu',
		class: 'gpu',
		hosts: both
	},
	{
		id: 'tfjs-cpu',
		file: 'tfjs-cpu.js',
		library: 'TensorFlow.js',
		package: '@tensorflow/tfjs-core',
		backend: 'cpu',
		class: 'cpu',
		hosts: both
	},
	// Node has no WebGL.
	{
		id: 'tfjs-webgl',
		file: 'tfjs-webgl.js',
		library: 'TensorFlow.js',
		package: '@tensorflow/tfjs-core',
		backend: 'webgl',
		class: 'gpu',
		hosts: ['chromium']
	},
	{
		id: 'tfjs-webgpu',
		file: 'tfjs-webgpu.js',
		library: 'TensorFlow.js',
		package: '@tensorflow/tfjs-core',
		backend: 'webgpu',
		class: 'gpu',
		hosts: both
	}
];
