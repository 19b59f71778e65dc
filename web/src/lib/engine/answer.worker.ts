// The worker that answers (drawings, and the CPU's side of the self-check). Everything it does is in `answerer.ts`.

import { Answerer } from './answerer';
import { loadEngine } from './load';
import { post, serve } from './scope';

const answerer = new Answerer((onProgress) => loadEngine('cpu', onProgress), post);
serve((message) => answerer.receive(message));
