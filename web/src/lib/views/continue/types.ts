// What the views of a text that goes on are given.

export type Sampling = { temperature: number; topK: number; topP: number };
export type Candidate = { token: number; share: number; chance: number };
export type Written = { token: number; share: number; chosen: boolean };
export type Spoken = { level: 'char' | 'word'; words: readonly string[]; steps: number };
