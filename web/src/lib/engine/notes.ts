// What the reader did to a run by hand, update by update: a run that was steered is no longer the one that its text
// describes, and says so. The worker, which alone knows after which update it was, keeps the notes with the run and tells
// them to the page, as it does with events; there the table of runs takes them over.

/** `update`: how many the run had made. */
export type Note = { update: number } & (
	| { what: 'learning_rate'; from: number; to: number }
	| { what: 'paused' | 'went_on' | 'step' }
	/** Epochs of the whole run. */
	| { what: 'more_epochs'; from: number; to: number }
);

/** A run that is paused a thousand times keeps its last thousand notes. */
const MOST = 1000;

/** Takes a note down. Steps made one after the other are one note, the last. */
export function note(notes: Note[], entry: Note): void {
	if (entry.what === 'step' && notes.at(-1)?.what === 'step') notes.pop();
	notes.push(entry);
	if (notes.length > MOST) notes.splice(0, notes.length - MOST);
}

const plain = new Set(['paused', 'went_on', 'step']);
const changed = new Set(['learning_rate', 'more_epochs']);

function isNote(value: unknown): value is Note {
	if (typeof value !== 'object' || value === null) return false;
	const { update, what, from, to } = value as Record<string, unknown>;
	if (typeof update !== 'number' || typeof what !== 'string') return false;
	if (plain.has(what)) return true;
	return changed.has(what) && typeof from === 'number' && typeof to === 'number';
}

/** Notes read from a file; null where they are none. Older files have none. */
export function readNotes(value: unknown): Note[] | null {
	if (value === undefined) return [];
	return Array.isArray(value) && value.length <= MOST && value.every(isNote) ? value : null;
}
