// The answering worker without the worker: holds one model and answers drawings, photos and texts, so that play never waits for
// a training run. It is always the CPU engine, so it is also what the GPU is checked against.

import { drawn, judged, numbersOf } from './asking-model';
import { apart } from './captcha';
import type { EngineModel, EngineSource } from './engine-types';
import { asFailure, fail } from './failure';
import type { FromWorker, Notice, Reply, Request, ToWorker } from './messages';
import { exclusively } from './tools';
import { answerWords, isWords } from './words';

type Post = (message: FromWorker) => void;

export class Answerer {
	readonly #engine: EngineSource;
	readonly #post: Post;
	readonly #inOrder = exclusively();
	#model: EngineModel | null = null;

	constructor(engine: EngineSource, post: Post) {
		this.#engine = engine;
		this.#post = post;
	}

	async receive({ id, request }: ToWorker): Promise<void> {
		const notify = (notice: Notice) => this.#post({ id, notice });
		try {
			this.#post({ id, reply: await this.#inOrder(() => this.#answer(request, notify)) });
		} catch (error) {
			this.#post({ id, reply: { type: 'failed', failure: asFailure(error) } });
		}
	}

	async #answer(request: Request, notify: (notice: Notice) => void): Promise<Reply> {
		if (request.type === 'load_model') {
			const engine = await this.#engine((loaded, total) => notify({ type: 'engine', loaded, total }));
			const model = engine.Model.load(new Uint8Array(request.bytes));
			this.#model?.free?.();
			this.#model = model;
			return { type: 'model', dataset: model.dataset(), shape: [...model.shape()] };
		}
		if (request.type === 'judge') {
			if (!this.#model) throw fail('no_model', {});
			return { type: 'judged', probabilities: await judged(this.#model, request.pixels) };
		}
		if (isWords(request)) {
			if (!this.#model) throw fail('no_model', {});
			return answerWords(request, this.#model, numbersOf(this.#model));
		}
		if (request.type === 'captcha') {
			const engine = await this.#engine((loaded, total) => notify({ type: 'engine', loaded, total }));
			const { text, font, shear, noise, seed } = request;
			return { type: 'captcha', captcha: apart(engine.captcha(text, font, shear, noise, seed)) };
		}
		if (request.type === 'draw') {
			if (!this.#model) throw fail('no_model', {});
			const { ink, width, height } = request;
			return { type: 'drawing', drawing: await drawn(this.#model, ink, width, height) };
		}
		if (request.type === 'probe') {
			const engine = await this.#engine((loaded, total) => notify({ type: 'engine', loaded, total }));
			return { type: 'probe', layers: await engine.probe(request.text, request.rows) };
		}
		throw fail('unexpected', { message: `${request.type} belongs to the training worker` });
	}
}
