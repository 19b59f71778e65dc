// A trainer with a fake engine, clock and store, and what asks it: for unit tests only, nothing of the site imports this.

import { FakeClock, fakeEngine, fakeRead, frailStore, Mailbox, plan, turn, type Plan } from './fakes';
import type { EngineKind } from './kinds';
import { DeviceWatch } from './lost';
import type { Notice, Request } from './messages';
import { Datasets } from './packs';
import { SavedRuns } from './saved';
import { Trainer } from './trainer';

export function fakeTrainer(using: Plan = plan, store = frailStore(), kind: EngineKind = 'cpu') {
	const clock = new FakeClock();
	const device = new DeviceWatch();
	const engine = fakeEngine(clock, using, kind);
	const source = async () => engine;
	const datasets = new Datasets({
		engine: source,
		fetch: async () => new Response('', { status: 404 }),
		caches: null,
		read: fakeRead,
		now: clock.now
	});
	const box = new Mailbox();
	const saved = new SavedRuns(store);
	const trainer = new Trainer(
		{ engine: source, device, datasets, saved, now: clock.now, breathe: turn },
		box.post
	);
	let id = 0;
	const send = (request: Request) => {
		const mine = ++id;
		return { id: mine, done: trainer.receive({ id: mine, base: '/', engine: kind, request }) };
	};
	const ask = async (request: Request) => {
		const { id: mine, done } = send(request);
		await done;
		return box.reply(mine);
	};
	const prepare = async (name = 'a', resume = false) => {
		await ask({ type: 'load_data', name: 'mnist', rows: 'all' });
		return ask({ type: 'prepare', id: name, dataset: 'mnist', text: `text ${name}`, resume });
	};
	/** What was told on the way to an answer, of one kind. */
	const told = <T extends Notice['type']>(sent: number, type: T) =>
		box.notices(sent).filter((notice): notice is Extract<Notice, { type: T }> => notice.type === type);
	return { clock, engine, device, box, saved, store, send, ask, prepare, told, datasets };
}
