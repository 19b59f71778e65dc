// What is done with a trained network.

import type { Wish } from './types';

export type Use = { kind: 'predict'; rows: number } | { kind: 'generate'; wish: Wish };
