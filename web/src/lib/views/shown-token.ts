// A token of a text alone, as it is shown: what can't be seen has a sign.

export function shownToken(token: string): string {
	return token.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replace(/\s/g, '␣');
}
