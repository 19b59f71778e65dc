// The worker that looks inside networks on words. Everything it does is in `desk.ts`.

import { makeBreathe } from '../tools';
import { Desk } from './desk';
import type { FromDesk, ToDesk } from './inwords';

/** The part of a worker's global scope that is used. */
const scope = self as unknown as {
	onmessage: (event: MessageEvent<ToDesk>) => void;
	postMessage(message: FromDesk): void;
};

const desk = new Desk({
	post: (message) => scope.postMessage(message),
	now: () => performance.now(),
	breathe: makeBreathe()
});
scope.onmessage = ({ data }) => void desk.receive(data);
