// What the reader answered to the questions of the book, kept in this browser.

import { localStore, readObject, writeObject } from './storage';

const KEY = 'fireside.answers';
/** `choice`: the range that was picked; `measured`: what the reader's own run gave, null before. */
export type Answer = { choice: number; measured: number | null };

function valid(value: unknown): value is Answer {
	const { choice, measured } = (value ?? {}) as Partial<Answer>;
	return Number.isInteger(choice) && (measured === null || Number.isFinite(measured));
}

class Answers {
	#kept = $state.raw<Record<string, Answer>>({});

	/** Call once the page is alive. */
	restore(): void {
		const found = readObject(localStore(), KEY) ?? {};
		this.#kept = Object.fromEntries(
			Object.entries(found).filter((entry): entry is [string, Answer] => valid(entry[1]))
		);
	}

	of(id: string): Answer | null {
		return this.#kept[id] ?? null;
	}

	put(id: string, answer: Answer | null): void {
		const { [id]: _before, ...others } = this.#kept;
		this.#kept = answer ? { ...others, [id]: answer } : others;
		writeObject(localStore(), KEY, this.#kept);
	}
}

export const answers = new Answers();
