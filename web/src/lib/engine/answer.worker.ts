// The worker that answers (drawings). Everything it does is in `answerer.ts`.

import { Answerer } from './answerer';
import { loadEngine } from './load';
import { post, serve } from './scope';

const answerer = new Answerer(loadEngine, post);
serve((message) => answerer.receive(message));
