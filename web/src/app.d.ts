// What SvelteKit's own types leave open.
declare global {
	namespace App {
		interface Error {
			message: string;
		}
	}
}

export {};
