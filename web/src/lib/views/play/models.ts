// The two networks that may answer a question of the reader's.

export type Which = 'shipped' | 'trained';
/** The network that the reader trained last on these data. */
export type Trained = { id: string; accuracy: number | null; sample: boolean };
