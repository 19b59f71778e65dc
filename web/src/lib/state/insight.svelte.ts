// Looking inside the network of a card's run: what was asked of the worker, and what came of it. Short asks replace each
// other; of the long ones there is one at a time, which can be stopped.

import { asFailure } from '$lib/engine/failure';
import { ASCENT } from '$lib/engine/insight';
import type {
	Ask,
	AscentSettings,
	Embedding,
	Filters,
	Goal,
	GradCam,
	Largest,
	LayerSeen,
	LookNotice,
	Maps,
	Occlusion,
	Pictures,
	Saliency,
	SeenOf
} from '$lib/engine/insight';
import type { Failure } from '$lib/engine/wire';

export type InsightHost = {
	/** How far the run is; null where there is none. */
	at(): number | null;
	/** The worker holds the run when it is done. */
	take(): Promise<void>;
	ask<A extends Ask>(ask: A, heard?: (notice: LookNotice) => void): Promise<SeenOf<A>>;
	/** Ends all that takes long. */
	stop(): Promise<void>;
};

type Strip = Omit<Pictures, 'of'>;
type Shot = { row: number; label: number; height: number; width: number; pixels: Uint8Array };
type Long = 'occlusion' | 'ascent' | 'largest' | 'embedding';
type Doing = {
	what: Long;
	stage: 'rows' | 'pca' | 'neighbours' | 'layout' | null;
	done: number;
	total: number;
};
type Grown = {
	goal: Goal;
	pixels: Uint8Array;
	height: number;
	width: number;
	activation: number;
	start: number;
	steps: number;
	curve: { step: number; activation: number }[];
	finished: boolean;
};

/** Pictures of the strip that come at once. */
export const PAGE = 24;
/** Pictures that the worker gives at once. */
const SHEET = 500;

/** One picture of a strip; null where it does not have it. */
export function shotOf(strip: Strip | null, row: number): Shot | null {
	const at = row - (strip?.first ?? 0);
	if (!strip || at < 0 || at >= strip.labels.length) return null;
	const size = Math.round(strip.pixels.length / strip.labels.length);
	const { height, width } = strip;
	return {
		row,
		label: strip.labels[at] ?? -1,
		height,
		width,
		pixels: strip.pixels.subarray(at * size, (at + 1) * size)
	};
}

export class InsightState {
	readonly #host: InsightHost;
	readonly usual: AscentSettings = ASCENT;
	/** Of each kind the latest ask: older ones are not listened to. */
	readonly #turns: Record<string, number> = {};
	at = $state<number | null>(null);
	layers = $state.raw<readonly LayerSeen[]>([]);
	strip = $state.raw<Strip | null>(null);
	shot = $state.raw<Shot | null>(null);
	maps = $state.raw<Maps | null>(null);
	filters = $state.raw<Readonly<Record<number, Filters>>>({});
	saliency = $state.raw<Saliency | null>(null);
	cam = $state.raw<GradCam | null>(null);
	occlusion = $state.raw<Occlusion | null>(null);
	grown = $state.raw<Grown | null>(null);
	largest = $state.raw<(Largest & { shot: Shot | null }) | null>(null);
	embedding = $state.raw<Embedding | null>(null);
	thumbs = $state.raw<Strip | null>(null);
	doing = $state.raw<Doing | null>(null);
	failure = $state.raw<Failure | null>(null);
	/** What `where` was asked last. */
	#where: { of: number | null; layer: number | null } | null = null;

	constructor(host: InsightHost) {
		this.#host = host;
	}

