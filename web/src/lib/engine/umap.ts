// The library for UMAP, by itself so that it is loaded only when it is asked for.

export { UMAP } from 'umap-js';
