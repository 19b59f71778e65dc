// Which adapter the engines run on, and whether it is a GPU at all.

/** @import { Adapter } from './types.ts' */

/** Names of programs that do a GPU's work on the CPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp\b/i;

/** The adapter that all WebGPU engines here ask for. @returns {Promise<Adapter | null>} */
export async function webgpu() {
	const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
	if (!adapter) return null;
	const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
	// Browsers keep the full name back.
	const text = description || device || `${vendor} ${architecture}`;
	return {
		api: 'webgpu',
		vendor,
		architecture,
		description: text,
		software: isFallbackAdapter || SOFTWARE.test(`${architecture} ${text}`)
	};
}

/** @returns {Adapter | null} */
export function webgl() {
	const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
	if (!gl) return null;
	const debug = gl.getExtension('WEBGL_debug_renderer_info');
	const description = String(gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
	const vendor = String(gl.getParameter(debug ? debug.UNMASKED_VENDOR_WEBGL : gl.VENDOR));
	return { api: 'webgl', vendor, architecture: '', description, software: SOFTWARE.test(description) };
}
