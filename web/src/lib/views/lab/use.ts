// What is done with a trained network.

import type { Reported } from '../experiment/types';
import type { Wish } from './types';

export type Use =
	{ kind: 'predict'; rows: number; printed: Reported | null } | { kind: 'generate'; wish: Wish };