	/** Everything that was seen belongs to a run that is gone. */
	clear(): void {
		for (const key of Object.keys(this.#turns)) this.#turns[key] = (this.#turns[key] ?? 0) + 1;
		this.at = null;
		this.layers = [];
		this.filters = {};
		this.strip = this.shot = this.maps = this.saliency = this.cam = this.occlusion = null;
		this.grown = this.largest = this.embedding = this.thumbs = this.doing = this.failure = null;
		this.#where = null;
	}

	async refresh(): Promise<void> {
		await this.#short('refresh', async (live) => {
			const at = this.#host.at();
			const { layers } = await this.#host.ask({ of: 'layers' });
			if (!live()) return;
			this.layers = layers;
			const filtered = Object.keys(this.filters).map(Number);
			this.filters = {};
			if (!this.strip) this.strip = await this.#pictures(0, PAGE);
			if (!live()) return;
			this.at = at;
			// What was worked out with the weights of then.
			this.occlusion = null;
			await this.choose(this.shot?.row ?? 0);
			for (const layer of filtered) await this.loadFilters(layer);
		});
	}

	async page(first: number): Promise<void> {
		await this.#short('page', async (live) => {
			const last = Math.max(0, (this.strip?.all ?? 1) - 1);
			const from = Math.min(Math.max(0, Math.floor(first / PAGE) * PAGE), Math.floor(last / PAGE) * PAGE);
			const strip = await this.#pictures(from, PAGE);
			if (live()) this.strip = strip;
		});
	}

	async choose(row: number): Promise<void> {
		await this.#short('choose', async (live) => {
			const shot =
				shotOf(this.strip, row) ?? shotOf(this.thumbs, row) ?? shotOf(await this.#pictures(row, 1), row);
			if (!live() || !shot) return;
			if (this.shot?.row !== row) this.maps = this.saliency = this.cam = this.occlusion = null;
			this.shot = shot;
			const maps = await this.#host.ask({ of: 'maps', picture: { part: 'test', row } });
			if (!live()) return;
			this.maps = maps;
			if (this.#where) await this.where(this.#where.of, this.#where.layer);
		});
	}

	async loadFilters(layer: number): Promise<void> {
		if (this.filters[layer]) return;
		await this.#short(`filters ${layer}`, async (live) => {
			const filters = await this.#host.ask({ of: 'filters', layer });
			if (live()) this.filters = { ...this.filters, [layer]: filters };
		});
	}

	async where(of: number | null, layer: number | null): Promise<void> {
		this.#where = { of, layer };
		const row = this.shot?.row;
		if (row === undefined) return;
		await this.#short('where', async (live) => {
			const picture = { part: 'test', row } as const;
			const saliency = await this.#host.ask({ of: 'saliency', picture, class: of });
			if (!live()) return;
			this.saliency = saliency;
			// A network without maps still has a gradient.
			this.cam = null;
			if (!this.layers.some(({ maps, type }) => maps && (layer !== null || type.includes('Conv')))) return;
			const cam = await this.#host.ask({ of: 'grad_cam', picture, class: of, layer });
			if (live()) this.cam = cam;
		});
	}

	async occlude(of: number | null, size: number, stride: number): Promise<void> {
		const row = this.shot?.row;
		if (row === undefined) return;
		await this.#long('occlusion', async (live, heard) => {
			this.occlusion = null;
			const ask = { of: 'occlusion', picture: { part: 'test', row }, class: of, size, stride } as const;
			const occlusion = await this.#host.ask(ask, (notice) => {
				if (notice.of === 'occlusion') heard(notice.done, notice.total);
			});
			if (live() && this.shot?.row === row) this.occlusion = occlusion;
		});
	}

	/** Grows a picture, then looks for the test picture that does as well. */
	async grow(goal: Goal, settings: AscentSettings): Promise<void> {
		let whole = false;
		await this.#long('ascent', async (live, heard) => {
			this.grown = this.largest = null;
			const { strip } = this;
			const curve: Grown['curve'] = [];
			const ascent = await this.#host.ask({ of: 'ascent', goal, settings }, (notice) => {
				if (!live() || notice.of !== 'ascent') return;
				heard(notice.step, notice.steps);
				curve.push({ step: notice.step, activation: notice.activation });
				this.grown = {
					goal,
					pixels: notice.pixels,
					height: strip?.height ?? 0,
					width: strip?.width ?? 0,
					activation: notice.activation,
					start: curve[0]?.activation ?? notice.activation,
					steps: notice.step,
					curve: [...curve],
					finished: false
				};
			});
			if (!live()) return;
			this.grown = { goal, ...ascent };
			whole = ascent.finished;
		});
		if (!whole) return;
		await this.#long('largest', async (live, heard) => {
			const largest = await this.#host.ask({ of: 'largest', goal }, (notice) => {
				if (notice.of === 'largest') heard(notice.done, notice.total);
			});
			if (!live()) return;
			const shot = shotOf(await this.#pictures(largest.row, 1), largest.row);
			if (live()) this.largest = { ...largest, shot };
		});
	}

	async embed(layer: number, rows: number, method: 'pca' | 'umap', seed: number): Promise<void> {
		await this.#long('embedding', async (live, heard) => {
			this.embedding = null;
			const labels: number[] = [];
			const sheets: Uint8Array[] = [];
			let page: Strip | null = null;
			for (let first = 0; first < rows; first += SHEET) {
				page = await this.#pictures(first, Math.min(SHEET, rows - first));
				if (!live()) return;
				labels.push(...page.labels);
				sheets.push(page.pixels);
				if (first + SHEET >= page.all) break;
			}
			const pixels = new Uint8Array(sheets.reduce((sum, { length }) => sum + length, 0));
			let at = 0;
			for (const sheet of sheets) {
				pixels.set(sheet, at);
				at += sheet.length;
			}
			if (page) this.thumbs = { ...page, first: 0, pixels, labels };
			const ask = { of: 'embedding', layer, rows: Math.min(rows, labels.length), method, seed } as const;
			const embedding = await this.#host.ask(ask, (notice) => {
				if (!live() || notice.of !== 'embedding') return;
				heard(notice.done, notice.total, notice.stage);
				if (!notice.points) return;
				const { points } = notice;
				const shown = { of: 'embedding', layer, method, rows: points.length / 2, points, labels } as const;
				this.embedding = { ...shown, explained: null, finished: false };
			});
			if (live()) this.embedding = embedding;
		});
	}

	async stop(): Promise<void> {
		try {
			await this.#host.stop();
		} catch (error) {
			this.failure = asFailure(error);
		}
	}

	async #pictures(first: number, count: number): Promise<Strip> {
		return this.#host.ask({ of: 'pictures', first, count });
	}

	/** Several kinds may be on their way at once, of each the latest counts. */
	async #short(key: string, work: (live: () => boolean) => Promise<void>): Promise<void> {
		const turn = (this.#turns[key] ?? 0) + 1;
		this.#turns[key] = turn;
		const live = () => this.#turns[key] === turn;
		try {
			await this.#host.take();
			if (!live()) return;
			if (key === 'refresh') this.failure = null;
			await work(live);
		} catch (error) {
			if (live()) this.failure = asFailure(error);
		}
	}

	/** One at a time: what is on its way is stopped first. */
	async #long(
		what: Long,
		work: (
			live: () => boolean,
			heard: (done: number, total: number, stage?: Doing['stage']) => void
		) => Promise<void>
	): Promise<void> {
		if (this.doing && this.doing.what !== what) await this.stop();
		const turn = (this.#turns['long'] ?? 0) + 1;
		this.#turns['long'] = turn;
		const live = () => this.#turns['long'] === turn;
		const heard = (done: number, total: number, stage: Doing['stage'] = null) => {
			if (live()) this.doing = { what, stage, done, total };
		};
		heard(0, 0);
		this.failure = null;
		try {
			await this.#host.take();
			if (live()) await work(live, heard);
		} catch (error) {
			if (live()) this.failure = asFailure(error);
		} finally {
			if (live()) this.doing = null;
		}
	}
}
