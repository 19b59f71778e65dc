// Firefox translates one loop of an engine into two encodings of vector instructions (`mulps` beside `vmulps`). On Intel's
// processors since 2021 every change from one to the other costs some hundred cycles for as long as the upper halves of the wide
// registers count as used: a step then takes a hundred times as long. Firefox's own search in strings leaves them so when it finds
// nothing (memchr8 of its mozglue as GCC compiles it, seen in 140.10 of Debian), in a worker's thread as anywhere else. The
// same search clears them when what it looks for is among the first 32 characters of more than 128.

const LONG = 'aaaaaaab'.repeat(64);
/** Found through a variable, so that no compiler knows the answer. */
let wanted = 'b';

/** Call before an engine works for long. Takes less than a microsecond, and changes nothing elsewhere. */
export function clearUpperHalves(): void {
	wanted = LONG.charAt(LONG.indexOf(wanted));
}
