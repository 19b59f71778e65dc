// What passes between the page and the worker that looks at a file of the reader's own.

import type { LabelledReport, OwnKind, TextReport } from '../own/report';
import type { Encoding } from './encoding';

/** A file to be looked at. `decoded`: it is UTF-8 already, from the time before. */
export type OwnJob = { own: OwnKind; name: string; bytes: ArrayBuffer; options: string; decoded: boolean };
/** `utf8`: the file in UTF-8, which is what engines get. */
export type OwnAnswer = {
	report: TextReport | LabelledReport;
	encoding: Encoding | null;
	marked: boolean;
	utf8: ArrayBuffer;
};
